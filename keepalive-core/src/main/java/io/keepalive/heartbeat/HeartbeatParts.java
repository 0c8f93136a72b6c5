package io.keepalive.heartbeat;

import io.keepalive.internal.WriteStall;
import io.keepalive.loss.ConnectionLoss;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a {@link Heartbeat} that a connection does not need while both sides beat and read and the send queue is
 * empty, which is nearly always. Made when the first of them is needed; the larger ones each when it is (decision 104).
 */
final class HeartbeatParts {
    final PeerLiveness liveness = new PeerLiveness();
    final ReadPause readPause = new ReadPause();
    final LocalPauses pauses;

    @Nullable
    OutstandingPings pings;

    @Nullable
    PingLimiter limiter;

    @Nullable
    WriteStall stall;

    /** Of the action polled last. */
    long id;

    boolean flooded;
    boolean lossPolled;

    @Nullable
    ConnectionLoss loss;

    private @Nullable HeartbeatEvents events;

    HeartbeatParts(long localPauseAllowanceNanos) {
        this.pauses = new LocalPauses(localPauseAllowanceNanos);
    }

    OutstandingPings pings() {
        if (pings == null) {
            pings = new OutstandingPings();
        }
        return pings;
    }

    PingLimiter limiter() {
        if (limiter == null) {
            limiter = new PingLimiter();
        }
        return limiter;
    }

    WriteStall stall() {
        if (stall == null) {
            stall = new WriteStall();
        }
        return stall;
    }

    void add(HeartbeatEvent event) {
        if (events == null) {
            events = new HeartbeatEvents();
        }
        events.add(event);
    }

    @Nullable
    HeartbeatEvent pollEvent() {
        return events == null ? null : events.poll();
    }
}

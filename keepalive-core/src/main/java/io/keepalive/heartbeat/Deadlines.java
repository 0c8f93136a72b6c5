package io.keepalive.heartbeat;

import io.keepalive.internal.WriteStall;

/**
 * The deadlines of a connection, each as the time that remains until it: the next tick is due at the nearest one. They are
 * computed from the parts and kept nowhere, since six of them would cost every connection 48 bytes.
 */
final class Deadlines {
    /** The deadline is not set. */
    static final long NONE = Long.MAX_VALUE;

    private Deadlines() {}

    /**
     * The time until the next tick. What is due and could not be done comes again a tick later: one tick too many is
     * harmless, a busy loop is not.
     *
     * @param writing whether bytes wait in this process to be written
     */
    static long nextNanos(HeartbeatState connection, long nowNanos, boolean writing) {
        long tickNanos = connection.config.tickNanos();
        long next = atLeast(tickNanos, sampleNanos(connection, nowNanos));
        next = Math.min(next, atLeast(tickNanos, beatNanos(connection, nowNanos, writing)));
        next = Math.min(next, atLeast(tickNanos, pingNanos(connection, nowNanos, writing)));
        if (connection.parts != null) {
            next = Math.min(next, atLeast(tickNanos, pongNanos(connection, nowNanos)));
            next = Math.min(next, atLeast(tickNanos, readPauseNanos(connection, nowNanos)));
            next = Math.min(next, atLeast(tickNanos, writeStallNanos(connection, nowNanos)));
        }
        return Math.min(next, connection.config.sampleIntervalNanos());
    }

    private static long atLeast(long tickNanos, long remainingNanos) {
        return remainingNanos > 0 ? remainingNanos : tickNanos;
    }

    /** The counters have to be sampled: whatever they show happened up to so long ago. */
    static long sampleNanos(HeartbeatState connection, long nowNanos) {
        return connection.sampleDueNanos(connection.config) - nowNanos;
    }

    /** Rule 2: a BEAT. Bytes that wait to be written go out before any BEAT could, so only the first one does not wait for them. */
    static long beatNanos(HeartbeatState connection, long nowNanos, boolean writing) {
        if (connection.outputEnded || (writing && !connection.startPending)) {
            return NONE;
        }
        return connection.beatDueNanos(connection.config) - nowNanos;
    }

    /** Rule 3: the first PING; or the one in the send queue, once the queue is empty. */
    static long pingNanos(HeartbeatState connection, long nowNanos, boolean writing) {
        PeerLiveness.State state = connection.liveness();
        if (state == PeerLiveness.State.ALIVE) {
            return connection.expectsInput() ? connection.pingDueNanos(connection.config) - nowNanos : NONE;
        }
        return state == PeerLiveness.State.PING_QUEUED && !writing ? 0 : NONE;
    }

    /** Rules 3 and 4: the timeout of a PING, or the last chance of a SUSPECT. */
    static long pongNanos(HeartbeatState connection, long nowNanos) {
        HeartbeatParts parts = connection.parts;
        return parts != null && parts.liveness.hasDeadline() ? parts.liveness.deadlineNanos() - nowNanos : NONE;
    }

    /** Rule 5: the limit of a read pause. */
    static long readPauseNanos(HeartbeatState connection, long nowNanos) {
        HeartbeatParts parts = connection.parts;
        return parts != null && parts.readPause.isPaused()
                ? parts.readPause.deadlineNanos(connection.config.readPauseTimeoutNanos) - nowNanos
                : NONE;
    }

    /** Rule 6: the limit of a write without progress. */
    static long writeStallNanos(HeartbeatState connection, long nowNanos) {
        HeartbeatParts parts = connection.parts;
        WriteStall stall = parts == null ? null : parts.stall;
        return stall != null && stall.isWaiting()
                ? stall.deadlineNanos(writeStallLimitNanos(stall, connection.config)) - nowNanos
                : NONE;
    }

    /**
     * Where the kernel can't be asked, twice as long: with the default of 60 s, long enough for a third of Linux' largest
     * send buffer (4 MiB, tcp_wmem) to leave at 100 kbit/s.
     */
    static long writeStallLimitNanos(WriteStall stall, HeartbeatConfig config) {
        return stall.knowsAcknowledgements() ? config.writeStallTimeoutNanos : 2 * config.writeStallTimeoutNanos;
    }

    /** The earlier of two instants, by subtraction, since they may wrap around. */
    static long earlier(long a, long b) {
        return a - b < 0 ? a : b;
    }
}

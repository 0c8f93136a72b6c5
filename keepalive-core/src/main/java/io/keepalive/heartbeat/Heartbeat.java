package io.keepalive.heartbeat;

import io.keepalive.internal.DurationText;
import io.keepalive.loss.ConnectionLoss;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The heartbeat of one connection: decides when to send a BEAT or a PING, and when the peer is dead. It owns no thread,
 * socket, timer or clock. The rules that it keeps are numbered in the documentation of this package.
 *
 * <ul>
 *   <li>On the traffic path: {@link #onReceived()} for each read, {@link #onSent()} for each write. They count, and do
 *       nothing else.
 *   <li>Heartbeat frames: {@link #onBeat}, {@link #onPing}, {@link #onPong}, {@link #onPingWritten}.
 *   <li>Time: {@link #onTick} at {@link #dueNanos()}. A tick that comes too early does no harm.
 *   <li>Commands: {@link #pingNow}, {@link #reconfigure}.
 *   <li>What to do: {@link #poll()} after a tick or any of the above but the traffic path, until it returns
 *       {@link HeartbeatAction#NONE}.
 * </ul>
 *
 * <p>A peer of which nothing is received any more is declared dead within {@link HeartbeatConfig#detectionTime()}, plus the
 * pauses of this process that are granted. A peer whose bytes arrive never is.
 *
 * <p>Confined to one thread at a time, except {@link #onReceived()} and {@link #onSent()}, which may come from one other
 * thread each.
 *
 * @since 0.1
 */
public final class Heartbeat extends DeathRules {
    private boolean beatDue;

    /** A heartbeat for a connection that has just been made, with a random seed. */
    public Heartbeat(HeartbeatConfig config, long nowNanos) {
        this(config, ThreadLocalRandom.current().nextLong(), nowNanos);
    }

    /**
     * A heartbeat for a connection that has just been made.
     *
     * @param seed of the jitter and the ids of PINGs; the same in each run of a test
     */
    public Heartbeat(HeartbeatConfig config, long seed, long nowNanos) {
        super(config, seed, nowNanos);
    }

    // ---- heartbeat frames

    /** The peer sent a BEAT, or showed otherwise that it supports heartbeats. */
    public void onBeat() {
        prove();
    }

    /** The peer obliged itself to answer PINGs when the connection was made: its silence is fatal from now on. */
    public void peerMustAnswer() {
        proven = true;
    }

    /**
     * The first BEAT is due at the end of the first {@link HeartbeatConfig#beatInterval()} whatever else is sent, unless a PING
     * or PONG was sent before: it proves to a peer that this side supports heartbeats, which a side that sends data all the
     * time would never do. To be called before the first tick.
     */
    public void beatAtStart() {
        startPending = true;
    }

    /** The peer sent a PING. {@link #poll()} returns its PONG; at most four wait, further PINGs are not answered. */
    public void onPing(long id, long nowNanos) {
        prove();
        admitPing(id, unreadNanos(nowNanos), nowNanos);
    }

    /** How long PINGs may have piled up because this side did not read. */
    private long unreadNanos(long nowNanos) {
        HeartbeatParts parts = parts();
        if (parts.readPause.isPaused()) {
            return parts.readPause.pausedNanos(nowNanos);
        }
        long lateNanos = nowNanos - dueNanos();
        return Math.max(parts.pauses.lastNanos(), lateNanos > config.tickNanos() ? lateNanos : 0);
    }

    /** The peer sent a PONG with the id of a PING. */
    public void onPong(long id, long nowNanos) {
        OutstandingPings pings = pings();
        if (pings != null && pings.isAnswer(id)) {
            onPong(nowNanos);
            return;
        }
        prove();
        if (pings != null) {
            pings.onEarlierPong();
        }
        onProofOfLife(); // late, but the peer was alive when it answered
    }

    /** The peer sent a PONG, in a protocol whose PONGs have no id. */
    public void onPong(long nowNanos) {
        prove();
        OutstandingPings pings = pings();
        long rttNanos = pings == null ? -1 : pings.onPong(nowNanos);
        onProofOfLife();
        if (rttNanos >= 0 && !isDead()) {
            HeartbeatObservers.roundTrip(rttNanos);
            parts().add(new HeartbeatEvent.RoundTrip(
                    Duration.ofNanos(rttNanos),
                    Duration.ofNanos(smoothedRttNanos()),
                    Duration.ofNanos(leastRttNanos())));
        }
    }

    /**
     * The PING polled last was handed over, and {@link #onPingWritten} will report when it has left. The PONG timeout starts
     * only then: an outbound handler such as a traffic shaper may still be holding the PING. But no longer than
     * {@link HeartbeatConfig#writeStallTimeout()}.
     */
    public void onPingQueued() {
        OutstandingPings pings = pings();
        if (pings != null) {
            pings.expectDeparture();
        }
    }

    /**
     * The PING polled last has left the send queue: its timeout starts. Where a transport can't report that, the timeout
     * starts at the first tick that finds the queue empty.
     */
    public void onPingWritten(long nowNanos) {
        OutstandingPings pings = pings();
        if (pings == null || !pings.isQueued()) {
            return;
        }
        pings.onWritten(nowNanos);
        if (liveness() == PeerLiveness.State.PING_QUEUED) {
            startPongTimeout(nowNanos);
            replan(nowNanos);
        }
    }

    // ---- commands

    /**
     * Pings the peer at once, on suspicion: before a pooled connection is used again, for example. If nothing at all is
     * received within the time given, the peer is dead, however many missed PONGs it has left; unless it is not known to
     * support heartbeats, or the application does not read. A PING that is outstanding already serves for it. Until there is
     * a result, {@link #isChecking()}.
     *
     * <p>Each call may send a PING: more often than the peer {@linkplain HeartbeatConfig#minPingInterval() permits} is a
     * flood.
     *
     * @param within more than 0, at most 1 day; from when the PING leaves the send queue, or from now if it has left
     * @throws IllegalArgumentException if out of range
     * @throws IllegalStateException if the protocol has no PING
     */
    public void pingNow(Duration within, long nowNanos) {
        if (within.isNegative() || within.isZero() || within.compareTo(HeartbeatConfigBuilder.LONGEST) > 0) {
            throw new IllegalArgumentException("within: " + DurationText.format(within)
                    + " (expected: more than 0, at most " + DurationText.format(HeartbeatConfigBuilder.LONGEST) + ")");
        }
        if (config.oneWay) {
            throw new IllegalStateException("pingNow: the heartbeat is one-way (expected: a protocol with a PING)");
        }
        if (isDead()) {
            return;
        }
        sampleInput(nowNanos, 0); // what came before proves nothing about now
        if (liveness() == PeerLiveness.State.ALIVE) {
            ping(nowNanos);
        }
        long remainingNanos = (config.maxMissedPongs - missedPongs() - 1) * config.pongTimeoutNanos;
        parts().liveness.check(within.toNanos(), nowNanos, remainingNanos);
        replan(nowNanos);
    }

    /** Goes on with another configuration. A PING that has left keeps its timeout. */
    public void reconfigure(HeartbeatConfig newConfig, long nowNanos) {
        if (newConfig.localPauseAllowanceNanos < config.localPauseAllowanceNanos) {
            parts().pauses.limit(newConfig.localPauseAllowanceNanos);
        }
        config = newConfig;
        proven |= newConfig.requireHeartbeats;
        if (liveness() == PeerLiveness.State.PING_QUEUED && newConfig.oneWay) {
            startPongTimeout(nowNanos); // there is no PING any more
        }
        replan(nowNanos);
    }

    /**
     * The connection ended otherwise: reset, closed, broken by the peer. Nothing is decided any more.
     *
     * @return false if it was dead already, for another reason, which stays
     */
    public boolean fail(ConnectionLoss loss) {
        if (isDead()) {
            return false;
        }
        die(loss);
        return true;
    }

    /**
     * The peer's END or FIN was read: from now on there is no verdict of silence and no limit of a read pause; BEATs and the
     * write stall go on.
     */
    public void onInputEnded(long nowNanos) {
        inputEnded = true;
        if (parts != null) {
            parts.readPause.end();
        }
        clearSuspicion();
        replan(nowNanos);
    }

    /** Nothing may be sent any more: no BEAT and no PING is due from now on, and silence counts as in a one-way protocol. */
    public void onOutputEnded(long nowNanos) {
        outputEnded = true;
        beatDue = false;
        if (liveness() == PeerLiveness.State.PING_QUEUED) {
            startPongTimeout(nowNanos);
        }
        replan(nowNanos);
    }

    // ---- waiting bytes

    /**
     * The kernel's progress with waiting bytes. Without this call a write counts as stalled only after twice
     * {@link HeartbeatConfig#writeStallTimeout()}, and the verdict is not certain.
     *
     * @param ackedBytes how many bytes of this connection the peer has acknowledged so far (Linux: tcpi_bytes_acked), or any
     *     other number that changes only with them
     */
    public void onWriteProgress(long ackedBytes, long nowNanos) {
        if (isWriteWaiting()) {
            var stall = parts().stall();
            boolean isFirst = !stall.knowsAcknowledgements();
            stall.onAcknowledged(ackedBytes, nowNanos, config.localPauseAllowanceNanos);
            if (isFirst) { // the limit is only half as long now
                long deadlineNanos = nowNanos - stall.stalledNanos(nowNanos) + config.writeStallTimeoutNanos;
                tickNoLaterThan(deadlineNanos - nowNanos > 0 ? deadlineNanos : nowNanos + config.tickNanos());
            }
        }
    }

    // ---- time

    /**
     * Samples what happened since the last tick, and decides.
     *
     * <p>Between two ticks the connection must have had a chance to read, where it wants to: after the process was
     * stopped, timers often run before reads. So a tick has to be called by a scheduled timer, not by a loop that
     * catches up.
     *
     * @param reading whether the connection reads: not if the application holds it back
     * @param writing whether bytes wait in this process to be written
     * @param written any number that changes whenever waiting bytes make progress, such as the number of bytes written
     */
    public void onTick(long nowNanos, boolean reading, boolean writing, long written) {
        if (isDead()) {
            return;
        }
        long lateNanos = nowNanos - dueNanos();
        try {
            long grantedNanos = excusePause(lateNanos);
            boolean afterPause = grantedNanos > 0;
            boolean receivedSome = sampleTraffic(nowNanos, writing, written, grantedNanos);
            checkReading(nowNanos, afterPause, reading, receivedSome);
            checkPingWritten(nowNanos, writing);
            checkSilence(nowNanos, afterPause);
            checkWrite(nowNanos, afterPause);
            checkBeat(nowNanos, writing);
        } finally {
            sampled(nowNanos); // there is a next tick, whatever an observer throws
            plan(nowNanos, writing);
        }
        reportPause(lateNanos);
    }

    /** A transport that can't report when a PING has left: the queue is empty. */
    private void checkPingWritten(long nowNanos, boolean writing) {
        OutstandingPings pings = pings();
        if (!writing && pings != null && !pings.isHeldBack(nowNanos, config.writeStallTimeoutNanos)) {
            onPingWritten(nowNanos);
        }
    }

    /** Rule 2. */
    private void checkBeat(long nowNanos, boolean writing) {
        if (!isDead() && Deadlines.beatNanos(this, nowNanos, writing) <= 0) {
            beatDue = true;
            restartBeat(nowNanos);
        }
    }

    // ---- what to do

    /**
     * The next thing to do. A caller that can't write at the moment may poll later: at most one BEAT, one PING and four PONGs
     * ever wait.
     *
     * @return {@link HeartbeatAction#NONE} if there is nothing more
     */
    public HeartbeatAction poll() {
        if (parts != null) {
            if (isDead()) {
                boolean first = !parts.lossPolled;
                parts.lossPolled = true;
                return first ? HeartbeatAction.DEAD : HeartbeatAction.NONE;
            }
            if (parts.limiter != null && parts.limiter.hasPong()) {
                parts.id = parts.limiter.pollPong();
                return sending(HeartbeatAction.SEND_PONG);
            }
            if (parts.liveness.pollPing()) {
                parts.id = parts.pings().add(random(), sampledNanos());
                return sending(HeartbeatAction.SEND_PING);
            }
        }
        return beatDue ? sending(HeartbeatAction.SEND_BEAT) : HeartbeatAction.NONE;
    }

    private HeartbeatAction sending(HeartbeatAction action) {
        beatDue = false; // whatever is sent is as good as a BEAT
        startPending = false;
        onSent();
        return action;
    }

    /** The next event to report, null if there is none. */
    public @Nullable HeartbeatEvent pollEvent() {
        if (pollProvenEvent()) {
            return new HeartbeatEvent.PeerSupportsHeartbeats();
        }
        return parts == null ? null : parts.pollEvent();
    }

    /**
     * The id of the PING or PONG polled last: eight opaque bytes.
     *
     * @throws IllegalStateException if none was ever polled
     */
    public long id() {
        if (parts == null) {
            throw new IllegalStateException("id: nothing with an id was polled yet (expected: SEND_PING or SEND_PONG)");
        }
        return parts.id;
    }
}

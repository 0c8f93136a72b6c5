package io.keepalive.heartbeat;

import io.keepalive.loss.ConnectionLoss;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a connection and its peer: the configuration, the parts, and what callers can ask. A superclass of
 * {@link Heartbeat} and no object of its own (decision 104).
 */
abstract class HeartbeatState extends Traffic {
    HeartbeatConfig config;
    boolean proven;
    boolean inputEnded;
    boolean outputEnded;
    /** No heartbeat was sent yet, and one has to be, whatever else is sent. */
    boolean startPending;

    /** Null while nothing out of the ordinary has happened. */
    @Nullable
    HeartbeatParts parts;

    HeartbeatState(HeartbeatConfig config, long seed, long nowNanos) {
        super(seed, nowNanos);
        this.config = Objects.requireNonNull(config, "config");
        this.proven = config.requireHeartbeats;
    }

    final HeartbeatParts parts() {
        HeartbeatParts made = parts;
        if (made == null) {
            made = new HeartbeatParts(config.localPauseAllowanceNanos);
            parts = made;
        }
        return made;
    }

    final @Nullable OutstandingPings pings() {
        return parts == null ? null : parts.pings;
    }

    final PeerLiveness.State liveness() {
        return parts == null ? PeerLiveness.State.ALIVE : parts.liveness.state();
    }

    final boolean isReadPaused() {
        return parts != null && parts.readPause.isPaused();
    }

    /** Whether silence means anything. */
    final boolean expectsInput() {
        return !inputEnded && !isReadPaused();
    }

    // ---- for callers

    /** The configuration in force: of the constructor, or of the last {@link Heartbeat#reconfigure}. */
    public HeartbeatConfig config() {
        return config;
    }

    /** Whether the connection is dead: from the first verdict or {@link Heartbeat#fail} on. */
    public boolean isDead() {
        return liveness() == PeerLiveness.State.DEAD;
    }

    /** Why the connection is dead; empty if it is not. */
    public Optional<ConnectionLoss> loss() {
        return parts == null ? Optional.empty() : Optional.ofNullable(parts.loss);
    }

    /** Whether the connection died because the peer sent too many PINGs: a protocol that can notify the peer should do so. */
    public boolean isFlooded() {
        return parts != null && parts.flooded;
    }

    /** Whether the peer is known to support heartbeats: once it has sent a BEAT, PING or PONG. */
    public boolean peerSupportsHeartbeats() {
        return proven;
    }

    /** How many PONGs in a row are missing: 0 for a healthy connection. */
    public int missedPongs() {
        return parts == null ? 0 : parts.liveness.missedPongs();
    }

    /** Whether a {@link Heartbeat#pingNow} is under way: not once bytes were received, as far as ticks and PONGs reported. */
    public boolean isChecking() {
        return parts != null && parts.liveness.isChecking() && !isDead();
    }

    /**
     * Whether a PING was polled that has not left the send queue, as far as {@link Heartbeat#onPingWritten} and ticks
     * reported.
     */
    public boolean isPingQueued() {
        OutstandingPings pings = pings();
        return pings != null && pings.isQueued();
    }

    /**
     * Whether bytes waited to be written at the last tick. What counts then is what the peer acknowledges: a kernel wakes a
     * writer only when a third of its buffer is free (Linux, sk_stream_is_writeable), which takes minutes on a slow link.
     * A caller that can ask the kernel does so after each such tick, and passes the number to
     * {@link Heartbeat#onWriteProgress}.
     */
    public boolean isWriteWaiting() {
        return parts != null && parts.stall != null && parts.stall.isWaiting();
    }

    /** The last round-trip time in nanoseconds; -1 before the first PONG. */
    public long lastRttNanos() {
        OutstandingPings pings = pings();
        return pings == null ? -1 : pings.lastRttNanos();
    }

    /** The smoothed round-trip time in nanoseconds, with a weight of 1/8 for each new one (RFC 6298, section 2); or -1. */
    public long smoothedRttNanos() {
        OutstandingPings pings = pings();
        return pings == null ? -1 : pings.smoothedRttNanos();
    }

    /** The shortest round-trip time in nanoseconds; -1 before the first PONG. */
    public long leastRttNanos() {
        OutstandingPings pings = pings();
        return pings == null ? -1 : pings.leastRttNanos();
    }

    @Override
    public String toString() {
        return "Heartbeat[" + liveness() + (proven ? "" : ", unproven") + (isReadPaused() ? ", reading paused" : "")
                + (missedPongs() > 0 ? ", missedPongs " + missedPongs() : "") + "]";
    }
}

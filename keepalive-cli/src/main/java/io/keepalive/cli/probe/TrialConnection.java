package io.keepalive.cli.probe;

import java.util.Optional;

/**
 * One connection that is left idle and then probed: a state machine in virtual time. Its owner reports what happens to
 * the connection and sends a probe when {@link #onTick} asks for one.
 */
final class TrialConnection {
    /** How often a peer may interrupt the silence: a greeting, a retransmitted handshake. */
    private static final int MOST_RESTARTS = 3;

    private final long idleNanos;
    private final long paceNanos;
    private long idleSince;
    private boolean connected;
    private int restarts;
    private long firstProbe;
    private long nextProbe;
    private int probes;
    private Optional<Trial> result = Optional.empty();

    /**
     * @param idleNanos how long to leave it idle
     * @param paceNanos between two probes
     */
    TrialConnection(long idleNanos, long paceNanos) {
        this.idleNanos = idleNanos;
        this.paceNanos = paceNanos;
    }

    void onConnected(long now) {
        connected = true;
        idleSince = now;
        nextProbe = now + idleNanos;
    }

    /** The peer sent something: before the first probe the silence starts again, after it that is the answer. */
    void onHeard(long now) {
        if (result.isPresent()) {
            return;
        }
        if (probes > 0) {
            end(Fate.LIVED, firstProbe - idleSince);
        } else if (++restarts >= MOST_RESTARTS) {
            end(Fate.NEVER_IDLE, now - idleSince);
        } else {
            idleSince = now;
            nextProbe = now + idleNanos;
        }
    }

    void onReset(long now) {
        end(probes > 0 ? Fate.RESET_ON_PROBE : Fate.RESET, (probes > 0 ? firstProbe : now) - idleSince);
    }

    void onClosed(long now) {
        // A FIN after the probe crossed it: the peer was reachable.
        end(probes > 0 ? Fate.LIVED : Fate.CLOSED, (probes > 0 ? firstProbe : now) - idleSince);
    }

    /** The kernel gave up, or its owner does. */
    void onUnanswered() {
        end(probes > 0 ? Fate.SILENT : Fate.VOID, firstProbe - idleSince);
    }

    void onVoid() {
        end(Fate.VOID, 0);
    }

    /** Whether to send a probe now. */
    boolean onTick(long now) {
        if (!connected || result.isPresent() || now - nextProbe < 0) {
            return false;
        }
        if (probes == 0) {
            firstProbe = now;
        }
        probes++;
        nextProbe = now + paceNanos;
        return true;
    }

    /** When {@link #onTick} has something to do. */
    long dueNanos() {
        return nextProbe;
    }

    long paceNanos() {
        return paceNanos;
    }

    boolean isConnected() {
        return connected;
    }

    boolean isOpen() {
        return result.isEmpty();
    }

    /** Probes sent without an answer. */
    int probes() {
        return probes;
    }

    Optional<Trial> result() {
        return result;
    }

    private void end(Fate fate, long nanos) {
        if (result.isEmpty()) {
            boolean late = fate.isDeath() && !fate.isEarly() && nanos > idleNanos + Lengths.LATE_NANOS;
            result = Optional.of(late ? new Trial(Fate.VOID, nanos) : new Trial(fate, nanos));
        }
    }
}

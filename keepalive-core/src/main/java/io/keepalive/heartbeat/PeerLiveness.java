package io.keepalive.heartbeat;

/**
 * Whether the peer is alive: a state machine that is moved by received bytes and by one deadline. It sends nothing and
 * decides nothing about what follows; {@link #onDeadline} returns what a passed deadline means.
 *
 * <pre>
 *                silent for pingIdle              left the queue
 *     ALIVE ─────────────────────────▶ PING_QUEUED ────────────▶ PING_SENT
 *       ▲                                   ▲                        │ nothing for pongTimeout:
 *       │ any byte, or                      │ fewer than             │ a missed PONG
 *       │ reading paused or ended,          │ maxMissedPongs         │
 *       │ from any state but DEAD           └────────────────────────┤
 *       │                                                            │ the last one
 *       │                      a tick later, on time, nothing        ▼
 *       └─────────────── DEAD ◀────────────────────────────────── SUSPECT
 * </pre>
 *
 * <p>PING_QUEUED has no deadline: a PING that can't leave is a stalled write. Where no PING may be sent (one-way protocols,
 * an output that has ended, four unanswered ones) PING_SENT begins without it. A peer that may not support heartbeats goes
 * from its last missed PONG back to ALIVE. Every other cause of death leads to DEAD from any state.
 */
final class PeerLiveness {
    enum State {
        /** Bytes were received, or there is a reason not to expect any. */
        ALIVE,
        /** A PING is on its way through the send queue. */
        PING_QUEUED,
        /** A PING has left; its timeout runs. */
        PING_SENT,
        /** The last timeout has passed. The connection gets one chance to read what may have come long ago. */
        SUSPECT,
        DEAD
    }

    /** What the deadline means at a tick. */
    enum Outcome {
        /** It has not passed, or there is none. */
        NONE,
        /** A PONG is missing; another PING follows. */
        PING_AGAIN,
        /** The last PONG is missing: SUSPECT now. */
        SUSPECT,
        /** The last PONG is missing, of a peer that may not support heartbeats. */
        UNRESPONSIVE,
        /** Nothing came while the peer was SUSPECT. */
        DEAD
    }

    private State state = State.ALIVE;
    private boolean pingDue;
    private boolean checking;
    private int missedPongs;
    private long checkWithinNanos;
    private long deadlineNanos;

    State state() {
        return state;
    }

    /** Whether the deadline runs. */
    boolean hasDeadline() {
        return state == State.PING_SENT || state == State.SUSPECT;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    int missedPongs() {
        return missedPongs;
    }

    /** Whether a ping on suspicion is under way. */
    boolean isChecking() {
        return checking;
    }

    // ---- PINGs

    /** Rule 3: the silence is long enough, a PING is due. Its timeout starts when it leaves the queue. */
    void queuePing() {
        state = State.PING_QUEUED;
        pingDue = true;
    }

    /** The PING has left the queue, or none may be sent: the timeout starts. */
    void startTimeout(long nowNanos, long pongTimeoutNanos) {
        state = State.PING_SENT;
        pingDue = false;
        deadlineNanos = nowNanos + (checking ? checkWithinNanos : pongTimeoutNanos);
    }

    /** Whether a PING has to be sent: once for each. */
    boolean pollPing() {
        boolean due = pingDue;
        pingDue = false;
        return due;
    }

    /**
     * Rule 10: a result is wanted within this time. The shortest request counts, and none puts off a verdict.
     *
     * @param remainingNanos the timeouts that the peer has left without this request, after the one that runs
     */
    void check(long withinNanos, long nowNanos, long remainingNanos) {
        if (state == State.PING_QUEUED) {
            checkWithinNanos = checking ? Math.min(checkWithinNanos, withinNanos) : withinNanos;
        } else if (state == State.PING_SENT) {
            long latestNanos = deadlineNanos + (checking ? 0 : Math.max(0, remainingNanos));
            deadlineNanos = Deadlines.earlier(latestNanos, nowNanos + withinNanos);
        }
        checking = true; // a SUSPECT has its result at the next tick
    }

    // ---- the deadline

    /**
     * Rules 3 and 7: what the deadline means at this tick, which is on time.
     *
     * @param proven whether the peer supports heartbeats, so that its silence is fatal
     */
    Outcome onDeadline(long nowNanos, HeartbeatConfig config, boolean proven) {
        if (state == State.SUSPECT) {
            return Outcome.DEAD;
        }
        missedPongs++;
        if (missedPongs < config.maxMissedPongs && !checking) {
            return Outcome.PING_AGAIN;
        }
        if (!proven) {
            return Outcome.UNRESPONSIVE;
        }
        state = State.SUSPECT;
        deadlineNanos = nowNanos + config.tickNanos();
        return Outcome.SUSPECT;
    }

    boolean isDeadlinePassed(long nowNanos) {
        return hasDeadline() && nowNanos - deadlineNanos >= 0;
    }

    /** Rule 4: this process did not run for a while. */
    void postpone(long nanos) {
        deadlineNanos += nanos;
    }

    /** Rule 4: what came during a pause is not read yet; another tick has to pass. */
    void postponeTo(long nanos) {
        deadlineNanos = nanos;
    }

    /**
     * Rules 1 and 5: bytes were received, or none can be expected. Forgets what ran against the peer.
     *
     * @return how many PONGs were missing
     */
    int clear() {
        int missed = missedPongs;
        state = State.ALIVE;
        missedPongs = 0;
        checking = false;
        pingDue = false;
        return missed;
    }

    void die() {
        state = State.DEAD;
        pingDue = false;
    }
}

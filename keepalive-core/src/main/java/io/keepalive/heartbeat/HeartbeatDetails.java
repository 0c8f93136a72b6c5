package io.keepalive.heartbeat;

import io.keepalive.loss.ConnectionLoss;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Heartbeat} remembers about questions, answers, pauses and waiting bytes: nothing that a connection needs
 * while both sides beat and read and the send queue is empty, which is nearly always.
 */
final class HeartbeatDetails {
    /** More than any peer has a use for: it asks again when the one before is answered or overdue. */
    private static final int PONGS = 4;

    /** As many questions of ours may be out (docs/heartbeat-protocol.md). */
    private static final int MOST_UNANSWERED = 4;

    /** Questions may come so many ahead of time: twice as many as a sender has out at most (docs/heartbeat-protocol.md). */
    private static final int BURST = 8;

    /** As many may have piled up while this side was not reading. */
    private static final int PILED_UP = 1000;

    /** As gRPC's MAX_PING_STRIKES. */
    private static final int FLOOD_STRIKES = 2;

    final HeartbeatEvents events = new HeartbeatEvents();

    // our questions
    private int pingCount;
    private long pingId;
    private long pingSentNanos;
    private boolean isOut;
    private int unanswered;
    /** A question stands in our own send queue, as far as we were told. */
    boolean queued;
    /** We will be told when it has left. */
    boolean willBeTold;

    long checkWithinNanos;
    long lastRttNanos = -1;
    long smoothedRttNanos = -1;
    long leastRttNanos = -1;

    // the peer's questions
    private final long[] pongs = new long[PONGS];
    private int pongCount;
    private boolean wasPinged;
    private long permittedUntilNanos;
    private int floodStrikes;
    boolean flooded;

    /** How long this side had not read before its last tick. */
    long unreadNanos;

    /** While AWAITING or SUSPECT. */
    long deadlineNanos;

    /** How much of local pauses the peer is still granted. */
    long creditNanos;

    /** While the application does not read. */
    long readPausedNanos;

    // waiting bytes
    boolean watching;
    private long written;
    private long ackedBytes;
    boolean ackedKnown;
    long progressNanos;
    long stallCreditNanos;
    boolean stallSuspected;
    long stallConvictNanos;

    /** Of the action polled last. */
    long id;

    // the end
    private @Nullable ConnectionLoss loss;
    private boolean lossPolled;

    HeartbeatDetails(long creditNanos) {
        this.creditNanos = creditNanos;
    }

    /** Ids tell a connection's questions apart, and can't be guessed by who has not seen them. */
    void ask(int random, long nowNanos) {
        pingCount++;
        pingId = (long) pingCount << 32 | (random & 0xFFFF_FFFFL);
        id = pingId;
        pingSentNanos = nowNanos;
        isOut = true;
        queued = true;
        willBeTold = false;
        unanswered++;
    }

    /** More would only pile up behind what the peer has not read yet, and look like a flood when it does. */
    boolean isAskedEnough() {
        return unanswered >= MOST_UNANSWERED;
    }

    /** The peer answered an earlier question. */
    void answeredEarlier() {
        unanswered = Math.max(0, unanswered - 1);
    }

    /** Whether a question waits somewhere between us and the transport; for no longer than a write may stall. */
    boolean isHeldBack(long nowNanos, long atMostNanos) {
        return queued && willBeTold && nowNanos - pingSentNanos < atMostNanos;
    }

    void pingWritten(long nowNanos) {
        pingSentNanos = nowNanos;
        queued = false;
    }

    boolean isAnswer(long answeredId) {
        return isOut && answeredId == pingId;
    }

    /**
     * Measures the time of an answer.
     *
     * @return -1 if there was no question
     */
    long answered(long nowNanos) {
        if (!isOut) {
            return -1;
        }
        isOut = false;
        unanswered = 0;
        long rttNanos = Math.max(0, nowNanos - pingSentNanos);
        lastRttNanos = rttNanos;
        smoothedRttNanos = smoothedRttNanos < 0 ? rttNanos : smoothedRttNanos + (rttNanos - smoothedRttNanos) / 8;
        leastRttNanos = leastRttNanos < 0 ? rttNanos : Math.min(leastRttNanos, rttNanos);
        return rttNanos;
    }

    /**
     * Queues a PONG, if the peer has not sent too many PINGs: a bucket of eight that gains one each interval (a GCRA, as in
     * ATM Forum TM 4.0). A PING that finds it empty is a strike; strikes are forgotten once it is full.
     *
     * @param unreadNanos how long this side had not read: PINGs may have piled up
     * @return false at the third strike
     */
    boolean admitPing(long pingedId, long nowNanos, long unreadNanos, long intervalNanos) {
        long fullNanos = nowNanos - Math.min(unreadNanos, PILED_UP * intervalNanos);
        if (!wasPinged || fullNanos - permittedUntilNanos >= 0) {
            wasPinged = true;
            permittedUntilNanos = fullNanos;
            floodStrikes = 0;
        }
        if (permittedUntilNanos + intervalNanos - nowNanos <= BURST * intervalNanos) {
            permittedUntilNanos += intervalNanos;
        } else if (++floodStrikes > FLOOD_STRIKES) {
            return false;
        }
        if (pongCount < PONGS) {
            pongs[pongCount++] = pingedId;
        }
        return true;
    }

    /** Takes the oldest answer from the queue, to be found in {@link #id}. */
    boolean pollPong() {
        if (pongCount == 0) {
            return false;
        }
        id = pongs[0];
        System.arraycopy(pongs, 1, pongs, 0, --pongCount);
        return true;
    }

    /**
     * Looks at bytes that wait to be written.
     *
     * @return whether some left since the last look
     */
    boolean sawWriting(long nowNanos, long writtenNow, long localPauseAllowanceNanos) {
        boolean progressed = watching && writtenNow != written;
        if (!watching || progressed) {
            progressNanos = nowNanos;
            stallCreditNanos = localPauseAllowanceNanos;
        }
        if (!watching) {
            ackedKnown = false;
        }
        watching = true;
        written = writtenNow;
        return progressed;
    }

    /** The first number after bytes began to wait is only remembered. */
    void sawAcked(long nowNanos, long ackedNow, long localPauseAllowanceNanos) {
        if (ackedKnown && ackedNow != ackedBytes) {
            progressNanos = nowNanos;
            stallCreditNanos = localPauseAllowanceNanos;
            stallSuspected = false;
        }
        ackedKnown = true;
        ackedBytes = ackedNow;
    }

    /**
     * How long waiting bytes may make no progress. Where the kernel can't be asked, twice as long: with the default of 60 s,
     * long enough for a third of Linux' largest send buffer (4 MiB, tcp_wmem) to leave at 100 kbit/s.
     */
    long stallLimitNanos(long writeStallTimeoutNanos) {
        return ackedKnown ? writeStallTimeoutNanos : 2 * writeStallTimeoutNanos;
    }

    /**
     * Moves what runs against the application, by all of it; and what runs against waiting bytes, on a credit of its own,
     * since the peer may be heard all the time.
     */
    void grant(long lateNanos) {
        readPausedNanos += lateNanos;
        long granted = Math.min(lateNanos, stallCreditNanos);
        progressNanos += granted;
        stallCreditNanos -= granted;
    }

    /**
     * Nothing waits.
     *
     * @return whether something did at the last look
     */
    boolean sawNoWriting() {
        boolean wasWatching = watching;
        watching = false;
        stallSuspected = false;
        return wasWatching;
    }

    // ---- the end

    void lost(ConnectionLoss cause) {
        loss = cause;
    }

    Optional<ConnectionLoss> loss() {
        return Optional.ofNullable(loss);
    }

    /** Only once. */
    boolean pollLoss() {
        boolean first = !lossPolled;
        lossPolled = true;
        return first;
    }
}

package io.keepalive.heartbeat;

/** The PINGs that were sent and not answered, and the round-trip times of those that were. Made with the first PING. */
final class OutstandingPings {
    /** As many may be unanswered (docs/heartbeat-protocol.md). More would pile up where the peer does not read. */
    private static final int MAX_UNANSWERED = 4;

    private int count;
    private int unanswered;
    private boolean awaited;
    private boolean queued;
    private boolean departureReported;
    private long id;
    private long sentNanos;

    private long lastRttNanos = -1;
    private long smoothedRttNanos = -1;
    private long leastRttNanos = -1;

    /**
     * Adds a PING.
     *
     * @param random makes its id hard to guess for a peer that has not seen it
     * @return its id, which is different for each PING of the connection
     */
    long add(int random, long nowNanos) {
        count++;
        id = (long) count << 32 | (random & 0xFFFF_FFFFL);
        sentNanos = nowNanos;
        awaited = true;
        queued = true;
        departureReported = false;
        unanswered++;
        return id;
    }

    boolean isFull() {
        return unanswered >= MAX_UNANSWERED;
    }

    // ---- the send queue

    /** Whether the last PING has not left the send queue, as far as is known. */
    boolean isQueued() {
        return queued;
    }

    /** The transport will report when the last PING has left. */
    void expectDeparture() {
        departureReported |= queued;
    }

    /** Whether the last PING waits somewhere in front of the transport; for no longer than a write may stall. */
    boolean isHeldBack(long nowNanos, long limitNanos) {
        return queued && departureReported && nowNanos - sentNanos < limitNanos;
    }

    void onWritten(long nowNanos) {
        sentNanos = nowNanos;
        queued = false;
    }

    // ---- PONGs

    /** Whether this is the PONG of the last PING. */
    boolean isAnswer(long pongId) {
        return awaited && pongId == id;
    }

    /** A PONG of an earlier PING: proof of life, but no round-trip time. */
    void onEarlierPong() {
        unanswered = Math.max(0, unanswered - 1);
    }

    /**
     * The PONG of the last PING.
     *
     * @return the round-trip time, -1 if no PING was awaiting one
     */
    long onPong(long nowNanos) {
        if (!awaited) {
            return -1;
        }
        awaited = false;
        unanswered = 0;
        long rttNanos = Math.max(0, nowNanos - sentNanos);
        lastRttNanos = rttNanos;
        // RFC 6298, section 2: alpha = 1/8
        smoothedRttNanos = smoothedRttNanos < 0 ? rttNanos : smoothedRttNanos + (rttNanos - smoothedRttNanos) / 8;
        leastRttNanos = leastRttNanos < 0 ? rttNanos : Math.min(leastRttNanos, rttNanos);
        return rttNanos;
    }

    // ---- round-trip times, -1 until the first PONG

    long lastRttNanos() {
        return lastRttNanos;
    }

    long smoothedRttNanos() {
        return smoothedRttNanos;
    }

    long leastRttNanos() {
        return leastRttNanos;
    }
}

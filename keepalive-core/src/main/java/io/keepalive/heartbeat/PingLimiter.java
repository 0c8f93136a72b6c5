package io.keepalive.heartbeat;

/**
 * The PINGs of the peer: whether they come too often, and the PONGs that wait to be sent. Made with the first PING.
 *
 * <pre>
 *                  PING, bucket not empty                 PING, bucket empty, 3 times
 *     QUIET ────────────────────────────▶ PINGED ────────────────────────────────────▶ FLOODED
 *       ▲            bucket full again      │
 *       └───────────────────────────────────┘
 * </pre>
 *
 * <p>Rule 9. The bucket is a GCRA (ATM Forum TM 4.0): it holds eight PINGs and gains one each interval.
 */
final class PingLimiter {
    /** Twice as many as a sender may have unanswered (docs/heartbeat-protocol.md). */
    private static final int BURST = 8;

    /** As gRPC's MAX_PING_STRIKES. */
    private static final int MAX_STRIKES = 2;

    /** As many PINGs may have piled up while this side did not read. */
    private static final int MAX_PILED_UP = 1000;

    /** More PONGs have no use: a peer sends another PING when the last one is answered or overdue. */
    private static final int MAX_PONGS = 4;

    private final long[] pongs = new long[MAX_PONGS];
    private int pongCount;
    private int strikes;
    private boolean pinged;
    /** When the bucket will be full again. */
    private long fullNanos;

    /**
     * A PING was received: queues its PONG, unless four wait already.
     *
     * @param unreadNanos for how long this side had not read: PINGs may have piled up
     * @return false at the third PING too many: a flood
     */
    boolean admit(long id, long nowNanos, long unreadNanos, long minIntervalNanos) {
        long excusedNanos = nowNanos - Math.min(unreadNanos, MAX_PILED_UP * minIntervalNanos);
        if (!pinged || excusedNanos - fullNanos >= 0) {
            pinged = true;
            fullNanos = excusedNanos;
            strikes = 0;
        }
        if (fullNanos + minIntervalNanos - nowNanos <= BURST * minIntervalNanos) {
            fullNanos += minIntervalNanos;
        } else if (++strikes > MAX_STRIKES) {
            return false;
        }
        if (pongCount < MAX_PONGS) {
            pongs[pongCount++] = id;
        }
        return true;
    }

    boolean hasPong() {
        return pongCount > 0;
    }

    /** Removes the oldest PONG; only if there is one. */
    long pollPong() {
        long id = pongs[0];
        System.arraycopy(pongs, 1, pongs, 0, --pongCount);
        return id;
    }
}

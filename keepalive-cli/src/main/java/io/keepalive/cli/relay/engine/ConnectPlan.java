package io.keepalive.cli.relay.engine;

/**
 * How much time each address of a name gets to connect: the time that is left, shared equally among the addresses that
 * are left. The first address that answers wins; a refusal moves on at once.
 *
 * <p>A time limit also ends the phases before: the PROXY header and the look-up. Not thread-safe.
 */
public final class ConnectPlan {
    private final long limitNanos;
    private int left;

    /** The end of the current phase or attempt. */
    private long deadlineNanos;

    /** A plan whose time runs from now. */
    public ConnectPlan(long limitNanos, long nowNanos) {
        this.limitNanos = nowNanos + limitNanos;
        this.deadlineNanos = this.limitNanos;
    }

    /** The look-up returned this many addresses. */
    public void onResolved(int addresses) {
        left = addresses;
    }

    /**
     * Starts the attempt with the next address.
     *
     * @return false if there is no further address, or no time left
     */
    public boolean tryNext(long nowNanos) {
        if (left == 0 || nowNanos - limitNanos >= 0) {
            return false;
        }
        deadlineNanos = nowNanos + (limitNanos - nowNanos) / left;
        left--;
        return true;
    }

    /** Whether the time of the current phase or attempt is over. */
    public boolean isOver(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }
}

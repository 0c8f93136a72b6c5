package io.keepalive.socket;

import io.keepalive.internal.WriteStall;
import java.util.concurrent.TimeUnit;

/**
 * Watches one writer that may block: the writer counts, the watcher passes the count to a {@link WriteStall} from time to
 * time. Nothing here reads a clock.
 *
 * <p>{@link #beginWrite} and {@link #endWrite} are for one writer at a time, {@link #tick} for one other thread.
 */
final class WriteStallWatch {
    /** Local pauses are excused up to so many times the limit, so that a process that is always late finds a stall, too. */
    private static final int PAUSES_EXCUSED = 10;

    private final long limitNanos;
    private final long tickNanos;
    private final WriteStall stall = new WriteStall();

    /** Odd while a write is under way. */
    private volatile long count;

    private long tickedNanos;

    WriteStallWatch(long limitNanos, long nowNanos) {
        this.limitNanos = limitNanos;
        this.tickNanos = tickNanos(limitNanos);
        this.tickedNanos = nowNanos;
    }

    /**
     * How often to tick: twelve times within the limit, so that a stall is found within 1.25 × the limit. One tick learns about
     * the write, one finds the limit passed, and the next one, on time, decides.
     */
    static long tickNanos(long limitNanos) {
        return Math.max(
                TimeUnit.MILLISECONDS.toNanos(1), Math.min(TimeUnit.MILLISECONDS.toNanos(666), limitNanos / 12));
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
    void beginWrite() {
        count++;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    void endWrite() {
        count++;
    }

    /**
     * Samples the count. A tick that is late by more than a tick proves that this process did not run.
     *
     * @return whether the same write has been under way for the limit
     */
    boolean tick(long nowNanos) {
        long lateNanos = nowNanos - tickedNanos - tickNanos;
        boolean afterPause = lateNanos > tickNanos;
        tickedNanos = nowNanos;
        if (afterPause) {
            stall.onLocalPause(lateNanos);
        }
        long current = count;
        if ((current & 1) == 1) {
            stall.onWaiting(current, nowNanos, PAUSES_EXCUSED * limitNanos);
        } else {
            stall.onIdle();
        }
        return stall.isStalled(nowNanos, afterPause, limitNanos, tickNanos);
    }
}

package io.keepalive.socket;

import java.util.concurrent.TimeUnit;

/**
 * Decides whether one writer is stalled. The writer counts, the watcher looks at the count from time to time; nothing
 * here reads a clock.
 *
 * <pre>
 *            beginWrite                   tick: count unchanged for the limit
 *   idle  ─────────────▶  writing  ─────────────────────────────────────────▶  stalled
 *  (even) ◀─────────────   (odd)
 *             endWrite
 * </pre>
 *
 * <p>Ticks are late when this process was stopped or starved, and then the writer could not go on either. A tick
 * therefore counts for two intervals at the most, however late it comes.
 *
 * <p>{@link #beginWrite} and {@link #endWrite} are for one writer at a time, {@link #tick} for one other thread.
 */
final class WriteStallWatch {
    private final long limitNanos;
    private final long tickNanos;

    /** Odd while a write is under way. */
    private volatile long count;

    private long seenCount;
    private long seenNanos;
    private long unchangedNanos;

    WriteStallWatch(long limitNanos, long nowNanos) {
        this.limitNanos = limitNanos;
        this.tickNanos = tickNanos(limitNanos);
        this.seenNanos = nowNanos;
    }

    /** How often to tick: an eighth of the limit, so that a stall is found within 1.25 × the limit. */
    static long tickNanos(long limitNanos) {
        return Math.max(TimeUnit.MILLISECONDS.toNanos(1), Math.min(TimeUnit.SECONDS.toNanos(1), limitNanos / 8));
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
     * Looks at the count.
     *
     * @return whether the same write has been under way for the limit
     */
    boolean tick(long nowNanos) {
        long current = count;
        boolean unchanged = (current & 1) == 1 && current == seenCount;
        unchangedNanos = unchanged ? unchangedNanos + Math.min(nowNanos - seenNanos, 2 * tickNanos) : 0;
        seenCount = current;
        seenNanos = nowNanos;
        return unchangedNanos >= limitNanos;
    }
}

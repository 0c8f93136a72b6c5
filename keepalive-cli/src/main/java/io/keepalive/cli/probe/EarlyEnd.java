package io.keepalive.cli.probe;

import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * Connections that were closed or reset during the silence: by a proxy, a box, or the server itself.
 *
 * @param fate {@link Fate#CLOSED} or {@link Fate#RESET}, whichever was more frequent
 * @param firstNanos the earliest
 * @param medianNanos the median
 * @param lastNanos the latest
 */
record EarlyEnd(Fate fate, long firstNanos, long medianNanos, long lastNanos) {
    private static final long CONSTANT_WITHIN = TimeUnit.MILLISECONDS.toNanos(500);

    static EarlyEnd of(Round round) {
        long[] times = times(round).toArray();
        long closed = round.trials().stream()
                .filter(trial -> trial.fate() == Fate.CLOSED)
                .count();
        return new EarlyEnd(
                closed * 2 >= times.length ? Fate.CLOSED : Fate.RESET,
                times[0],
                times[times.length / 2],
                times[times.length - 1]);
    }

    private static LongStream times(Round round) {
        return round.trials().stream()
                .filter(trial -> trial.fate().isEarly())
                .mapToLong(Trial::idleNanos)
                .sorted();
    }

    /** Whether they ended at the same time, within half a second or a sixteenth. */
    boolean isConstant() {
        return lastNanos - firstNanos <= Math.max(CONSTANT_WITHIN, medianNanos / 16);
    }

    /** The interval around a constant end is as wide as the resolution. */
    long lowerNanos(Goal goal) {
        return Math.max(0, isConstant() ? medianNanos - goal.resolutionNanos(medianNanos) / 2 : firstNanos);
    }

    long upperNanos(Goal goal) {
        return isConstant() ? medianNanos + goal.resolutionNanos(medianNanos) / 2 : lastNanos;
    }
}

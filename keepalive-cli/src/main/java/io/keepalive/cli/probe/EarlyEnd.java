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
 * @param isConstant whether three in four ended at the same time
 */
record EarlyEnd(Fate fate, long firstNanos, long medianNanos, long lastNanos, boolean isConstant) {
    private static final long CONSTANT_WITHIN = TimeUnit.MILLISECONDS.toNanos(500);

    static EarlyEnd of(Round round) {
        long[] times = times(round).toArray();
        long median = times[times.length / 2];
        long near = times(round)
                .filter(time -> Math.abs(time - median) <= tolerance(median))
                .count();
        long closed = round.trials().stream()
                .filter(trial -> trial.fate() == Fate.CLOSED)
                .count();
        return new EarlyEnd(
                closed * 2 >= times.length ? Fate.CLOSED : Fate.RESET,
                times[0],
                median,
                times[times.length - 1],
                near * 4 >= times.length * 3L);
    }

    private static long tolerance(long nanos) {
        return Math.max(CONSTANT_WITHIN, nanos / 16);
    }

    private static LongStream times(Round round) {
        return round.trials().stream()
                .filter(trial -> trial.fate().isEarly())
                .mapToLong(Trial::idleNanos)
                .sorted();
    }

    /** Whether both are constant and at the same time. */
    boolean agreesWith(EarlyEnd other) {
        return isConstant()
                && other.isConstant()
                && Math.abs(medianNanos - other.medianNanos) <= tolerance(medianNanos);
    }

    /** The interval around a constant end is as wide as the resolution. */
    long lowerNanos(Goal goal) {
        return Math.max(0, medianNanos - goal.resolutionNanos(medianNanos) / 2);
    }

    long upperNanos(Goal goal) {
        return medianNanos + goal.resolutionNanos(medianNanos) / 2;
    }
}

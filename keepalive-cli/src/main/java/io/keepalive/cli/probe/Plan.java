package io.keepalive.cli.probe;

import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * The cheapest search there is: which length to try next, so that the time is the least multiple of the timeout whatever
 * the timeout is, and at most {@value #TIMES_KNOWN} times where it is short or in the catalogue.
 *
 * <p>Found by dynamic programming over {@link Lengths#cells}. A round takes as long as its length, whether it lives or dies, and
 * halves what is possible at best. So the number of cells that can be distinguished within a given multiple of the timeout is
 * limited: no search whose rounds follow each other finds every timeout up to 20 minutes to a second within 8 times its
 * length (PlanTest).
 */
final class Plan {
    /** For timeouts that are short or in the catalogue. */
    private static final double TIMES_KNOWN = 7.95;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Where nothing dies up to the longest length, as a multiple of that. */
    private static final double TIMES_NONE = 4;

    /** From here on the multiple counts. */
    private static final long LEAST = 3 * SECOND;

    /** What the proof of a death takes beyond its length. */
    private static final long DEATH = SECOND * 6 / 10;

    /** What the program's start and the connections take in all. */
    private static final long START = 3 * SECOND / 2;

    private static final double MOST_TIMES = 64;
    private static final double TIMES_PRECISION = 0.01;

    private final long[] lengths;
    private final int[] rungs;
    private final int[][] splits;

    /** The most that may have been spent when a length lived, or between one that lived and one that died. */
    private final double[][] budgets;

    private final double times;

    /**
     * @param lengths ascending from 0
     */
    Plan(long[] lengths) {
        this.lengths = lengths;
        this.rungs = new int[lengths.length];
        this.splits = new int[lengths.length][lengths.length];
        this.budgets = new double[lengths.length][lengths.length];
        double impossible = 0;
        double possible = MOST_TIMES;
        while (possible - impossible > TIMES_PRECISION) {
            double middle = (impossible + possible) / 2;
            if (isPossible(middle)) {
                possible = middle;
            } else {
                impossible = middle;
            }
        }
        isPossible(possible);
        this.times = possible;
    }

    static Plan of(Goal goal) {
        return new Plan(Lengths.cells(goal));
    }

    /** The time of the search at most, as a multiple of the timeout; without what noise costs. */
    double timesTheTimeout() {
        return times;
    }

    /** The longest length; if that lives there is nothing to find. */
    long longestNanos() {
        return lengths[lengths.length - 1];
    }

    /** What to try if this lived and nothing died yet; empty above the longest. */
    OptionalLong above(long lived) {
        int from = floor(lived);
        return from == lengths.length - 1 ? OptionalLong.empty() : OptionalLong.of(lengths[rungs[from]]);
    }

    /** What to try between one that lived and one that died; empty if they are neighbours. */
    OptionalLong between(long lived, long died) {
        int from = floor(lived);
        int to = Math.min(lengths.length - 1, -1 - Arrays.binarySearch(lengths, died - 1));
        if (to - from < 2) {
            return OptionalLong.empty();
        }
        long length = lengths[splits[from][to]];
        return length > lived && length < died ? OptionalLong.of(length) : OptionalLong.empty();
    }

    private int floor(long length) {
        int index = Arrays.binarySearch(lengths, length);
        return index >= 0 ? index : -2 - index;
    }

    private boolean isPossible(double multiple) {
        int last = lengths.length - 1;
        for (int width = 1; width <= last; width++) {
            for (int from = 0; from + width <= last; from++) {
                split(from, from + width, multiple);
            }
        }
        double[] upward = new double[lengths.length];
        upward[last] = TIMES_NONE * lengths[last];
        for (int from = last - 1; from >= 0; from--) {
            upward[from] = Double.NEGATIVE_INFINITY;
            for (int rung = from + 1; rung <= last; rung++) {
                double budget = Math.min(afterDeath(from, rung), upward[rung]) - lengths[rung];
                if (budget > upward[from]) {
                    upward[from] = budget;
                    rungs[from] = rung;
                }
            }
        }
        return upward[0] >= 0;
    }

    private void split(int from, int to, double multiple) {
        budgets[from][to] = Double.NEGATIVE_INFINITY;
        if (to - from == 1) { // the last of the two lived: both are seen again
            budgets[from][to] = limit(from, multiple) - lengths[to] - DEATH - lengths[from];
        }
        for (int middle = from + 1; middle < to; middle++) {
            double budget = budget(from, middle, to);
            if (budget > budgets[from][to]) {
                budgets[from][to] = budget;
                splits[from][to] = middle;
            }
        }
    }

    private double budget(int from, int middle, int to) {
        return Math.min(afterDeath(from, middle), budgets[middle][to]) - lengths[middle];
    }

    private double afterDeath(int from, int died) {
        // Neighbours of which the shorter one lived first: only that is seen again.
        return budgets[from][died] + (died - from > 1 ? 0 : lengths[died] + DEATH) - DEATH;
    }

    /** How long the search may take for the shortest timeout above a length. */
    private double limit(int index, double multiple) {
        long timeout = lengths[index] / SECOND * SECOND + SECOND;
        if (timeout < LEAST) {
            return Double.POSITIVE_INFINITY; // some seconds more don't matter
        }
        boolean known = timeout <= Lengths.SHORT_NANOS || Lengths.isCatalogued(timeout);
        return (known ? Math.min(multiple, TIMES_KNOWN) : multiple) * timeout - START;
    }
}

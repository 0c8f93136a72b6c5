package io.keepalive.cli.probe;

import io.keepalive.Middlebox;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * The idle lengths that are tried. Boxes count in whole seconds, so lengths lie half-way between two: a length that a
 * few milliseconds decide about proves nothing.
 */
final class Lengths {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long HALF = SECOND / 2;

    /** A kernel's keepalive can't be quicker than one second. */
    static final long SHORTEST_NANOS = SECOND + HALF;

    /** TCP_KEEPIDLE takes 1 to 32767 s on Linux. */
    static final long LONGEST_NANOS = 32_766 * SECOND + HALF;

    /** How late a probe may be and still speak about the planned length: half of what lies to the next whole second. */
    static final long LATE_NANOS = SECOND / 4;

    /** Up to here every timeout is found to the second. */
    static final long SHORT_NANOS = 25 * SECOND;

    /** Below one minute the catalogue has one value. */
    private static final long CATALOGUE_FROM = 60 * SECOND;

    /** Configured ones, not measured ones. */
    private static final long[] CATALOGUE = Arrays.stream(Middlebox.values())
            .mapToLong(box -> box.idleTimeout().toSeconds())
            .filter(seconds -> seconds % 10 == 0)
            .map(seconds -> seconds * SECOND)
            .filter(value -> value >= CATALOGUE_FROM && value < LONGEST_NANOS)
            .sorted()
            .distinct()
            .toArray();

    private Lengths() {}

    /**
     * The bounds of the intervals that a search distinguishes, from 0 to the longest: as wide as {@link Goal#cellNanos} says, and
     * one second around the timeouts of the catalogue.
     */
    static long[] cells(Goal goal) {
        long longest = Math.min(goal.maxNanos() + HALF, LONGEST_NANOS);
        TreeSet<Long> bounds = new TreeSet<>();
        bounds.add(0L);
        for (long length = SHORTEST_NANOS; length < longest; length += goal.cellNanos(length)) {
            bounds.add(length);
        }
        for (long value : CATALOGUE) {
            bounds.add(value - HALF);
            bounds.add(value + HALF);
        }
        bounds.add(longest);
        return bounds.headSet(longest, true).stream().mapToLong(Long::longValue).toArray();
    }

    static boolean isCatalogued(long timeoutNanos) {
        return Arrays.binarySearch(CATALOGUE, timeoutNanos) >= 0;
    }

    /** The nearest length at or below, half a grid step off its whole multiples. */
    static long snap(long nanos, long grid) {
        return Math.floorDiv(nanos - grid / 2, grid) * grid + grid / 2;
    }
}

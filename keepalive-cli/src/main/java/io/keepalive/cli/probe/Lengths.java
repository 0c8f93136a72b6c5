package io.keepalive.cli.probe;

import io.keepalive.Middlebox;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

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

    /** Below one minute the catalogue has one value. */
    private static final long CATALOGUE_FROM = 60 * SECOND;

    /**
     * Denser than doubling: every timeout up to 25 s is then found to a second within 8 times its length, with what its
     * confirmation takes (SimulatedBoxesTest).
     */
    private static final long[] BELOW_CATALOGUE_SECONDS = {3, 7, 15, 23, 31, 45};

    /** Those, then just above each timeout of the catalogue, doubling where that has a gap. */
    private static final long[] LADDER = ladder();

    private Lengths() {}

    /** The next rung above a length. */
    static OptionalLong above(long nanos) {
        return Arrays.stream(LADDER).filter(rung -> rung > nanos).findFirst();
    }

    /** The timeout of the catalogue just below a rung. */
    static OptionalLong catalogued(long rung) {
        long value = rung - HALF;
        return value >= CATALOGUE_FROM && catalogue().anyMatch(known -> known == value)
                ? OptionalLong.of(value)
                : OptionalLong.empty();
    }

    /** The nearest length at or below, half a grid step off its whole multiples. */
    static long snap(long nanos, long grid) {
        return Math.floorDiv(nanos - grid / 2, grid) * grid + grid / 2;
    }

    private static LongStream catalogue() {
        return Arrays.stream(Middlebox.values())
                .mapToLong(box -> box.idleTimeout().toSeconds())
                .filter(seconds ->
                        seconds % 10 == 0 && seconds < LONGEST_NANOS / SECOND) // configured, not measured ones
                .map(seconds -> seconds * SECOND)
                .filter(value -> value >= CATALOGUE_FROM)
                .sorted()
                .distinct();
    }

    private static long[] ladder() {
        LongStream.Builder rungs = LongStream.builder();
        for (long seconds : BELOW_CATALOGUE_SECONDS) {
            rungs.add(seconds * SECOND + HALF);
        }
        long last = 0;
        for (long value : catalogue().toArray()) {
            while (last > 0 && value > last * 5 / 2) {
                last *= 2;
                rungs.add(last + HALF);
            }
            if (last == 0 || value >= last * 9 / 8) { // closer ones are found by bisection
                last = value;
                rungs.add(value + HALF);
            }
        }
        rungs.add(LONGEST_NANOS);
        return rungs.build().sorted().distinct().toArray();
    }
}

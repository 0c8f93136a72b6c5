package io.keepalive.internal;

import java.time.Duration;

/**
 * Multiplies and divides durations as {@link Duration}'s own methods do, but these compute with {@code BigDecimal}: a
 * class that takes longer to initialize than everything else on the way to the first policy.
 *
 * @since 0.1
 */
public final class DurationMath {
    private static final long NANOS = 1_000_000_000;

    private DurationMath() {}

    /**
     * Divides.
     *
     * @param duration any
     * @param divisor positive
     * @return the part, rounded down to a whole nanosecond
     */
    public static Duration divide(Duration duration, int divisor) {
        long seconds = duration.getSeconds();
        long rest = Math.floorMod(seconds, divisor) * NANOS + duration.getNano();
        return Duration.ofSeconds(Math.floorDiv(seconds, divisor), rest / divisor);
    }

    /**
     * Multiplies.
     *
     * @param duration any
     * @param factor not negative
     * @return the product
     * @throws ArithmeticException if the product is longer than a duration can be
     */
    public static Duration multiply(Duration duration, int factor) {
        return Duration.ofSeconds(
                Math.multiplyExact(duration.getSeconds(), (long) factor), (long) duration.getNano() * factor);
    }
}

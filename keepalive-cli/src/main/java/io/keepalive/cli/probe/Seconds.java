package io.keepalive.cli.probe;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Nanoseconds for people and for JSON: seconds with at most one decimal, two below a resolution of one second. */
final class Seconds {
    private static final int NANO_DIGITS = 9;

    private Seconds() {}

    /** For example 6.5, or 7 without a fraction. */
    static BigDecimal of(long nanos) {
        BigDecimal exact = BigDecimal.valueOf(nanos, NANO_DIGITS);
        BigDecimal rounded = exact.setScale(2, RoundingMode.HALF_UP).stripTrailingZeros();
        return rounded.scale() < 0 ? rounded.setScale(0) : rounded;
    }

    static @Nullable BigDecimal of(OptionalLong nanos) {
        return nanos.isPresent() ? of(nanos.getAsLong()) : null;
    }

    /** For example {@code 6.5 s}. */
    static String text(long nanos) {
        return of(nanos).toPlainString() + " s";
    }

    /** How long something takes, roughly: {@code 40 s}, {@code 12 min}, {@code 3 h 20 min}. */
    static String rough(long nanos) {
        long seconds = Math.round(nanos / 1e9);
        if (seconds < 100) {
            return seconds + " s";
        }
        long minutes = Math.round(seconds / 60.0);
        return minutes < 100 ? minutes + " min" : minutes / 60 + " h " + minutes % 60 + " min";
    }
}

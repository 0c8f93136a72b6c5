package io.keepalive.internal;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as the policy grammar writes them: a whole number and a unit, {@code 120s}. The unit is mandatory, because
 * a bare number that meant another unit is a classic cause of outages.
 *
 * @since 0.1
 */
public final class DurationText {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,19})\\s*(ns|us|ms|s|m|h|d)");

    private DurationText() {}

    /**
     * Reads a duration.
     *
     * @param name what the duration is, for the message
     * @param text a whole number and one of ns, us, ms, s, m, h, d
     * @return the duration
     * @throws IllegalArgumentException if the text is anything but a number and a unit
     */
    public static Duration parse(String name, String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            String hint =
                    text.matches("\\d+") ? "; a number without a unit is not taken, since it could be either" : "";
            throw new IllegalArgumentException(
                    name + ": '" + text + "' (expected: a number and one of ns, us, ms, s, m, h, d: 120s" + hint + ")");
        }
        try {
            long amount = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ns" -> Duration.ofNanos(amount);
                case "us" -> Duration.ofNanos(Math.multiplyExact(amount, 1_000L));
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
            };
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException(
                    name + ": '" + text + "' (expected: a duration of less than 68 years)", e);
        }
    }

    /**
     * Writes a duration in whole seconds if it has them, otherwise in the largest unit that loses nothing.
     *
     * @param duration not negative
     * @return what {@link #parse} reads
     */
    public static String format(Duration duration) {
        int nanos = duration.toNanosPart();
        if (nanos == 0) {
            return duration.toSeconds() + "s";
        }
        if (Math.abs(duration.toSeconds()) > Integer.MAX_VALUE) {
            return duration.toString(); // in messages only: no policy takes it, and it might overflow below
        }
        if (nanos % 1_000_000 == 0) {
            return duration.toMillis() + "ms";
        }
        return nanos % 1_000 == 0 ? duration.toNanos() / 1_000 + "us" : duration.toNanos() + "ns";
    }
}

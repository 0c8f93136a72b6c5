package io.keepalive.cli.doctor;

import java.time.Duration;

/** Times and numbers for people. */
final class Words {
    private static final long SECOND = 1000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private Words() {}

    /** {@code 0.4s}, {@code 12s}, {@code 1m59s}, {@code 2h}, {@code 3d4h}: two units, rounded down. */
    static String duration(long millis) {
        if (millis < 10 * SECOND) {
            long tenths = Math.floorDiv(millis, 100);
            return tenths / 10 + (tenths % 10 == 0 ? "" : "." + Math.abs(tenths % 10)) + "s";
        }
        if (millis < MINUTE) {
            return millis / SECOND + "s";
        }
        if (millis < HOUR) {
            return two(millis / MINUTE, "m", millis % MINUTE / SECOND, "s");
        }
        return millis < DAY
                ? two(millis / HOUR, "h", millis % HOUR / MINUTE, "m")
                : two(millis / DAY, "d", millis % DAY / HOUR, "h");
    }

    private static String two(long first, String firstUnit, long second, String secondUnit) {
        return first + firstUnit + (second == 0 ? "" : second + secondUnit);
    }

    /** The exact duration in its largest whole unit, as policies are written: {@code 4m}, {@code 90s}, {@code 7500ms}. */
    static String compact(Duration duration) {
        long millis = duration.toMillis();
        if (millis % HOUR == 0) {
            return millis / HOUR + "h";
        }
        if (millis % MINUTE == 0) {
            return millis / MINUTE + "m";
        }
        return millis % SECOND == 0 ? millis / SECOND + "s" : millis + "ms";
    }

    /** {@code 1 connection}, {@code 2 connections}. */
    static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}

package io.keepalive.internal;

import java.time.Duration;

/** How a kernel counts: whole units, late timers, and the tick at which it gives a silent peer up. */
public final class KernelTime {
    /**
     * Kernel timers run late by up to one eighth: the timer wheel of Linux has 8 slots per level, and each level is 8
     * times coarser than the one before (kernel/time/timer.c). Measured: 75 s of detection time took 77.6 s.
     */
    private static final int LATENESS_DIVISOR = 8;

    /** How long a probe may travel to a box. */
    private static final Duration WAY = Duration.ofMillis(500);

    /** How long a verdict may travel from the kernel to the program. */
    private static final Duration WAKE_UP = Duration.ofSeconds(1);

    private KernelTime() {}

    /** Whole seconds, rounded up: truncation would make 500 ms a 0, which every kernel refuses. */
    public static int wholeSeconds(Duration duration) {
        return Math.toIntExact(duration.plusNanos(999_999_999).toSeconds());
    }

    /** Whole milliseconds, rounded up. */
    public static int wholeMillis(Duration duration) {
        return Math.toIntExact(duration.plusNanos(999_999).toMillis());
    }

    /** The latest instant at which a timer set to {@code nominal} fires. */
    public static Duration late(Duration nominal) {
        return nominal.plus(DurationMath.divide(nominal, LATENESS_DIVISOR));
    }

    /** When a probe that is due at {@code nominal} has reached a box at the latest. */
    public static Duration latestAtBox(Duration nominal) {
        return late(nominal).plus(WAY);
    }

    /** When the program knows at the latest of a verdict that is due at {@code nominal}. */
    public static Duration latestVerdict(Duration nominal) {
        return late(nominal).plus(WAKE_UP);
    }

    /** The greatest whole second at which a probe may be due to reach a box {@code by} then; below 1 if there is none. */
    public static long latestProbeFor(Duration by) {
        return latestNominal(by.minus(WAY));
    }

    /** The greatest whole second at which a verdict may be due to be known {@code by} then; below 1 if there is none. */
    public static long latestVerdictFor(Duration by) {
        return latestNominal(by.minus(WAKE_UP));
    }

    /** The greatest whole number of seconds that is over by {@code limit} even when late: the inverse of {@link #late}. */
    public static long latestNominal(Duration limit) {
        // Exact: a ninth of 1.125 s is a whole number of nanoseconds.
        return DurationMath.multiply(DurationMath.divide(limit, LATENESS_DIVISOR + 1), LATENESS_DIVISOR)
                .toSeconds();
    }

    /**
     * When the kernel drops a connection on which nothing is received any more, counted from the last segment received:
     * after {@code count} unanswered probes. (tcp_keepalive_timer in net/ipv4/tcp_timer.c)
     */
    public static Duration detection(int idleSeconds, int intervalSeconds, int count) {
        return Duration.ofSeconds(idleSeconds + (long) intervalSeconds * count);
    }

    /**
     * The same with a user timeout: the count is ignored, and the connection is dropped at the first probe after the
     * very first that finds the user timeout passed. (tcp_keepalive_timer in net/ipv4/tcp_timer.c)
     */
    public static Duration detectionWithUserTimeout(int idleSeconds, int intervalSeconds, int userTimeoutMillis) {
        long intervalMillis = intervalSeconds * 1000L;
        long beyondIdleMillis = userTimeoutMillis - idleSeconds * 1000L;
        long probes = Math.max(1, (beyondIdleMillis + intervalMillis - 1) / intervalMillis);
        return Duration.ofSeconds(idleSeconds + probes * intervalSeconds);
    }

    /**
     * How many probes surely go out before a user timeout is fatal. May be one fewer than its nominal time of death
     * says: the kernel compares the user timeout with the time that really passed, which is more at a late tick.
     */
    public static long probesBeforeUserTimeout(int idleSeconds, int intervalSeconds, int userTimeoutMillis) {
        long harmlessUntil = latestNominal(Duration.ofMillis(userTimeoutMillis).minusNanos(1));
        return harmlessUntil < idleSeconds ? 1 : 1 + (harmlessUntil - idleSeconds) / intervalSeconds;
    }
}

package io.keepalive;

import java.time.Duration;

/** How a kernel counts: whole units, late timers, and the tick at which it gives a silent peer up. */
final class KernelTime {
    /**
     * Kernel timers run late by up to one eighth: the timer wheel of Linux has 8 slots per level, and each level is 8
     * times coarser than the one before (kernel/time/timer.c). Measured: 75 s of detection time took 77.6 s.
     */
    private static final int LATENESS_DIVISOR = 8;

    private KernelTime() {}

    /** Whole seconds, rounded up: truncation would make 500 ms a 0, which every kernel refuses. */
    static int wholeSeconds(Duration duration) {
        return Math.toIntExact(duration.plusNanos(999_999_999).toSeconds());
    }

    /** Whole milliseconds, rounded up. */
    static int wholeMillis(Duration duration) {
        return Math.toIntExact(duration.plusNanos(999_999).toMillis());
    }

    /** The latest instant at which a timer set to {@code nominal} fires. */
    static Duration late(Duration nominal) {
        return nominal.plus(nominal.dividedBy(LATENESS_DIVISOR));
    }

    /**
     * When the kernel drops a connection on which nothing is received any more, counted from the last segment received:
     * after {@code count} unanswered probes. (tcp_keepalive_timer in net/ipv4/tcp_timer.c)
     */
    static Duration detection(int idleSeconds, int intervalSeconds, int count) {
        return Duration.ofSeconds(idleSeconds + (long) intervalSeconds * count);
    }

    /**
     * The same with a user timeout: the count is ignored, and the connection is dropped at the first probe after the
     * very first that finds the user timeout passed. (tcp_keepalive_timer in net/ipv4/tcp_timer.c)
     */
    static Duration detectionWithUserTimeout(int idleSeconds, int intervalSeconds, int userTimeoutMillis) {
        long intervalMillis = intervalSeconds * 1000L;
        long beyondIdleMillis = userTimeoutMillis - idleSeconds * 1000L;
        long probes = Math.max(1, (beyondIdleMillis + intervalMillis - 1) / intervalMillis);
        return Duration.ofSeconds(idleSeconds + probes * intervalSeconds);
    }
}

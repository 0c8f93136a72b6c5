package io.keepalive.cli.keep;

import io.keepalive.cli.linux.SocketOptions;

/** When Linux gives up an idle connection whose peer is gone (tcp_keepalive_timer in net/ipv4/tcp_timer.c). Pure. */
final class Detection {
    static final long NEVER = Long.MAX_VALUE;

    private static final long MILLIS_PER_SECOND = 1000;

    private Detection() {}

    /**
     * Seconds after the last segment received. Without a user timeout after {@code count} unanswered probes; with one the
     * count is ignored, and the first tick after the first probe that finds the user timeout passed is the end.
     */
    static long seconds(SocketOptions options) {
        if (!options.keepAlive()) {
            return NEVER;
        }
        long interval = options.intervalSeconds();
        if (options.userTimeoutMillis() == 0) {
            return options.idleSeconds() + interval * options.count();
        }
        long beyondIdle = options.userTimeoutMillis() - options.idleSeconds() * MILLIS_PER_SECOND;
        long intervalMillis = interval * MILLIS_PER_SECOND;
        long ticks = Math.max(1, (beyondIdle + intervalMillis - 1) / intervalMillis);
        return options.idleSeconds() + ticks * interval;
    }
}

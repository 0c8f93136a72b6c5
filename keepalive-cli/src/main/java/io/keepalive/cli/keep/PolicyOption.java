package io.keepalive.cli.keep;

import io.keepalive.cli.linux.Linux;
import io.keepalive.cli.linux.SocketOptions;

/** The options of a policy in the order in which they are set: SO_KEEPALIVE last, so that its first period is the new one. */
enum PolicyOption {
    IDLE("idle", "s", Linux.IPPROTO_TCP, Linux.TCP_KEEPIDLE),
    INTERVAL("interval", "s", Linux.IPPROTO_TCP, Linux.TCP_KEEPINTVL),
    COUNT("count", "", Linux.IPPROTO_TCP, Linux.TCP_KEEPCNT),
    USER_TIMEOUT("user-timeout", "ms", Linux.IPPROTO_TCP, Linux.TCP_USER_TIMEOUT),
    KEEPALIVE("keepalive", "", Linux.SOL_SOCKET, Linux.SO_KEEPALIVE);

    private final String key;
    private final String unit;
    private final int level;
    private final int number;

    PolicyOption(String key, String unit, int level, int number) {
        this.key = key;
        this.unit = unit;
        this.level = level;
        this.number = number;
    }

    /** The name in the grammar of policies. */
    String key() {
        return key;
    }

    int level() {
        return level;
    }

    int number() {
        return number;
    }

    /** A value with its unit. */
    String format(int value) {
        return this == KEEPALIVE ? (value == 0 ? "off" : "on") : value + unit;
    }

    int of(SocketOptions options) {
        return switch (this) {
            case IDLE -> options.idleSeconds();
            case INTERVAL -> options.intervalSeconds();
            case COUNT -> options.count();
            case USER_TIMEOUT -> options.userTimeoutMillis();
            case KEEPALIVE -> options.keepAlive() ? 1 : 0;
        };
    }

    SocketOptions with(SocketOptions options, int value) {
        return new SocketOptions(
                this == KEEPALIVE ? value != 0 : options.keepAlive(),
                this == IDLE ? value : options.idleSeconds(),
                this == INTERVAL ? value : options.intervalSeconds(),
                this == COUNT ? value : options.count(),
                this == USER_TIMEOUT ? value : options.userTimeoutMillis());
    }

    /** Whether a value finds a dead peer earlier, or makes it found at all. */
    boolean isStricter(int candidate, int than) {
        return switch (this) {
            case KEEPALIVE -> candidate > than;
            // 0 is the system's own limit, the laxest value of all.
            case USER_TIMEOUT -> candidate != 0 && (than == 0 || candidate < than);
            case IDLE, INTERVAL, COUNT -> candidate < than;
        };
    }
}

package io.keepalive;

/**
 * The socket options that a {@link KeepAlive} policy is made of, by their kernel names.
 *
 * <p>Ranges and units are those of Linux (man 7 tcp, man 7 socket); other systems take the same units.
 */
public enum KeepAliveOption {
    /** Whether idle connections are probed at all. Without it the three {@code TCP_KEEP*} values are inert. */
    SO_KEEPALIVE("keepalive", "", "on or off"),

    /** Idle time before the first probe, in seconds, 1 to 32767; Linux default 7200. */
    TCP_KEEPIDLE("idle", "s", "1s to 32767s on Linux"),

    /** Time between unanswered probes, in seconds, 1 to 32767; Linux default 75. */
    TCP_KEEPINTVL("interval", "s", "1s to 32767s on Linux"),

    /** Unanswered probes before the connection is dropped, 1 to 127; Linux default 9. */
    TCP_KEEPCNT("count", "", "1 to 127 on Linux"),

    /**
     * How long sent data may stay unacknowledged before the connection is dropped, in milliseconds; 0, the default, is
     * the system's own limit, on Linux about a quarter of an hour. The JDK offers it on no socket.
     */
    TCP_USER_TIMEOUT("user-timeout", "ms", "1ms to 2147483647ms on Linux");

    private final String key;
    private final String unit;
    private final String range;

    KeepAliveOption(String key, String unit, String range) {
        this.key = key;
        this.unit = unit;
        this.range = range;
    }

    /**
     * The name of this option in the policy grammar.
     *
     * @return for example {@code idle}
     */
    public String key() {
        return key;
    }

    /**
     * The unit in which reports give this option's value.
     *
     * @return {@code s}, {@code ms}, or the empty string
     */
    public String unit() {
        return unit;
    }

    /** What the operating system takes, for messages. */
    String range() {
        return range;
    }

    /** A value of this option with its unit, as reports show it. */
    String format(long value) {
        return this == SO_KEEPALIVE ? (value != 0 ? "on" : "off") : value + unit;
    }
}

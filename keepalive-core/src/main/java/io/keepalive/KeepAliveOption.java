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
     * the system's own limit, on Linux about a quarter of an hour (net.ipv4.tcp_retries2). Keepalive does not help
     * there: it does not run while sent data is unacknowledged.
     *
     * <p>No policy has it unless asked, for two reasons. It overrides the count: an idle connection is dropped at the
     * first probe, except the very first, that finds the user timeout passed. And it kills a healthy connection whose
     * peer does not read for that long, since a closed window counts as unacknowledged, whether or not the peer's kernel
     * answers.
     *
     * <p>The JDK offers it on no socket. On Linux it is set by a system call on the socket's descriptor: through {@code
     * java.lang.foreign} on JDK 22 or newer, which wants {@code --enable-native-access=ALL-UNNAMED} (or {@code
     * =io.keepalive.core} on the module path) and otherwise makes the JVM print a warning; through the JDK's internals
     * with {@code --add-opens=java.base/sun.nio.ch=ALL-UNNAMED} on JDK 17 to 21. Elsewhere it is
     * {@code UNSUPPORTED}: macOS has {@code TCP_RXT_CONNDROPTIME} and Windows {@code TCP_MAXRT} for it, which Java can't
     * set. May be applied before connect, and bounds the attempt to connect then. Listeners hold it, and accepted sockets
     * inherit it.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/tcp.7.html">man 7 tcp, TCP_USER_TIMEOUT</a>
     * @see <a href="https://www.rfc-editor.org/rfc/rfc5482">RFC 5482</a>
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
    public String range() {
        return range;
    }

    /** A value of this option with its unit, as reports show it. */
    public String format(long value) {
        return this == SO_KEEPALIVE ? (value != 0 ? "on" : "off") : value + unit;
    }
}

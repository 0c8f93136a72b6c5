package io.keepalive.internal.linux;

/** An option of Linux that the JDK does not offer on some or all of its sockets. */
public enum RawOption {
    /** {@code SO_KEEPALIVE}, which Java's listeners lack. */
    KEEPALIVE(Linux.SOL_SOCKET, Linux.SO_KEEPALIVE),

    /** {@code TCP_USER_TIMEOUT}, which all of Java's sockets lack. */
    USER_TIMEOUT(Linux.IPPROTO_TCP, Linux.TCP_USER_TIMEOUT);

    private final int level;
    private final int number;

    RawOption(int level, int number) {
        this.level = level;
        this.number = number;
    }

    int level() {
        return level;
    }

    int number() {
        return number;
    }
}

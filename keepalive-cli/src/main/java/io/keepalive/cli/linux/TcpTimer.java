package io.keepalive.cli.linux;

/**
 * The timer of a socket that fires next, in the order of sock_diag and {@code /proc/net/tcp}. A retransmission timer hides a
 * running keepalive timer.
 */
public enum TcpTimer {
    /** No timer runs. */
    OFF("off"),
    /** Data waits for an acknowledgement, or a tail-loss probe is due. */
    RETRANSMIT("on"),
    /** Keepalive; also the timeouts of FIN_WAIT_2 and of half-open connections. */
    KEEPALIVE("keepalive"),
    /** The end of TIME_WAIT. */
    TIME_WAIT("timewait"),
    /** The peer's window is closed; the next segment asks whether it has opened. */
    ZERO_WINDOW_PROBE("persist"),
    UNKNOWN("unknown");

    private static final TcpTimer[] BY_NUMBER = values();

    private final String text;

    TcpTimer(String text) {
        this.text = text;
    }

    /** The timer that the kernel gives this number. */
    public static TcpTimer of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : UNKNOWN;
    }

    /** The name that {@code ss -o} prints. */
    public String text() {
        return text;
    }
}

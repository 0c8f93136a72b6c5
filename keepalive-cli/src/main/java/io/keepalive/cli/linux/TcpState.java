package io.keepalive.cli.linux;

/** The states of a TCP socket in the kernel's order (net/tcp_states.h), named as {@code ss} names them. */
public enum TcpState {
    UNKNOWN("UNKNOWN"),
    ESTABLISHED("ESTAB"),
    SYN_SENT("SYN-SENT"),
    SYN_RECEIVED("SYN-RECV"),
    FIN_WAIT_1("FIN-WAIT-1"),
    FIN_WAIT_2("FIN-WAIT-2"),
    TIME_WAIT("TIME-WAIT"),
    CLOSE("UNCONN"),
    CLOSE_WAIT("CLOSE-WAIT"),
    LAST_ACK("LAST-ACK"),
    LISTEN("LISTEN"),
    CLOSING("CLOSING"),
    /** A half-open connection in the kernel's own form; {@code ss} shows it as SYN-RECV. */
    NEW_SYN_RECEIVED("SYN-RECV");

    private static final TcpState[] BY_NUMBER = values();

    private final String text;

    TcpState(String text) {
        this.text = text;
    }

    /** The state that the kernel gives this number. */
    public static TcpState of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : UNKNOWN;
    }

    /** The bit of this state in a sock_diag request. */
    @SuppressWarnings("EnumOrdinal") // the constants stand in the order of the kernel's numbers
    public int bit() {
        return 1 << ordinal();
    }

    /** The name that {@code ss} prints. */
    public String text() {
        return text;
    }
}

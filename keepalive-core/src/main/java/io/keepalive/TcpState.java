package io.keepalive;

/** The states of a TCP connection, in the order of their numbers in Linux (include/net/tcp_states.h, from 1). */
enum TcpState {
    ESTABLISHED,
    SYN_SENT,
    SYN_RECV,
    FIN_WAIT1,
    FIN_WAIT2,
    TIME_WAIT,
    CLOSE,
    CLOSE_WAIT,
    LAST_ACK,
    LISTEN,
    CLOSING;

    private static final TcpState[] BY_NUMBER = values();

    /** The state of a number that the kernel printed. */
    static TcpState of(int number) {
        return BY_NUMBER[number - 1];
    }
}

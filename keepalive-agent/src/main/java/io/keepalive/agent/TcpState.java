package io.keepalive.agent;

/**
 * The first four bytes of {@code struct tcp_info} (include/uapi/linux/tcp.h), all that the JDK can read before 22.
 *
 * @param number the connection's state; 0 if it could not be read
 * @param retransmits of the oldest segment that is not acknowledged
 * @param probes unanswered ones, of keepalive or of a closed window
 */
record TcpState(int number, int retransmits, int probes) {
    static final TcpState UNKNOWN = new TcpState(0, 0, 0);

    static final int ESTABLISHED = 1;
    static final int SYN_SENT = 2;
    static final int CLOSE = 7;
    static final int CLOSE_WAIT = 8;
    static final int LAST_ACK = 9;

    /** Whether the kernel has given the connection up, or both sides have ended it. */
    boolean isClosed() {
        return number == CLOSE;
    }

    /** Whether the peer's FIN came, and before one of this side. */
    boolean hasPeerClosedFirst() {
        return number == CLOSE_WAIT || number == LAST_ACK;
    }
}

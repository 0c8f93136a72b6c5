package io.keepalive.cli.watch;

/**
 * The kernel's notification that a socket was destroyed.
 *
 * @param observation its last TCP_INFO
 * @param isDisconnected whether its addresses and counters are erased: the program aborted it (SO_LINGER 0), or connect
 *     failed
 * @param aftermath what is left of the connection
 * @param wasAccepted whether this side listens on the local port
 */
record DestroyEvent(Observation observation, boolean isDisconnected, Aftermath aftermath, boolean wasAccepted) {

    /** What the kernel still has under the connection's addresses right after the socket's end. */
    enum Aftermath {
        /** TIME_WAIT, or FIN_WAIT_2 without a socket: this side sent the first FIN. */
        CLOSED_FIRST,
        /** Nothing. */
        NOTHING,
        /** Not looked up, or another connection has the addresses. */
        UNKNOWN
    }
}

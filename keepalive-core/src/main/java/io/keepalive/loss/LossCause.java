package io.keepalive.loss;

/**
 * What ended a connection, or kept it from coming about: one vocabulary for sockets, adapters and heartbeats.
 *
 * @since 0.1
 */
public enum LossCause {
    /** The peer closed the connection in order (FIN). */
    PEER_CLOSED("the peer closed the connection"),

    /** The peer, or a box on the way, reset the connection (RST). */
    PEER_RESET("the connection was reset"),

    /** Reset by the first segment after a long silence: the mark of a box that had forgotten the flow. */
    RESET_ON_IDLE("the connection was reset after a long silence, as by a box that had forgotten it"),

    /** Nothing came back any more: keepalive probes or sent data stayed unanswered until the kernel gave up. */
    PATH_TIMEOUT("nothing came back from the peer until the kernel gave up"),

    /** The peer did not answer heartbeats. */
    HEARTBEAT_TIMEOUT("the peer stopped answering heartbeats"),

    /** The peer took no more data for too long. */
    WRITE_STALLED("the peer took no more data"),

    /** This side did not read for so long that the peer could not be judged. */
    READ_PAUSED("this side did not read for too long"),

    /** The network answered that there is no way to the peer. */
    UNREACHABLE("the network has no way to the peer"),

    /** Nobody listens at the peer's port. */
    REFUSED("nobody listens at the peer's address"),

    /** The connection did not come about in time. */
    CONNECT_TIMEOUT("the connection did not come about in time"),

    /** The peer's name has no address. */
    UNRESOLVED("the peer's name has no address"),

    /** This side closed the connection. */
    LOCAL_CLOSED("this side closed the connection"),

    /** The thread was interrupted, which closes a channel. */
    INTERRUPTED("the thread was interrupted"),

    /** The encryption failed. */
    TLS("the encryption failed"),

    /** The peer broke the rules of the protocol. */
    PROTOCOL("the peer broke the protocol"),

    /** The connection is gone, and the evidence does not tell why. */
    UNKNOWN("the connection is gone, and nothing tells why");

    private final String description;

    LossCause(String description) {
        this.description = description;
    }

    /**
     * This cause in words.
     *
     * @return a clause in lower case without a full stop
     */
    public String description() {
        return description;
    }
}

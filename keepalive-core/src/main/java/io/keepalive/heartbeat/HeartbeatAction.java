package io.keepalive.heartbeat;

/**
 * What a connection has to do for its heartbeat: the answers of {@link Heartbeat#poll()}.
 *
 * @since 0.1
 */
public enum HeartbeatAction {
    /** Nothing more until the next event or tick. */
    NONE,

    /** Send something that needs no answer. */
    SEND_BEAT,

    /**
     * Ask the peer, with {@link Heartbeat#id()}; say {@link Heartbeat#onPingWritten} when the question has left the send
     * queue.
     */
    SEND_PING,

    /** Answer the peer's question {@link Heartbeat#id()}. */
    SEND_PONG,

    /** The connection is dead: {@link Heartbeat#loss()} tells why. Close it; nothing follows. */
    DEAD
}

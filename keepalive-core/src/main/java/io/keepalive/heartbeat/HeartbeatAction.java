package io.keepalive.heartbeat;

/**
 * What a connection has to do for its heartbeat: the results of {@link Heartbeat#poll()}.
 *
 * @since 0.1
 */
public enum HeartbeatAction {
    /** Nothing more until the next event or tick. */
    NONE,

    /** Send a BEAT, which needs no PONG. */
    SEND_BEAT,

    /**
     * Send a PING with {@link Heartbeat#id()}; call {@link Heartbeat#onPingWritten} when it has left the send queue.
     */
    SEND_PING,

    /** Send a PONG with {@link Heartbeat#id()}. */
    SEND_PONG,

    /** The connection is dead: {@link Heartbeat#loss()} has the cause. Close it; nothing follows. */
    DEAD
}

package io.keepalive.netty.heartbeat;

import io.keepalive.heartbeat.wire.Agreement;

/**
 * What a {@link HeartbeatCodec} reports beside {@link io.keepalive.heartbeat.HeartbeatEvent}s, as a user event.
 *
 * @since 0.1
 */
public sealed interface ProtocolEvent {
    /**
     * The peer's HELLO was received.
     *
     * @param agreement what both sides agree on
     */
    record Agreed(Agreement agreement) implements ProtocolEvent {}

    /** The peer sends no more DATA; beats go on. */
    record InputEnded() implements ProtocolEvent {}
}

package io.keepalive.netty.heartbeat;

import io.keepalive.heartbeat.wire.Agreement;
import java.time.Duration;

/**
 * What a heartbeat tells the handlers behind it, as a user event. A loss is told otherwise: as an
 * {@link io.keepalive.loss.ConnectionLostException} to {@code exceptionCaught}, after which the channel is closed.
 *
 * @since 0.1
 */
public sealed interface HeartbeatEvent {
    /** The peer is known to know heartbeats from now on: it beat, asked or answered. */
    enum PeerProven implements HeartbeatEvent {
        /** There is nothing else to it. */
        INSTANCE
    }

    /**
     * The peer answered a question.
     *
     * @param last round-trip time: from when the question left this process to when the answer was read
     * @param smoothed with a weight of 1/8 for each new one (RFC 6298, section 2)
     * @param least of the connection
     */
    record RoundTrip(Duration last, Duration smoothed, Duration least) implements HeartbeatEvent {}

    /**
     * A question was not answered in time, and nothing else was received either.
     *
     * @param missedPongs how many in a row by now
     */
    record Missed(int missedPongs) implements HeartbeatEvent {}

    /**
     * The peer was heard again after questions had been missed.
     *
     * @param missedPongs how many in a row had been missed
     */
    record HeardAgain(int missedPongs) implements HeartbeatEvent {}

    /**
     * The event loop was so late that this process must have been stopped, starved or blocked.
     *
     * @param late by how much
     */
    record OwnPause(Duration late) implements HeartbeatEvent {}

    /**
     * The peer's HELLO has come ({@link HeartbeatCodec} only).
     *
     * @param agreement what both sides agree on
     */
    record Agreed(Agreement agreement) implements HeartbeatEvent {}

    /** The peer sends no more ({@link HeartbeatCodec} only); beats go on. */
    enum InputEnded implements HeartbeatEvent {
        /** There is nothing else to it. */
        INSTANCE
    }
}

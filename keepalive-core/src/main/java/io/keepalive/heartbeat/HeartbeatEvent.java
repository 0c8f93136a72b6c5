package io.keepalive.heartbeat;

import java.time.Duration;

/**
 * What a heartbeat reports to its owner: polled by {@link Heartbeat#pollEvent}, and delivered by the adapters as
 * (connection, event) after all locks are released.
 *
 * <p>The end of a connection is not among them: it is reported once, as a
 * {@link io.keepalive.heartbeat.wire.ConnectionEnd}.
 *
 * @since 0.1
 */
public sealed interface HeartbeatEvent {
    /** The peer sent its first heartbeat: from now on its silence is fatal. */
    record PeerSupportsHeartbeats() implements HeartbeatEvent {}

    /**
     * A PONG was received.
     *
     * @param last round-trip time, from when the PING left this process to when its PONG was read
     * @param smoothed with a weight of 1/8 for each new one (RFC 6298, section 2)
     * @param least of the connection
     */
    record RoundTrip(Duration last, Duration smoothed, Duration least) implements HeartbeatEvent {}

    /**
     * A PING was not answered in time, and nothing else was received either.
     *
     * @param missedPongs how many in a row by now
     */
    record PongMissed(int missedPongs) implements HeartbeatEvent {}

    /**
     * Bytes were received again after PONGs had been missed.
     *
     * @param missedPongs how many in a row had been missed
     */
    record Recovered(int missedPongs) implements HeartbeatEvent {}

    /**
     * A tick came so late that this process must have been stopped, starved or blocked.
     *
     * @param late by how much
     */
    record LocalPause(Duration late) implements HeartbeatEvent {}

    /**
     * A peer that has never sent a heartbeat missed all PONGs. It is not declared dead, since it may not support
     * heartbeats: a warning, because nothing else would find it dead.
     *
     * @param missedPongs how many in a row
     */
    record PeerUnresponsive(int missedPongs) implements HeartbeatEvent {}
}

package io.keepalive.heartbeat;

/**
 * Receives measurements of all heartbeats of this JVM, for a metrics library. Register it with {@link HeartbeatObservers}.
 *
 * <p>Called on the thread that drives the heartbeat, an event loop for example, so it must return at once. What it throws
 * is discarded. It learns nothing of the connection: neither its address nor its identity.
 *
 * @since 0.1
 */
public interface HeartbeatObserver {
    /**
     * A PONG arrived.
     *
     * @param rttNanos the time from the moment the PING left the send queue to the moment the PONG was read
     */
    default void onRoundTrip(long rttNanos) {}

    /** A PING was not answered in time, and nothing else was received either. */
    default void onPongMissed() {}

    /**
     * A peer that has never sent a heartbeat missed all PONGs. It is not declared dead, and nothing but the operating system's
     * own timers would find it dead: worth an alert.
     */
    default void onPeerUnresponsive() {}

    /**
     * A heartbeat noticed that this process did not run. One pause is reported by each heartbeat that was due meanwhile.
     *
     * @param lateNanos by how much its tick was late
     */
    default void onLocalPause(long lateNanos) {}
}

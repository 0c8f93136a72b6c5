package io.keepalive.heartbeat;

/**
 * Is told what a heartbeat finds out on the way; what has to be done comes from {@link Heartbeat#poll()}. Called by the
 * thread that calls the heartbeat, which must not be held up. One listener may serve many connections.
 *
 * @since 0.1
 */
public interface HeartbeatListener {
    /** Is told and does nothing. */
    HeartbeatListener NONE = new HeartbeatListener() {};

    /**
     * A question was answered.
     *
     * @param heartbeat of the connection; has the smoothed and the least time too
     * @param rttNanos from when the question left the send queue to when the answer was read, in nanoseconds
     */
    default void onAnswer(Heartbeat heartbeat, long rttNanos) {}

    /**
     * A question was not answered in time, and nothing else came either.
     *
     * @param heartbeat of the connection
     * @param missedPongs how many in a row by now
     */
    default void onMissed(Heartbeat heartbeat, int missedPongs) {}

    /**
     * The peer was heard again after questions had been missed.
     *
     * @param heartbeat of the connection
     * @param missedPongs how many in a row had been missed
     */
    default void onRecovered(Heartbeat heartbeat, int missedPongs) {}

    /**
     * A timer came so late that this process must have been stopped or starved.
     *
     * @param heartbeat of the connection
     * @param lateNanos by how much, in nanoseconds
     */
    default void onLocalPause(Heartbeat heartbeat, long lateNanos) {}
}

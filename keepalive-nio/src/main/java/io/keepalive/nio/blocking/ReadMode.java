package io.keepalive.nio.blocking;

/**
 * Who reads from a {@link HeartbeatSocket}, and so answers the peer.
 *
 * @since 0.1
 */
public enum ReadMode {
    /**
     * The application's thread, while it is in {@code read}: no thread and no buffer of ours. What the peer asks while the
     * application is elsewhere is answered when it comes back; beats are sent all the same, and are proof of life for the
     * peer. While nobody reads, the peer can't be judged either: an application that does not read for
     * {@link io.keepalive.heartbeat.HeartbeatConfig#readPauseTimeout()} loses the connection to
     * {@link io.keepalive.loss.LossCause#READ_PAUSED}. For request and response, and for who always reads.
     */
    INLINE,

    /**
     * A platform thread for each connection, which reads ahead and answers always. Its buffer has 512 bytes until the peer sends
     * more, and at most 64 KiB. Once the 64 KiB are full, and the application does not take them, it is as with
     * {@link #INLINE}. For who mostly writes, or computes for long between two reads.
     */
    PUMPED
}

package io.keepalive.heartbeat;

import org.jspecify.annotations.Nullable;

/**
 * The heartbeat messages of a protocol that exists already: a line feed, a zero-length frame, a vendor's PING and PONG. The
 * engine and the adapters do the rest.
 *
 * <p>What a protocol lacks is left out:
 *
 * <ul>
 *   <li>no {@linkplain #beat() BEAT}: a PING is sent in its place;
 *   <li>no {@linkplain #ping PING}: configure {@link HeartbeatConfigBuilder#oneWay()};
 *   <li>no {@linkplain #pong PONG}: the peer's PINGs are read and not answered.
 * </ul>
 *
 * <p>Without state, and so thread-safe: one for all connections.
 *
 * @param <M> a message, as the adapter sends and receives it: a {@code ByteBuffer}, a {@code ByteBuf}, a frame object
 * @since 0.1
 */
public interface HeartbeatFormat<M> {
    /**
     * A BEAT: a message that needs no PONG.
     *
     * @return a message to be sent, made anew or shared as the adapter's kind of message asks for; null if the protocol
     *     has none
     */
    default @Nullable M beat() {
        return null;
    }

    /**
     * A PING.
     *
     * @param id for the PONG to bring back, if the protocol has room for it
     * @return a message to be sent; null if the protocol has none
     */
    default @Nullable M ping(long id) {
        return null;
    }

    /**
     * The PONG for a PING of the peer.
     *
     * @param id what {@link Signals#onPing} was given
     * @return a message to be sent; null if the protocol has none
     */
    default @Nullable M pong(long id) {
        return null;
    }

    /**
     * The last message of this side, sent before its output is shut.
     *
     * @return a message to be sent; null if the protocol has none
     */
    default @Nullable M close() {
        return null;
    }

    /**
     * Whether the protocol's standard obliges every peer to answer PINGs, so that its handshake proves what a peer supports:
     * silence is fatal then from the start.
     *
     * @return false by default
     */
    default boolean peersMustAnswer() {
        return false;
    }

    /**
     * Whether one heartbeat may be sent at the end of the first beat interval although the application sends all the time. It
     * proves to the peer that this side supports heartbeats, so that a busy connection whose other side hangs is found dead.
     *
     * @return true by default; false for a protocol whose handshake may take longer than a beat interval without a pause and
     *     allows no heartbeat in it
     */
    default boolean beatsAtStart() {
        return true;
    }

    /**
     * Reads a received message, if it belongs to the heartbeat. That <em>something</em> was received is known by then.
     * Called for every message: it must not allocate or read a clock.
     *
     * @param message received, not to be changed or kept
     * @param signals to be called for a heartbeat message
     * @return whether it is for the heartbeat alone, and the application must not see it
     */
    boolean read(M message, Signals signals);

    /** Where {@link #read} reports the meaning of a message. */
    interface Signals {
        /** A BEAT; or any other proof that the peer supports heartbeats. */
        void onBeat();

        /**
         * A PING.
         *
         * @param id for {@link HeartbeatFormat#pong}; 0 if the protocol has none
         */
        void onPing(long id);

        /**
         * A PONG with the id of a PING.
         *
         * @param id as given to {@link HeartbeatFormat#ping}
         */
        void onPong(long id);

        /** A PONG, in a protocol whose PONGs have no id. */
        void onPong();
    }
}

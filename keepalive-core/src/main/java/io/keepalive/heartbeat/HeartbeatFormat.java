package io.keepalive.heartbeat;

import org.jspecify.annotations.Nullable;

/**
 * How a protocol that exists already says what a {@link Heartbeat} has to say: a line feed, a zero-length frame, a
 * vendor's PING and PONG. The engine and the adapters do the rest.
 *
 * <p>What a protocol lacks is left out:
 *
 * <ul>
 *   <li>no one-way {@linkplain #beat() beat}: a question is sent in its place;
 *   <li>no {@linkplain #ping question}: configure {@link HeartbeatConfigBuilder#oneWay()};
 *   <li>no {@linkplain #pong answer}: the other side's questions are read and not answered.
 * </ul>
 *
 * <p>Without state, and so thread-safe: one for all connections.
 *
 * @param <M> a message, as the adapter sends and receives it: a {@code ByteBuffer}, a {@code ByteBuf}, a frame object
 * @since 0.1
 */
public interface HeartbeatFormat<M> {
    /**
     * Something that needs no answer.
     *
     * @return a message to be sent, made anew or shared as the adapter's kind of message asks for; null if the protocol
     *     has none
     */
    default @Nullable M beat() {
        return null;
    }

    /**
     * A question.
     *
     * @param id for the answer to bring back, if the protocol has room for it
     * @return a message to be sent; null if the protocol has none
     */
    default @Nullable M ping(long id) {
        return null;
    }

    /**
     * The answer to a question of the peer.
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
     * Looks whether a received message belongs to the heartbeat. That <em>something</em> was received is known by then.
     * Called for every message: it must not allocate or read a clock.
     *
     * @param message received, not to be changed or kept
     * @param signals to be told what it says, if it is one
     * @return whether it is for the heartbeat alone, and the application must not see it
     */
    boolean read(M message, Signals signals);

    /** Where {@link #read} says what a message means. */
    interface Signals {
        /** A beat; or any other proof that the peer knows heartbeats. */
        void onBeat();

        /**
         * The peer asks.
         *
         * @param id for {@link HeartbeatFormat#pong}; 0 if the protocol has none
         */
        void onPing(long id);

        /**
         * The peer answers a certain question.
         *
         * @param id as given to {@link HeartbeatFormat#ping}
         */
        void onPong(long id);

        /** The peer answers, in a protocol whose answers don't say what. */
        void onPong();
    }
}

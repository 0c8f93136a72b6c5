package io.keepalive.cli.relay.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * One of the two TCP connections of a relayed connection, as a stream of bytes with a half-close. Non-blocking; used by
 * its loop's thread only.
 */
interface Leg {
    /** The TCP connection. */
    SocketChannel channel();

    /**
     * Reads what is there.
     *
     * @return the number of bytes, 0 if there are none now, -1 after the peer's FIN
     */
    int read(ByteBuffer target) throws IOException;

    /**
     * Writes as much as is taken now.
     *
     * @return the number of bytes
     */
    int write(ByteBuffer source) throws IOException;

    /**
     * Sends a FIN behind what was written.
     *
     * @return false if it is not on its way yet: call again when the channel is writable
     */
    boolean shutOutput() throws IOException;

    /**
     * Whether {@link #read} may have bytes that the selector doesn't know of, or may have to be called for the leg's own
     * sake: TLS records.
     */
    default boolean hasInput() {
        return false;
    }

    /**
     * Writes what the leg itself has to send: a handshake, heartbeats.
     *
     * @return false if something is left: call again when the channel is writable
     */
    default boolean flush() throws IOException {
        return true;
    }

    /**
     * Called at least every 100 ms if {@link #ticks}.
     *
     * @throws IOException if the peer is dead
     */
    default void onTick(long nowNanos) throws IOException {}

    /** Whether the leg has timers of its own. */
    default boolean ticks() {
        return false;
    }

    /** Tells the peer, where the protocol can, that the connection is about to be reset. */
    default void beforeReset() {}
}

package io.keepalive.cli.relay.io;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

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

    /** Whether the next {@link #read} reports the end of the input, though the selector may not call the leg readable. */
    default boolean isInputEnded() {
        return false;
    }

    /** Whether {@link #read} may return something though the kernel has nothing. */
    default boolean hasBuffered() {
        return false;
    }

    /** Writes what the leg holds back, when the channel is writable. */
    default void flush() throws IOException {}

    /** Whether its key may be cancelled before it is closed or reset. */
    default boolean isClosedWithoutKey() {
        return false;
    }

    /** Whether a close that follows at once sends the FIN as well as {@link #shutOutput}. */
    default boolean closeShutsOutput() {
        return false;
    }

    /** Whether the leg itself switches {@code OP_WRITE} of its key. */
    default boolean switchesWriteInterest() {
        return false;
    }

    /** The peer's address; null if it is not known any more. */
    default @Nullable SocketAddress remoteAddress() {
        try {
            return channel().getRemoteAddress();
        } catch (IOException e) {
            return null; // closed by the JDK, or never connected
        }
    }

    /** Closes in order, after the FIN of both sides. */
    default void close() {
        closeQuietly(channel());
    }

    /** Closes with a reset: RFC 9293, 3.9.1, ABORT. */
    default void reset() {
        reset(channel());
    }

    /** Closes a connection with a reset. */
    static void reset(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // Not connected any more: closing is enough.
        }
        closeQuietly(channel);
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            return; // it is gone either way
        }
    }
}

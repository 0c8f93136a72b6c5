package io.keepalive.internal.linux;

import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/**
 * System calls of Linux on descriptors by number. Opened for a few calls by one thread, then closed.
 *
 * <p>A number says nothing about who owns the descriptor: only {@link DescriptorFinder} calls this, on duplicates.
 */
public interface Syscalls extends AutoCloseable {
    /** No descriptor. */
    int NONE = -1;

    /** How far a descriptor's addresses are those looked for. */
    enum Match {
        /** No socket, or another one. */
        NO,
        /** A TCP socket with that local end and without a peer: not connected yet, listening, or dead. */
        LOCAL_END,
        /** A connected TCP socket with both ends. */
        BOTH_ENDS
    }

    /** Returns a new descriptor for the same socket, {@link #NONE} if there is no such descriptor or none is free. */
    int duplicate(int descriptor);

    /** Closes a duplicate. */
    void release(int duplicate);

    /** Compares the ends of a descriptor's socket; a peer of null matches only what has none. */
    Match match(int descriptor, Endpoint local, @Nullable Endpoint peer);

    /** {@code getsockopt} of an int. */
    int get(int descriptor, int level, int option) throws SocketException;

    /** {@code setsockopt} of an int. */
    void set(int descriptor, int level, int option, int value) throws SocketException;

    /** {@code TCP_INFO}, as many bytes as there are. */
    byte[] info(int descriptor) throws SocketException;

    @Override
    void close();
}

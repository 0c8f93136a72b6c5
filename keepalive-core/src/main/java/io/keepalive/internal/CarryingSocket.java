package io.keepalive.internal;

import java.io.IOException;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Finds the socket object whose descriptor carries the bytes of a socket that an application has.
 *
 * <p>{@code setOption} and {@code getOption} are younger than most classes that extend {@link Socket}. A class that wraps
 * another socket and does not override them leaves them to a descriptor of its own, which is not connected: the layered
 * {@code SSLSocket} of BouncyCastle and Conscrypt, sockets of drivers, test doubles. Such a call succeeds and changes
 * nothing on the wire.
 *
 * @param socket the socket to set options on: the one given, or one that it wraps
 * @param whyUnproven why no option is to be set, for people; empty if the descriptor of the socket carries the connection
 */
public record CarryingSocket(Socket socket, String whyUnproven) {
    /** Deeper nesting is a loop. */
    private static final int DEEPEST = 8;

    private static final int ATTEMPTS = 4;

    /** Whether a socket carries its connection itself, by its class alone: nearly every one. Allocates nothing. */
    public static boolean isOwnDescriptor(Socket socket) {
        return SocketClass.of(Objects.requireNonNull(socket, "socket").getClass())
                .isPlain();
    }

    /** Finds the socket that carries the connection of this one. Changes nothing that outlasts the call. */
    public static CarryingSocket of(Socket socket) {
        Objects.requireNonNull(socket, "socket");
        Socket current = socket;
        for (int depth = 0; depth < DEEPEST; depth++) {
            try {
                SocketClass type = SocketClass.of(current.getClass());
                if (type.isPlain() || (type.ownsState() && current.isConnected())) {
                    return new CarryingSocket(current, "");
                }
                Socket below = below(current, type);
                if (below == null) {
                    return isProven(current, type)
                            ? new CarryingSocket(current, "")
                            : unproven(current, "it wraps a connection that it does not show");
                }
                current = below;
            } catch (IOException | RuntimeException | LinkageError e) {
                return current.isClosed() ? new CarryingSocket(current, "") : unproven(current, e.toString());
            }
        }
        return unproven(socket, "it wraps itself");
    }

    private static CarryingSocket unproven(Socket socket, String why) {
        return new CarryingSocket(
                socket,
                socket.getClass().getName() + " may not be the connection, so that its options may reach nothing ("
                        + why + "); apply the policy to the TCP socket below it, before that is wrapped");
    }

    /** The socket that this one wraps; null if it shows none. */
    private static @Nullable Socket below(Socket socket, SocketClass type) throws IOException {
        if (type.isJdk() || type.ownsState()) {
            return null; // what the JDK's TLS is layered on can't be reached; the other speaks of itself
        }
        SocketChannel channel = socket.getChannel();
        if (channel != null && SocketClass.isOfJdk(channel.getClass()) && channel.socket() != socket) {
            return channel.socket();
        }
        Socket below = type.wrappedBy(socket);
        if (below == null || below.isConnected() != socket.isConnected()) {
            return null;
        }
        boolean carries = socket.isConnected()
                ? below.getLocalPort() == socket.getLocalPort()
                        && Objects.equals(below.getLocalAddress(), socket.getLocalAddress())
                : type.forwardsReuseAddress() && showsMark(socket, below::getReuseAddress);
        return carries ? below : null;
    }

    /** Whether the methods for options reach the descriptor that the older methods of the class speak of. */
    private static boolean isProven(Socket socket, SocketClass type) throws IOException {
        if (type.isJdk()) {
            return !(socket instanceof SSLSocket) || agrees(socket, type);
        }
        if (type.ownsState()) {
            // Not connected. Streams may be those of a test double; TLS has streams of its own before it is connected.
            return !type.ownsStreams() || socket instanceof SSLSocket || !hasStream(socket);
        }
        if (type.forwardsReuseAddress()) {
            return showsMark(socket, () -> socket.getOption(StandardSocketOptions.SO_REUSEADDR));
        }
        return socket.isConnected() && type.forwardsBufferSizes() && agrees(socket, type);
    }

    /** An ordinary socket that is not connected refuses to give a stream. */
    private static boolean hasStream(Socket socket) {
        try {
            socket.getOutputStream();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Another way to read {@code SO_REUSEADDR}. */
    private interface Mark {
        boolean isSet() throws IOException;
    }

    /** {@code SO_REUSEADDR} means nothing to a socket that is connected, or not bound yet. */
    private static boolean showsMark(Socket socket, Mark mark) throws IOException {
        boolean before = socket.getReuseAddress();
        if (mark.isSet() != before) {
            return false;
        }
        socket.setReuseAddress(!before);
        try {
            return mark.isSet() != before;
        } finally {
            socket.setReuseAddress(before);
        }
    }

    /**
     * Whether both ways of reading give the same. The buffers of a connection hardly ever have the sizes of a fresh
     * descriptor's. The kernel may enlarge them between two reads, hence some attempts.
     */
    private static boolean agrees(Socket socket, SocketClass type) throws IOException {
        if (socket.getKeepAlive() != socket.getOption(StandardSocketOptions.SO_KEEPALIVE)
                || socket.getTcpNoDelay() != socket.getOption(StandardSocketOptions.TCP_NODELAY)) {
            return false;
        }
        for (int i = 0; i < ATTEMPTS; i++) {
            if (buffersAgree(socket)) {
                return true;
            }
        }
        return !socket.isConnected() && !type.forwardsBufferSizes();
    }

    private static boolean buffersAgree(Socket socket) throws IOException {
        return socket.getSendBufferSize() == socket.getOption(StandardSocketOptions.SO_SNDBUF)
                && socket.getReceiveBufferSize() == socket.getOption(StandardSocketOptions.SO_RCVBUF);
    }
}

package io.keepalive.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Opens listeners whose accepted connections have a policy. Made by {@link SocketKeeper#server()}; used by one thread.
 *
 * <p>The policy is applied to every accepted socket, since {@code SO_KEEPALIVE} is no option of a Java listener.
 * Defaults: the JDK's backlog (50), and Nagle's algorithm as the operating system has it.
 *
 * @since 0.1
 */
public final class ServerSocketBuilder {
    private final SocketKeeper keeper;
    private int backlog;
    private @Nullable Boolean noDelay;

    ServerSocketBuilder(SocketKeeper keeper) {
        this.keeper = keeper;
    }

    /**
     * How many connections may wait to be accepted.
     *
     * @param backlog at least 1; the operating system may take less
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public ServerSocketBuilder backlog(int backlog) {
        if (backlog < 1) {
            throw new IllegalArgumentException(
                    "backlog: " + backlog + " (expected: at least 1; leave it out for the JDK's default)");
        }
        this.backlog = backlog;
        return this;
    }

    /**
     * Whether accepted sockets send small segments at once ({@code TCP_NODELAY}).
     *
     * @param noDelay true to switch Nagle's algorithm off
     * @return this
     */
    public ServerSocketBuilder noDelay(boolean noDelay) {
        this.noDelay = noDelay;
        return this;
    }

    /**
     * Listens on all local addresses.
     *
     * @param port 1 to 65535, or 0 for any free one
     * @return a server socket that returns kept sockets
     * @throws IOException if the port is taken or not allowed
     */
    public ServerSocket listen(int port) throws IOException {
        return listen(new InetSocketAddress(port));
    }

    /**
     * Listens on a local address.
     *
     * @param address where to listen
     * @return a server socket that returns kept sockets
     * @throws IOException if the address is taken or not allowed
     */
    public ServerSocket listen(SocketAddress address) throws IOException {
        ServerSocket server = new KeptServerSocket<>(Socket::new, keeping(noDelay));
        CloseOnFailure.run(server, () -> server.bind(address, backlog));
        return server;
    }

    /** Takes the setting as it is now: a later change of this builder is for the next listener. */
    private KeptServerSocket.Keep<Socket> keeping(@Nullable Boolean noDelay) {
        return accepted -> {
            keeper.keepNew(JdkSocketOptions.of(accepted));
            if (noDelay != null) {
                ifAlive(() -> accepted.setOption(StandardSocketOptions.TCP_NODELAY, noDelay));
            }
        };
    }

    /** A connection that the peer has reset already fails at its first use; it must not end the accept loop. */
    private static void ifAlive(CloseOnFailure.Work setOption) {
        try {
            setOption.run();
        } catch (IOException gone) {
            // The caller learns it from the socket.
        }
    }

    /** The same for channels, which share no supertype with sockets. */
    private KeptServerSocket.Keep<NetworkChannel> keepingChannels(@Nullable Boolean noDelay) {
        return accepted -> {
            keeper.keepNew(JdkSocketOptions.of(accepted));
            if (noDelay != null) {
                ifAlive(() -> accepted.setOption(StandardSocketOptions.TCP_NODELAY, noDelay));
            }
        };
    }

    /**
     * Listens on all local addresses, with channels.
     *
     * @param port 1 to 65535, or 0 for any free one
     * @return a listener that returns kept channels
     * @throws IOException if the port is taken or not allowed
     */
    public KeptServerChannel listenChannel(int port) throws IOException {
        return listenChannel(new InetSocketAddress(port));
    }

    /**
     * Listens on a local address, with channels.
     *
     * @param address where to listen
     * @return a listener that returns kept channels
     * @throws IOException if the address is taken or not allowed
     */
    public KeptServerChannel listenChannel(SocketAddress address) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        CloseOnFailure.run(
                channel,
                () -> channel.setOption(StandardSocketOptions.SO_REUSEADDR, true)
                        .bind(address, backlog));
        return new KeptServerChannel(channel, keepingChannels(noDelay));
    }

    /**
     * Listens on all local addresses, with asynchronous channels.
     *
     * @param port 1 to 65535, or 0 for any free one
     * @return a listener that returns kept channels
     * @throws IOException if the port is taken or not allowed
     */
    public KeptAsynchronousServerChannel listenAsync(int port) throws IOException {
        return listenAsync(new InetSocketAddress(port));
    }

    /**
     * Listens on a local address, with asynchronous channels.
     *
     * @param address where to listen
     * @return a listener that returns kept channels
     * @throws IOException if the address is taken or not allowed
     */
    public KeptAsynchronousServerChannel listenAsync(SocketAddress address) throws IOException {
        AsynchronousServerSocketChannel channel = AsynchronousServerSocketChannel.open();
        CloseOnFailure.run(
                channel,
                () -> channel.setOption(StandardSocketOptions.SO_REUSEADDR, true)
                        .bind(address, backlog));
        return new KeptAsynchronousServerChannel(channel, keepingChannels(noDelay));
    }
}

package io.keepalive.socket;

import io.keepalive.KeepAlive;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens listeners whose accepted connections have a policy. Made by {@link KeepAlive#server()}; used by one thread.
 *
 * <p>The policy is applied to every accepted socket, since {@code SO_KEEPALIVE} is no option of a Java listener.
 * Defaults: the JDK's backlog (50), Nagle's algorithm as the operating system has it, and lenient.
 *
 * @since 0.1
 */
public final class ServerSocketBuilder {
    private final KeepAlive policy;
    private int backlog;
    private @Nullable Boolean noDelay;
    private final ReportPolicy reports = new ReportPolicy();

    public ServerSocketBuilder(KeepAlive policy) {
        this.policy = policy;
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
     * Refuses an accepted connection on which an option of the policy {@linkplain Outcome#isFailure() failed}: accept
     * closes it and throws {@link KeepAliveException}; the listener stays open.
     *
     * @return this
     */
    public ServerSocketBuilder strict() {
        reports.strict();
        return this;
    }

    /**
     * Where to report what became of the policy's options, for each accepted connection.
     *
     * @param listener called on the accepting thread
     * @return this
     */
    public ServerSocketBuilder onReport(Consumer<KeepAliveReport> listener) {
        reports.listener(listener);
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

    /** Takes the setting as it is now: what this builder is told afterwards is for the next listener. */
    private KeptServerSocket.Keep<Socket> keeping(@Nullable Boolean noDelay) {
        return accepted -> {
            reports.accept(policy.applyTo(accepted));
            if (noDelay != null) {
                accepted.setOption(StandardSocketOptions.TCP_NODELAY, noDelay);
            }
        };
    }

    /** The same for channels, which have no supertype in common with sockets. */
    private KeptServerSocket.Keep<NetworkChannel> keepingChannels(@Nullable Boolean noDelay) {
        return accepted -> {
            reports.accept(policy.applyTo(accepted));
            if (noDelay != null) {
                accepted.setOption(StandardSocketOptions.TCP_NODELAY, noDelay);
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

package io.keepalive.socket;

import io.keepalive.internal.DurationText;
import io.keepalive.internal.KernelTime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Opens client connections that have a policy from the first segment on. Made by {@link SocketKeeper#client()}; can be
 * used for many connections, by one thread at a time.
 *
 * <p>Defaults: the operating system's connect timeout (about two minutes on Linux), any local address, and Nagle's
 * algorithm as the operating system has it.
 *
 * @since 0.1
 */
public final class ClientSocketBuilder {
    private final SocketKeeper keeper;
    private int connectTimeoutMillis;
    private @Nullable SocketAddress localAddress;
    private @Nullable Boolean noDelay;

    ClientSocketBuilder(SocketKeeper keeper) {
        this.keeper = keeper;
    }

    /**
     * How long an attempt to connect may take: one address, where a name has several.
     *
     * @param timeout more than 0, at most 2147483647 ms; rounded up to whole milliseconds
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public ClientSocketBuilder connectTimeout(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout");
        if (timeout.isZero() || timeout.isNegative() || timeout.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("connectTimeout: " + DurationText.format(timeout)
                    + " (expected: more than 0, at most 2147483647ms; leave it out to keep the operating system's)");
        }
        this.connectTimeoutMillis = KernelTime.wholeMillis(timeout);
        return this;
    }

    /**
     * The local address to connect from.
     *
     * @param address an address of this machine; port 0 lets the system choose one
     * @return this
     */
    public ClientSocketBuilder bind(SocketAddress address) {
        this.localAddress = Objects.requireNonNull(address, "address");
        return this;
    }

    /**
     * Whether to send small segments at once ({@code TCP_NODELAY}).
     *
     * @param noDelay true to switch Nagle's algorithm off
     * @return this
     */
    public ClientSocketBuilder noDelay(boolean noDelay) {
        this.noDelay = noDelay;
        return this;
    }

    /**
     * Connects a socket: to the first address of the name that takes it, one after the other. A name that this machine can't
     * resolve is left to the SOCKS proxy of the JVM ({@code -DsocksProxyHost}), if there is one.
     *
     * @param host a name or address
     * @param port 1 to 65535
     * @return a connected socket
     * @throws KeepAliveException if the keeper is strict, and an option failed
     * @throws IOException if the name has no address, or every attempt fails: what the last one threw, with the others
     *     suppressed
     */
    public Socket connect(String host, int port) throws IOException {
        List<InetSocketAddress> addresses;
        try {
            addresses = HostAddresses.of(host, port);
        } catch (UnknownHostException e) {
            return connectUnresolved(host, port, e);
        }
        return HostAddresses.firstThatConnects(addresses, this::connect);
    }

    /** As {@code new Socket(host, port)} does: without a proxy the JDK refuses it. */
    private Socket connectUnresolved(String host, int port, UnknownHostException reason) throws IOException {
        try {
            return connect(InetSocketAddress.createUnresolved(host, port));
        } catch (UnknownHostException e) {
            reason.addSuppressed(e);
            throw reason;
        }
    }

    /**
     * Connects a socket.
     *
     * @param address where to
     * @return a connected socket
     * @throws KeepAliveException if the keeper is strict, and an option failed
     * @throws IOException if the address is unresolved or the attempt fails
     */
    public Socket connect(SocketAddress address) throws IOException {
        return connected(new Socket(), address);
    }

    /**
     * Connects a channel: to the first address of the name that takes it, one after the other.
     *
     * @param host a name or address
     * @param port 1 to 65535
     * @return a connected channel in blocking mode
     * @throws KeepAliveException if the keeper is strict, and an option failed
     * @throws IOException if the name has no address, or every attempt fails: what the last one threw, with the others
     *     suppressed
     */
    public SocketChannel connectChannel(String host, int port) throws IOException {
        return HostAddresses.firstThatConnects(host, port, this::connectChannel);
    }

    /**
     * Connects a channel.
     *
     * @param address where to
     * @return a connected channel in blocking mode
     * @throws KeepAliveException if the keeper is strict, and an option failed
     * @throws IOException if the address is unresolved or the attempt fails
     */
    public SocketChannel connectChannel(SocketAddress address) throws IOException {
        // The channel's socket view is the one way to a blocking connect with a timeout.
        SocketChannel channel = SocketChannel.open();
        connected(channel.socket(), address);
        return channel;
    }

    /**
     * Begins to connect a channel to the addresses of a name, for a selector loop. Looks the name up first, which may block.
     *
     * @param host a name or address
     * @param port 1 to 65535
     * @return an attempt that is to be finished
     * @throws KeepAliveException if the keeper is strict, and an option failed
     * @throws IOException if the name has no address, or every attempt fails at once
     */
    public PendingConnect startConnect(String host, int port) throws IOException {
        PendingConnect pending = new PendingConnect(HostAddresses.of(host, port), this::started, connectTimeoutMillis);
        pending.start(System.nanoTime());
        return pending;
    }

    /**
     * Begins to connect a channel, for a selector loop.
     *
     * @param address where to
     * @return an attempt that is to be finished
     * @throws KeepAliveException if the keeper is strict, and an option failed
     * @throws IOException if the address is unresolved or the attempt fails at once
     */
    public PendingConnect startConnect(SocketAddress address) throws IOException {
        PendingConnect pending = new PendingConnect(List.of(address), this::started, connectTimeoutMillis);
        pending.start(System.nanoTime());
        return pending;
    }

    private SocketChannel started(SocketAddress address) throws IOException {
        SocketChannel channel = SocketChannel.open();
        CloseOnFailure.run(channel, () -> {
            channel.configureBlocking(false);
            prepare(channel);
            channel.connect(address);
        });
        return channel;
    }

    /**
     * Connects an asynchronous channel to the first address of the name that takes it, one after the other. Looks the name
     * up first, which may block. {@link #connectTimeout} does not bound it: a user timeout of the policy does.
     *
     * @param host a name or address
     * @param port 1 to 65535
     * @return a connected channel, or what {@link #connect(String, int)} would throw
     */
    public CompletableFuture<AsynchronousSocketChannel> connectAsync(String host, int port) {
        try {
            return connectAsync(HostAddresses.of(host, port), 0, null);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<AsynchronousSocketChannel> connectAsync(
            List<? extends SocketAddress> addresses, int next, @Nullable Throwable before) {
        return connectAsync(addresses.get(next)).exceptionallyCompose(failure -> {
            if (before != null) {
                failure.addSuppressed(before);
            }
            return next + 1 < addresses.size()
                    ? connectAsync(addresses, next + 1, failure)
                    : CompletableFuture.failedFuture(failure);
        });
    }

    /**
     * Connects an asynchronous channel.
     *
     * @param address where to
     * @return a connected channel, or the exception
     */
    public CompletableFuture<AsynchronousSocketChannel> connectAsync(SocketAddress address) {
        CompletableFuture<AsynchronousSocketChannel> connected = new CompletableFuture<>();
        try {
            AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
            CloseOnFailure.run(channel, () -> {
                prepare(channel);
                channel.connect(address, null, new AsyncConnect(channel, connected));
            });
        } catch (IOException | RuntimeException e) {
            connected.completeExceptionally(e);
        }
        return connected;
    }

    /** Hands the channel over, or closes it: also if the caller has stopped waiting. */
    private record AsyncConnect(
            AsynchronousSocketChannel channel, CompletableFuture<AsynchronousSocketChannel> connected)
            implements CompletionHandler<Void, Void> {
        @Override
        public void completed(Void result, Void attachment) {
            if (!connected.complete(channel)) {
                close();
            }
        }

        @Override
        public void failed(Throwable failure, Void attachment) {
            close();
            connected.completeExceptionally(failure);
        }

        private void close() {
            try {
                channel.close();
            } catch (IOException e) {
                connected.completeExceptionally(e);
            }
        }
    }

    private void prepare(NetworkChannel channel) throws IOException {
        keeper.keepNew(JdkSocketOptions.of(channel));
        if (noDelay != null) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, noDelay);
        }
        if (localAddress != null) {
            channel.bind(localAddress);
        }
    }

    /** Applies everything before the attempt, so that it is covered too; closes the socket if anything fails. */
    private Socket connected(Socket socket, SocketAddress address) throws IOException {
        CloseOnFailure.run(socket, () -> {
            keeper.keepNew(JdkSocketOptions.of(socket));
            if (noDelay != null) {
                socket.setOption(StandardSocketOptions.TCP_NODELAY, noDelay);
            }
            if (localAddress != null) {
                socket.bind(localAddress);
            }
            socket.connect(address, connectTimeoutMillis);
        });
        return socket;
    }
}

package io.keepalive;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens client connections that have a policy from the first segment on. Made by {@link KeepAlive#client()}; can be
 * used for many connections, by one thread at a time.
 *
 * <p>Defaults: the operating system's connect timeout (about two minutes on Linux), any local address, Nagle's
 * algorithm as the operating system has it, and lenient: what the operating system does not offer is reported to
 * {@link #onReport} and the connection opened all the same.
 *
 * @since 0.1
 */
public final class ClientSocketBuilder {
    private final KeepAlive policy;
    private int connectTimeoutMillis;
    private @Nullable SocketAddress localAddress;
    private @Nullable Boolean noDelay;
    private final ReportPolicy reports = new ReportPolicy();

    ClientSocketBuilder(KeepAlive policy) {
        this.policy = policy;
    }

    /**
     * How long an attempt to connect may take.
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
     * Refuses to open a connection on which an option of the policy {@linkplain Outcome#isFailure() failed}: connect
     * throws {@link KeepAliveException} then, and leaves nothing open.
     *
     * @return this
     */
    public ClientSocketBuilder strict() {
        reports.strict();
        return this;
    }

    /**
     * Where to report what became of the policy's options, for each connection.
     *
     * @param listener called on the connecting thread before the attempt
     * @return this
     */
    public ClientSocketBuilder onReport(Consumer<KeepAliveReport> listener) {
        reports.listener(listener);
        return this;
    }

    /**
     * Connects a socket.
     *
     * @param host a name or address
     * @param port 1 to 65535
     * @return a connected socket
     * @throws KeepAliveException if strict, and an option failed
     * @throws IOException if the name has no address or the attempt fails
     */
    public Socket connect(String host, int port) throws IOException {
        return connect(new InetSocketAddress(host, port));
    }

    /**
     * Connects a socket.
     *
     * @param address where to
     * @return a connected socket
     * @throws KeepAliveException if strict, and an option failed
     * @throws IOException if the address is unresolved or the attempt fails
     */
    public Socket connect(SocketAddress address) throws IOException {
        return connected(new Socket(), address);
    }

    /**
     * Connects a channel.
     *
     * @param host a name or address
     * @param port 1 to 65535
     * @return a connected channel in blocking mode
     * @throws KeepAliveException if strict, and an option failed
     * @throws IOException if the name has no address or the attempt fails
     */
    public SocketChannel connectChannel(String host, int port) throws IOException {
        return connectChannel(new InetSocketAddress(host, port));
    }

    /**
     * Connects a channel.
     *
     * @param address where to
     * @return a connected channel in blocking mode
     * @throws KeepAliveException if strict, and an option failed
     * @throws IOException if the address is unresolved or the attempt fails
     */
    public SocketChannel connectChannel(SocketAddress address) throws IOException {
        // The channel's socket view is the one way to a blocking connect with a timeout.
        SocketChannel channel = SocketChannel.open();
        connected(channel.socket(), address);
        return channel;
    }

    /** Applies everything before the attempt, so that it is covered too; closes the socket if anything fails. */
    private Socket connected(Socket socket, SocketAddress address) throws IOException {
        OrClosed.run(socket, () -> {
            reports.accept(policy.applyTo(socket));
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

package io.keepalive.socket;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A listening channel whose accepted channels have a policy. Thread-safe, as the channel below it is.
 *
 * <p>Blocking by default. For a selector, put {@link #channel()} into non-blocking mode and register it; but accept
 * here, not there: what the channel itself accepts is not probed.
 *
 * @since 0.1
 */
public final class KeptServerChannel implements Closeable {
    private final ServerSocketChannel channel;
    private final KeptServerSocket.Keep<NetworkChannel> keep;

    KeptServerChannel(ServerSocketChannel channel, KeptServerSocket.Keep<NetworkChannel> keep) {
        this.channel = channel;
        this.keep = keep;
    }

    /**
     * Accepts a connection that has the policy.
     *
     * @return a channel in blocking mode; null if the listener is non-blocking and nothing is waiting
     * @throws KeepAliveException if strict, and an option failed; the connection is closed then
     * @throws IOException if the listener is closed or fails
     */
    public @Nullable SocketChannel accept() throws IOException {
        SocketChannel accepted = channel.accept();
        if (accepted != null) {
            CloseOnFailure.run(accepted, () -> keep.on(accepted));
        }
        return accepted;
    }

    /**
     * The listening channel, to be configured and registered with a selector.
     *
     * @return the same channel at each call
     */
    public ServerSocketChannel channel() {
        return channel;
    }

    /**
     * Where it listens.
     *
     * @return the local address
     * @throws IOException if the listener is closed
     */
    public SocketAddress localAddress() throws IOException {
        return channel.getLocalAddress();
    }

    /**
     * Stops listening; accepted channels stay open.
     *
     * @throws IOException if closing fails
     */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}

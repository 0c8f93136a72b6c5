package io.keepalive.socket;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.NetworkChannel;
import java.util.concurrent.CompletableFuture;

/**
 * A listening asynchronous channel whose accepted channels have a policy. Thread-safe, as the channel below it is.
 *
 * <p>Accept here, not on {@link #channel()}: what the channel itself accepts is not probed.
 *
 * @since 0.1
 */
public final class KeptAsynchronousServerChannel implements Closeable {
    private final AsynchronousServerSocketChannel channel;
    private final KeptServerSocket.Keep<NetworkChannel> keep;

    KeptAsynchronousServerChannel(AsynchronousServerSocketChannel channel, KeptServerSocket.Keep<NetworkChannel> keep) {
        this.channel = channel;
        this.keep = keep;
    }

    /**
     * Accepts a connection that has the policy. One accept at a time: begin the next when this one is complete.
     *
     * @return a channel; or {@link KeepAliveException} if strict and an option failed, the connection being closed then; or
     *     another {@link IOException} if the listener is closed or fails. Completed by a thread of the channel's group,
     *     which also calls the builder's listener for reports. A connection that comes after the future was cancelled is
     *     closed
     * @throws java.nio.channels.AcceptPendingException if an accept has not completed
     */
    public CompletableFuture<AsynchronousSocketChannel> accept() {
        CompletableFuture<AsynchronousSocketChannel> accepted = new CompletableFuture<>();
        channel.accept(accepted, new Accept());
        return accepted;
    }

    private final class Accept
            implements CompletionHandler<AsynchronousSocketChannel, CompletableFuture<AsynchronousSocketChannel>> {
        @Override
        public void completed(AsynchronousSocketChannel peer, CompletableFuture<AsynchronousSocketChannel> accepted) {
            try {
                CloseOnFailure.run(peer, () -> keep.on(peer));
                if (!accepted.complete(peer)) {
                    peer.close(); // the caller has stopped waiting
                }
            } catch (IOException | RuntimeException e) {
                accepted.completeExceptionally(e);
            }
        }

        @Override
        public void failed(Throwable failure, CompletableFuture<AsynchronousSocketChannel> accepted) {
            accepted.completeExceptionally(failure);
        }
    }

    /**
     * The listening channel.
     *
     * @return the same channel at each call
     */
    public AsynchronousServerSocketChannel channel() {
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
     * Stops listening; accepted channels stay open, and a pending accept fails.
     *
     * @throws IOException if closing fails
     */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}

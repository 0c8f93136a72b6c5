package io.keepalive.socket;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A non-blocking attempt to connect a kept channel to the addresses of a name, one after the other. Made by
 * {@link ClientSocketBuilder#startConnect(String, int)}.
 *
 * <pre>{@code
 * PendingConnect pending = policy.client().connectTimeout(ofSeconds(5)).startConnect("db", 7000);
 * pending.register(selector, attachment); // OP_CONNECT
 * // when the key is connectable, and at the latest when remainingNanos() is over:
 * if (pending.finish()) {
 *     pending.channel().keyFor(selector).interestOps(OP_READ);
 * }
 * }</pre>
 *
 * <p>For one thread, the selector's.
 *
 * @since 0.1
 */
public final class PendingConnect implements Closeable {
    private final Iterator<? extends SocketAddress> addresses;
    private final HostAddresses.Attempt<SocketChannel> attempt;
    private final long timeoutNanos;
    private @Nullable SocketChannel channel;
    private @Nullable SocketAddress address;
    private @Nullable IOException failure;
    private @Nullable Selector selector;
    private @Nullable Object attachment;
    private long startNanos;

    PendingConnect(
            List<? extends SocketAddress> addresses, HostAddresses.Attempt<SocketChannel> attempt, int timeoutMillis) {
        this.addresses = addresses.iterator();
        this.attempt = attempt;
        this.timeoutNanos = timeoutMillis * 1_000_000L;
    }

    /** Goes on to the next address that does not fail at once. */
    void start(long nowNanos) throws IOException {
        while (addresses.hasNext()) {
            SocketAddress next = addresses.next();
            try {
                address = next;
                startNanos = nowNanos;
                channel = attempt.connect(next);
                if (selector != null) {
                    channel.register(selector, SelectionKey.OP_CONNECT, attachment);
                }
                return;
            } catch (KeepAliveException e) {
                throw e;
            } catch (IOException e) {
                failed(e);
            }
        }
        throw failure != null ? failure : new IOException("no address to connect to");
    }

    private void failed(IOException e) {
        if (failure != null) {
            e.addSuppressed(failure);
        }
        failure = e;
    }

    /**
     * Registers the channel for {@code OP_CONNECT}, and those of the addresses that may come after it.
     *
     * @param selector of the loop
     * @param attachment of the keys
     * @throws IOException if the channel is closed
     */
    public void register(Selector selector, @Nullable Object attachment) throws IOException {
        this.selector = selector;
        this.attachment = attachment;
        channel().register(selector, SelectionKey.OP_CONNECT, attachment);
    }

    /**
     * The channel of the address that is being tried, or was connected.
     *
     * @return non-blocking; another one after {@link #finish} went on to the next address
     */
    public SocketChannel channel() {
        if (channel == null) {
            throw new IllegalStateException("channel: none (expected: an attempt that has started)");
        }
        return channel;
    }

    /**
     * Looks whether the channel is connected, and goes on to the next address if this one failed or took too long.
     *
     * @return whether {@link #channel} is connected
     * @throws IOException if no address is left: what the last attempt threw, with the others suppressed
     */
    public boolean finish() throws IOException {
        return finish(System.nanoTime());
    }

    boolean finish(long nowNanos) throws IOException {
        SocketChannel current = channel();
        try {
            if (current.finishConnect()) {
                return true;
            }
            if (timeoutNanos == 0 || nowNanos - startNanos < timeoutNanos) {
                return false;
            }
            failed(new SocketTimeoutException("Connect timed out: " + address));
        } catch (IOException e) {
            failed(e);
        }
        current.close();
        start(nowNanos);
        return false;
    }

    /**
     * How long the attempt may take before {@link #finish} is to be called although nothing has happened.
     *
     * @return nanoseconds, 0 or more; {@code Long.MAX_VALUE} without a {@link ClientSocketBuilder#connectTimeout}
     */
    public long remainingNanos() {
        return timeoutNanos == 0 ? Long.MAX_VALUE : Math.max(0, startNanos + timeoutNanos - System.nanoTime());
    }

    /** Gives up, and closes the channel, connected or not. */
    @Override
    public void close() throws IOException {
        channel().close();
    }
}

package io.keepalive.nio;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatEvent;
import io.keepalive.heartbeat.HeartbeatFormat;
import io.keepalive.heartbeat.HeartbeatWheel;
import io.keepalive.heartbeat.wire.HeartbeatProtocol;
import io.keepalive.heartbeat.wire.MessageSession;
import io.keepalive.loss.ConnectionLostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The heartbeats of all the channels of one selector loop, which stays the program's own:
 *
 * <pre>{@code
 * HeartbeatLoop heartbeats = new HeartbeatLoop(HeartbeatConfig.defaults());
 * while (true) {
 *     selector.select(key -> {
 *         // accept or connect: HeartbeatChannel channel = heartbeats.add(key)
 *         // readable: channel.read(buffer); writable: channel.flush(), then channel.write(more)
 *     }, heartbeats.timeoutMillis());
 *     heartbeats.tick((channel, lost) -> clean up after channel.key().attachment());
 * }
 * }</pre>
 *
 * <p>{@link #tick} comes after reading: a peer is given up only after its bytes had a chance to be read. It is cheap, and
 * harmless when nothing is due.
 *
 * <p>A loop has a buffer of its own and, for connections whose peers are slow, up to 64 more; no thread. Confined, with
 * all its channels, to the thread of the selector loop.
 *
 * @since 0.1
 */
public final class HeartbeatLoop {
    /** How often a close under way is looked after. */
    private static final long CLOSING_MILLIS = 10;

    private final HeartbeatProtocol protocol;
    private final BiConsumer<? super LoopChannel, ? super HeartbeatEvent> onEvent;
    private final HeartbeatWheel<LoopChannel> wheel;
    private @Nullable LossHandler handler;

    final BufferPool pool = new BufferPool();
    /** Control frames and headers, and short messages behind them, on their way into the kernel. Empty between calls. */
    final ByteBuffer head = ByteBuffer.allocateDirect(HeartbeatChannel.CONTROL_BYTES + HeartbeatChannel.COPIED_BYTES);

    /** Where bytes go that are discarded. */
    final ByteBuffer discarded = ByteBuffer.allocateDirect(8 * 1024);

    /** Channels whose close is under way. */
    private final Set<LoopChannel> closing = new LinkedHashSet<>();

    final FrameVector outgoing = new FrameVector();
    final FrameVector incoming = new FrameVector();

    /** Notified of losses that {@link #tick} finds. */
    @FunctionalInterface
    public interface LossHandler {
        /**
         * A connection is lost, and closed by now. What a call of the application finds is thrown by that call, and not
         * reported here.
         *
         * @param channel the connection; its key still has the attachment
         * @param lost why
         */
        void onLost(LoopChannel channel, ConnectionLostException lost);
    }

    /**
     * A loop without channels.
     *
     * @param config when to do what, for all its channels
     */
    public HeartbeatLoop(HeartbeatConfig config) {
        this(HeartbeatProtocol.of(config), (channel, event) -> {});
    }

    /**
     * A loop without channels.
     *
     * @param protocol shared by all its channels
     * @param onEvent gets what the heartbeats report, on the loop's thread
     */
    public HeartbeatLoop(HeartbeatProtocol protocol, BiConsumer<? super LoopChannel, ? super HeartbeatEvent> onEvent) {
        this.protocol = Objects.requireNonNull(protocol, "protocol");
        this.onEvent = Objects.requireNonNull(onEvent, "onEvent");
        this.wheel = new HeartbeatWheel<>(protocol.config().resolution(), LoopChannel::tick, System.nanoTime());
    }

    /**
     * Starts the heartbeat protocol on a connection: sends this side's HELLO.
     *
     * @param key of a connected, non-blocking {@code SocketChannel}. Its {@code OP_WRITE} belongs to the heartbeat from now
     *     on; its {@code OP_READ} to the application, which reads as long as it is on
     * @return the channel to read from and write to instead
     * @throws ConnectionLostException if the connection is gone already; it is closed then
     * @throws ClassCastException if it is another kind of channel
     */
    public HeartbeatChannel add(SelectionKey key) throws ConnectionLostException {
        long nowNanos = System.nanoTime();
        HeartbeatChannel channel = new HeartbeatChannel(this, key, protocol.session(nowNanos));
        wheel.add(channel.heartbeat(), channel);
        channel.start(nowNanos);
        return channel;
    }

    /**
     * Starts heartbeats in a protocol that the application speaks already.
     *
     * @param key of a connected, non-blocking {@code SocketChannel}; as for {@link #add(SelectionKey)}
     * @param format what beats, questions and answers look like in that protocol; the buffers that it gives out are only
     *     read, so they may be shared if each has a position and limit of its own: {@code shared.duplicate()}
     * @return the channel to read from and write to instead
     * @throws ClassCastException if it is another kind of channel
     */
    public MessageChannel add(SelectionKey key, HeartbeatFormat<ByteBuffer> format) {
        MessageChannel channel =
                new MessageChannel(this, key, new MessageSession<>(protocol.config(), format, System.nanoTime()));
        wheel.add(channel.heartbeat(), channel);
        return channel;
    }

    /**
     * How long to select at most.
     *
     * @return milliseconds until {@link #tick} has something to do; 0, which is for ever, if there is no channel
     */
    public long timeoutMillis() {
        long nanos = wheel.nanosToNext(System.nanoTime());
        if (!closing.isEmpty()) {
            return Math.min(CLOSING_MILLIS, nanos / 1_000_000 + 1);
        }
        return nanos == Long.MAX_VALUE ? 0 : nanos / 1_000_000 + 1;
    }

    /**
     * Sends the beats that are due, and closes the connections that are lost. To be called once per round, after what was
     * selected has been read.
     *
     * @param lossHandler notified of each connection that was lost otherwise than in a call of the application
     */
    public void tick(LossHandler lossHandler) {
        handler = Objects.requireNonNull(lossHandler, "lossHandler");
        wheel.advance(System.nanoTime());
        handler = null;
        carryOnClosing();
        outgoing.forget();
        incoming.forget();
    }

    /**
     * Carries on the closes under way until all are complete, for a program that is about to exit: what was written before a
     * {@code close()} may still be on its way.
     *
     * @param limit how long to wait at most
     * @return whether all are complete
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean awaitClosed(Duration limit) throws InterruptedException {
        long endNanos = System.nanoTime() + limit.toNanos();
        while (!closing.isEmpty()) {
            if (System.nanoTime() - endNanos >= 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(1);
            wheel.advance(System.nanoTime());
            carryOnClosing();
        }
        return true;
    }

    private void carryOnClosing() {
        if (!closing.isEmpty()) {
            long nowNanos = System.nanoTime();
            new ArrayList<>(closing).forEach(channel -> channel.carryOn(nowNanos));
        }
    }

    void linger(LoopChannel channel) {
        closing.add(channel);
    }

    /**
     * How many connections have a heartbeat here.
     *
     * @return 0 or more
     */
    public int size() {
        return wheel.size();
    }

    void lost(LoopChannel channel, ConnectionLostException lost) {
        if (handler != null) {
            handler.onLost(channel, lost);
        }
    }

    void deliverEvents(LoopChannel channel) {
        for (HeartbeatEvent event = channel.heartbeat().pollEvent();
                event != null;
                event = channel.heartbeat().pollEvent()) {
            onEvent.accept(channel, event);
        }
    }

    void forget(LoopChannel channel) {
        closing.remove(channel);
        wheel.remove(channel.heartbeat());
    }
}

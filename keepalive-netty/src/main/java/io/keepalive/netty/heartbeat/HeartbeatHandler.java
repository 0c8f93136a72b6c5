package io.keepalive.netty.heartbeat;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatEvent;
import io.keepalive.heartbeat.HeartbeatFormat;
import io.keepalive.heartbeat.wire.CloseReason;
import io.keepalive.heartbeat.wire.MessageSession;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;

/**
 * A heartbeat for a protocol that has its own pings, or something that will do: beats, asks, answers, and gives up a peer
 * that is dead.
 *
 * <pre>{@code
 * pipeline.addLast(new LineBasedFrameDecoder(1024));
 * pipeline.addLast(new HeartbeatHandler<>(HeartbeatConfig.defaults(), ByteBuf.class, HeartbeatFormats.emptyLine()));
 * pipeline.addLast(...the application...);
 * }</pre>
 *
 * <p>It stands where the protocol's messages are objects of type {@code M}: behind the decoders, in front of the
 * application. Messages of other types pass; those that the format says are the heartbeat's are released. Any byte that
 * is received counts, half a message too.
 *
 * <ul>
 *   <li>What happens on the way is reported by {@link HeartbeatEvent}s.
 *   <li>A loss is reported by {@code exceptionCaught} with an {@link io.keepalive.loss.ConnectionLostException}; then the channel
 *       is closed, hard if its peer is dead.
 *   <li>It may be added to and removed from a live pipeline, and its channel may change its event loop. An executor group
 *       of its own is refused.
 * </ul>
 *
 * <p>One for each channel; not sharable. {@link #pingNow} and {@link #reconfigure} may be called by any thread.
 *
 * @param <M> a message of the protocol: a {@code ByteBuf}, a {@code WebSocketFrame}
 * @since 0.1
 */
@SuppressWarnings("FutureReturnValueIgnored") // what is written has its promise
public final class HeartbeatHandler<M> extends HeartbeatInPipeline<MessageSession<M>>
        implements HeartbeatFormat.Signals {
    private final HeartbeatFormat<M> format;
    private final Class<M> type;

    /**
     * A handler for one channel.
     *
     * @param config when to do what
     * @param type of the messages that the format is to be shown
     * @param format how BEAT, PING and PONG are written in the protocol
     */
    public HeartbeatHandler(HeartbeatConfig config, Class<M> type, HeartbeatFormat<M> format) {
        super(config);
        this.type = Objects.requireNonNull(type, "type");
        this.format = Objects.requireNonNull(format, "format");
    }

    /**
     * Sends a PING at once: {@link Heartbeat#pingNow}. The result comes as a {@link HeartbeatEvent.RoundTrip}, or as a
     * loss.
     *
     * <p>Does nothing before the channel is active and after its end. A peer that is not proven to know heartbeats is not
     * lost by it: it is reported as {@link HeartbeatEvent.PongMissed}.
     *
     * @param within how long it may take to answer; more than 0, at most 1 day. What is wrong with it, or with a PING at
     *     all, is thrown in the event loop's thread, and comes as {@code exceptionCaught} for other callers
     * @throws IllegalStateException if the handler is in no pipeline
     */
    public void pingNow(Duration within) {
        onLoop(() -> heartbeat().pingNow(within, nanoTime()));
    }

    /**
     * Goes on with another configuration, for example when a greeting has shown what the peer supports.
     *
     * @param newConfig when to do what from now on
     * @throws IllegalStateException if the handler is in no pipeline
     */
    public void reconfigure(HeartbeatConfig newConfig) {
        Objects.requireNonNull(newConfig, "newConfig");
        onLoop(() -> {
            heartbeat().reconfigure(newConfig, nanoTime());
            reattach();
        });
    }

    @Override
    MessageSession<M> newSession(long nowNanos) {
        return new MessageSession<>(config, format, nowNanos);
    }

    @Override
    boolean beginClose(CloseReason reason, long nowNanos) {
        session().close(nowNanos);
        return true;
    }

    @Override
    boolean writesBytes() {
        return false;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (isBeating() && isClosing()) {
            ReferenceCountUtil.release(message);
            session().onDiscarded(nanoTime());
            return;
        }
        if (!hasBegun()) {
            start(ctx); // added in the midst of a read
        }
        if (hasBegun()) {
            heartbeat().onReceived();
        }
        if (ended || !hasBegun() || !isHeartbeat(ctx, message)) {
            passedOn();
            ctx.fireChannelRead(message);
        }
    }

    private boolean isHeartbeat(ChannelHandlerContext ctx, Object message) {
        if (!type.isInstance(message)) {
            return false;
        }
        boolean isOurs = true; // what the format fails to read is released, too
        try {
            isOurs = format.read(type.cast(message), this);
        } finally {
            if (isOurs) {
                ReferenceCountUtil.release(message);
            }
        }
        if (isOurs) {
            sendDue(ctx);
        }
        return isOurs;
    }

    // What the format says of a message. The clock is read for these, and not for each message.

    @Override
    public void onBeat() {
        heartbeat().onBeat();
    }

    @Override
    public void onPing(long id) {
        session().at(nanoTime()).onPing(id);
    }

    @Override
    public void onPong(long id) {
        heartbeat().onPong(id, nanoTime());
    }

    @Override
    public void onPong() {
        heartbeat().onPong(nanoTime());
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (hasBegun()) {
            heartbeat().onSent();
        }
        ctx.write(message, promise);
    }

    @Override
    void onInactive(ChannelHandlerContext ctx) {
        if (!endIfBroken(ctx) && isClosing()) {
            session().onInputEnded(nanoTime());
            conclude(ctx, null);
        } // otherwise an end of stream is the protocol's own affair
    }

    @Override
    boolean writeDue(ChannelHandlerContext ctx) {
        boolean any = false;
        for (M message = session().next(); message != null; message = session().next()) {
            boolean isPing = session().isPingQueued();
            ctx.write(message).addListener(future -> onWritten(ctx, future, isPing));
            any = true;
        }
        return any;
    }

    private void onWritten(ChannelHandlerContext ctx, Future<?> future, boolean isPing) {
        Throwable failure = future.cause();
        if (failure != null
                && !(failure instanceof IOException)) { // which is the connection's end, and reported as such
            ctx.fireExceptionCaught(failure); // no encoder for it, say: that would be silence for ever
        }
        if (isPing) {
            session().onFlushed(nanoTime());
        }
    }
}

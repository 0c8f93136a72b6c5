package io.keepalive.netty.heartbeat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.wire.HeartbeatSession;
import io.keepalive.loss.TcpInfo;
import io.keepalive.netty.ChannelLiveness;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A heartbeat in a pipeline: what {@link HeartbeatHandler} and {@link HeartbeatCodec} share. It knows when a channel begins,
 * reads, writes and ticks; what follows from it, the core says.
 *
 * <p>It is what its wheel ticks: another object would be a tenth of what a channel costs.
 *
 * @param <S> the kind of session
 */
abstract sealed class HeartbeatInPipeline<S extends HeartbeatSession> extends SessionInPipeline<S>
        permits HeartbeatHandler, FrameReader, IdleEventHandler {
    final HeartbeatConfig config;
    private @Nullable LoopTicker ticker;
    private @Nullable WriteProgress progress;
    /** Without autoRead, {@code read()} was called, and nothing was passed on since. */
    private boolean readPending;

    HeartbeatInPipeline(HeartbeatConfig config) {
        this.config = Objects.requireNonNull(config, "config");
    }

    // ---- what the two kinds do differently

    /** The channel is active. */
    abstract S newSession(long nowNanos);

    /** Ticks the session. */
    void onTick(long nowNanos, boolean reading, boolean writing, long written) {
        session().onTick(nowNanos, reading, writing, written);
    }

    // ---- the life of a channel

    @Override
    public final void handlerAdded(ChannelHandlerContext ctx) {
        if (ctx.executor() != ctx.channel().eventLoop()) {
            throw new IllegalStateException("executor: " + ctx.executor() + " (expected: the channel's event loop; add "
                    + getClass().getSimpleName() + " to the pipeline without an EventExecutorGroup)");
        }
        bindTo(ctx);
        onAdded(ctx);
        if (!ctx.channel().isActive()) {
            return;
        }
        if (isBeingFilled(ctx)) {
            ctx.executor().execute(() -> startLate(ctx));
        } else {
            startLate(ctx);
        }
    }

    /** An accepted channel is active while its pipeline is being filled: TLS may be put in front of this handler yet. */
    private static boolean isBeingFilled(ChannelHandlerContext ctx) {
        for (Map.Entry<String, ChannelHandler> entry : ctx.pipeline()) {
            if (entry.getValue() instanceof ChannelInitializer) {
                return true;
            }
        }
        return false;
    }

    private void startLate(ChannelHandlerContext ctx) {
        if (!ctx.isRemoved() && ctx.channel().isActive() && start(ctx)) {
            ctx.flush();
        }
    }

    /** The handler is in a pipeline. */
    void onAdded(ChannelHandlerContext ctx) {}

    @Override
    public final void channelActive(ChannelHandlerContext ctx) {
        boolean any = start(ctx);
        ctx.fireChannelActive();
        if (any) {
            ctx.flush(); // after what the application has written: it may go in the same segment
        }
    }

    @Override
    public final void channelRegistered(ChannelHandlerContext ctx) {
        attach(ctx); // again, perhaps: with another loop
        ctx.fireChannelRegistered();
    }

    @Override
    public final void channelUnregistered(ChannelHandlerContext ctx) {
        detach();
        ctx.fireChannelUnregistered();
    }

    @Override
    public final void channelInactive(ChannelHandlerContext ctx) {
        if (isBeating()) {
            onInactive(ctx);
        }
        finish();
        ctx.fireChannelInactive();
    }

    /** The connection is over, and no cause is recorded yet. */
    void onInactive(ChannelHandlerContext ctx) {}

    @Override
    public final void handlerRemoved(ChannelHandlerContext ctx) {
        onRemoved(ctx);
        finish();
    }

    /** The channel goes on without this handler. */
    void onRemoved(ChannelHandlerContext ctx) {}

    @Override
    void finish() {
        super.finish();
        detach();
    }

    /**
     * The channel is active; returns whether there is something to flush. Does nothing the second time, nor before the way to
     * the peer is free.
     */
    final boolean start(ChannelHandlerContext ctx) {
        return start(ctx, null);
    }

    private boolean start(ChannelHandlerContext ctx, @Nullable Object event) {
        if (hasBegun() || ended || !StartGate.isOpen(ctx, event)) {
            return false;
        }
        begin(newSession(nanoTime()));
        attach(ctx);
        return writeDue(ctx);
    }

    /** Of the channel's event loop, by the configuration given. */
    final LoopTicker ticker() {
        return LoopTicker.of(context().executor(), config);
    }

    private void attach(ChannelHandlerContext ctx) {
        if (isBeating() && ticker == null) {
            ticker = LoopTicker.of(ctx.executor(), heartbeat().config());
            ticker.add(this);
        }
    }

    /** There is another configuration, with ticks that are to be more exact, perhaps. */
    final void reattach() {
        ChannelHandlerContext ctx = context();
        if (ticker != null
                && ticker != LoopTicker.of(ctx.executor(), heartbeat().config())) {
            detach();
            attach(ctx);
        }
    }

    private void detach() {
        if (ticker != null) {
            ticker.remove(heartbeat());
            ticker = null;
        }
    }

    // ---- traffic

    /** Something is passed on to the application: what it asked for has come. */
    final void passedOn() {
        readPending = false;
    }

    @Override
    public final void read(ChannelHandlerContext ctx) {
        // With autoRead, Netty reads on and on; switching it off takes the last of these reads back.
        readPending = !ctx.channel().config().isAutoRead();
        ctx.read();
    }

    @Override
    public final void channelReadComplete(ChannelHandlerContext ctx) {
        if (hasBegun()) {
            heartbeat().onReceived(); // a decoder in front of this handler may have got half a message
        }
        ctx.fireChannelReadComplete();
        if (readPending) {
            ctx.read(); // the application still waits for what it asked for
        }
    }

    @Override
    public final void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        boolean any = StartGate.mayOpen(event) && start(ctx, event);
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            onEndOfStream(ctx);
        }
        ctx.fireUserEventTriggered(event);
        if (any) {
            ctx.flush();
        }
    }

    /** Nothing more can be heard, and that is no sign of death. */
    void onEndOfStream(ChannelHandlerContext ctx) {
        inputShut = true;
        if (isBeating()) {
            session().onInputEnded(nanoTime());
            conclude(ctx, null);
        }
    }

    // ---- ticks

    /** Called only by the wheel of the channel's event loop. */
    final void tick(long nowNanos) {
        ChannelHandlerContext ctx = context();
        Channel channel = ctx.channel();
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        boolean writing = buffer != null && !buffer.isEmpty();
        boolean reading = !inputShut && (readPending || channel.config().isAutoRead());
        onTick(nowNanos, reading, writing, writing ? progress(Objects.requireNonNull(buffer)) : 0);
        if (heartbeat().isWriteWaiting()) {
            reportAcknowledged(channel, nowNanos);
        }
        sendDue(ctx);
    }

    /** The kernel takes more of a writer only when a third of its buffer is free: a slow link may need longer than the limit. */
    private void reportAcknowledged(Channel channel, long nowNanos) {
        ChannelLiveness.tcpInfo(channel)
                .map(TcpInfo::ackedBytes)
                .orElse(OptionalLong.empty())
                .ifPresent(acked -> heartbeat().onWriteProgress(acked, nowNanos));
    }

    private long progress(ChannelOutboundBuffer buffer) {
        if (progress == null) {
            progress = new WriteProgress();
        }
        return progress.look(buffer, heartbeat().sentCount());
    }
}

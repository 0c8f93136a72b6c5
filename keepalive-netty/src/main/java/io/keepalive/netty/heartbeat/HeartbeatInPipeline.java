package io.keepalive.netty.heartbeat;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatEvent;
import io.keepalive.heartbeat.wire.CloseReason;
import io.keepalive.heartbeat.wire.ConnectionEnd;
import io.keepalive.heartbeat.wire.HeartbeatSession;
import io.keepalive.heartbeat.wire.LingeringClose;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import io.keepalive.netty.ChannelLoss;
import io.keepalive.socket.KeepAliveStatistics;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A heartbeat in a pipeline: what {@link HeartbeatHandler} and {@link HeartbeatCodec} share. It knows when a channel reads,
 * writes, ticks and ends; what follows from it, the core says.
 *
 * <p>It is what its wheel ticks: another object would be a tenth of what a channel costs.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the channel tells when it is closed
abstract sealed class HeartbeatInPipeline extends ChannelDuplexHandler
        permits HeartbeatHandler, HeartbeatCodec, IdleEventHandler {
    private static final Logger LOG = LoggerFactory.getLogger(HeartbeatInPipeline.class);

    static final String NOT_BEGUN = "heartbeat: there is none before the channel is active";

    final HeartbeatConfig config;
    private @Nullable ChannelHandlerContext context;
    private @Nullable LoopTicker ticker;
    private @Nullable WriteProgress progress;
    private @Nullable HeartbeatSession session;
    /** Without autoRead, {@code read()} was called, and nothing was passed on since. */
    private boolean readPending;

    boolean inputShut;
    private boolean lingering;
    boolean ended;

    HeartbeatInPipeline(HeartbeatConfig config) {
        this.config = Objects.requireNonNull(config, "config");
    }

    // ---- what the two kinds do differently

    /** The channel is active. */
    abstract HeartbeatSession newSession(long nowNanos);

    /** Ticks the session. */
    void onTick(long nowNanos, boolean reading, boolean writing, long written) {
        anySession().onTick(nowNanos, reading, writing, written);
    }

    /**
     * Writes what is due.
     *
     * @return whether there is something to flush
     */
    abstract boolean writeDue(ChannelHandlerContext ctx);

    final HeartbeatSession anySession() {
        return Objects.requireNonNull(session, NOT_BEGUN);
    }

    // ---- the life of a channel

    @Override
    public final void handlerAdded(ChannelHandlerContext ctx) {
        if (ctx.executor() != ctx.channel().eventLoop()) {
            throw new IllegalStateException("executor: " + ctx.executor() + " (expected: the channel's event loop; add "
                    + getClass().getSimpleName() + " to the pipeline without an EventExecutorGroup)");
        }
        context = ctx;
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

    /** The connection is over, and nobody has said why yet. */
    void onInactive(ChannelHandlerContext ctx) {}

    /** Whether the channel was closed because a write failed; if so, that is told. */
    final boolean endIfBroken(ChannelHandlerContext ctx) {
        Throwable thrown = ChannelCloser.closeCause(ctx.channel());
        Optional<ConnectionLoss> loss = thrown == null ? Optional.empty() : ChannelLoss.of(thrown);
        loss.ifPresent(why -> fail(ctx, why, thrown));
        return loss.isPresent();
    }

    @Override
    public final void handlerRemoved(ChannelHandlerContext ctx) {
        onRemoved(ctx);
        finish();
    }

    /** The channel goes on without this handler. */
    void onRemoved(ChannelHandlerContext ctx) {}

    /** Nothing is ticked or told any more. */
    void finish() {
        ended = true;
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
        session = newSession(nanoTime());
        attach(ctx);
        return writeDue(ctx);
    }

    /**
     * The heartbeat, to be asked for round-trip times, missedPongs and the like, in the channel's event loop. It is not to be
     * told anything.
     *
     * @return the one that began when the channel became active
     * @throws NullPointerException if it has not been active yet
     */
    public final Heartbeat heartbeat() {
        return anySession().heartbeat();
    }

    final boolean hasBegun() {
        return session != null;
    }

    final boolean isBeating() {
        return session != null && !ended;
    }

    private void attach(ChannelHandlerContext ctx) {
        if (isBeating() && ticker == null) {
            ticker = LoopTicker.of(ctx.executor(), heartbeat().config());
            ticker.add(this);
        }
    }

    /** There is another configuration, with ticks that are to be more exact, perhaps. */
    final void reattach() {
        ChannelHandlerContext ctx = Objects.requireNonNull(context);
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
        if (session != null) {
            session.heartbeat().onReceived(); // a decoder in front of this handler may have got half a message
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
            anySession().onInputEnded(nanoTime());
            conclude(ctx, null);
        }
    }

    // ---- ticks

    /** Called by the wheel of the channel's event loop, and by nobody else. */
    final void tick(long nowNanos) {
        ChannelHandlerContext ctx = Objects.requireNonNull(context);
        Channel channel = ctx.channel();
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        boolean writing = buffer != null && !buffer.isEmpty();
        boolean reading = !inputShut && (readPending || channel.config().isAutoRead());
        onTick(nowNanos, reading, writing, writing ? progress(Objects.requireNonNull(buffer)) : 0);
        sendDue(ctx);
    }

    private long progress(ChannelOutboundBuffer buffer) {
        if (progress == null) {
            progress = new WriteProgress();
        }
        return progress.look(buffer, heartbeat().sentCount());
    }

    /** After a tick, and after anything else that may have given the heartbeat something to say. */
    final void sendDue(ChannelHandlerContext ctx) {
        fireEvents();
        if (ended) {
            return;
        }
        if (writeDue(ctx)) {
            ctx.flush();
        }
        conclude(ctx, null);
    }

    final long nanoTime() {
        return LoopClock.nanoTime(Objects.requireNonNull(context).executor());
    }

    // ---- what is told

    /** Fires what the heartbeat reports. */
    void fireEvents() {
        while (!ended && session != null) {
            HeartbeatEvent event = session.heartbeat().pollEvent();
            if (event == null) {
                return;
            }
            fire(event);
        }
    }

    final void fire(Object event) {
        if (!ended) {
            Objects.requireNonNull(context).fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
        Optional<ConnectionLoss> loss =
                isBeating() && thrown instanceof IOException ? ChannelLoss.of(thrown) : Optional.empty();
        if (loss.isPresent() && loss.get().cause() != LossCause.UNKNOWN) { // otherwise it may come from another handler
            fail(ctx, loss.get(), thrown);
        } else {
            ctx.fireExceptionCaught(thrown);
        }
    }

    /** The transport failed. */
    final void fail(ChannelHandlerContext ctx, ConnectionLoss loss, @Nullable Throwable thrown) {
        anySession().fail(loss, nanoTime());
        conclude(ctx, thrown);
    }

    // ---- the end

    /** A close from behind this handler loses nothing that was written before. */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        closeInOrder(ctx, CloseReason.NORMAL, promise);
    }

    final void closeInOrder(ChannelHandlerContext ctx, CloseReason reason, ChannelPromise promise) {
        if (!isBeating() || !ctx.channel().isActive() || !beginClose(reason, nanoTime())) {
            ctx.close(promise);
            return;
        }
        ctx.channel().closeFuture().addListener(closed -> promise.trySuccess());
        sendDue(ctx);
    }

    /**
     * This side closes.
     *
     * @return false if this handler has nothing to do with it
     */
    abstract boolean beginClose(CloseReason reason, long nowNanos);

    /** Whether input is discarded, because one of the sides has closed. */
    final boolean isClosing() {
        return session != null && session.closing() != null;
    }

    /** Does what the session says about the end, if there is one. */
    final void conclude(ChannelHandlerContext ctx, @Nullable Throwable thrown) {
        HeartbeatSession ending = anySession();
        LingeringClose closing = ending.closing();
        if (ended || closing == null) {
            return;
        }
        if (ending.end() != null && Objects.requireNonNull(ending.end()).resets()) {
            ChannelCloser.resetOnClose(ctx.channel()); // first: the application may close as soon as it is told
        }
        report(ctx, ending.pollEnd(), thrown);
        if (!lingering && closing.isLingering()) {
            lingering = true;
            linger(ctx);
        }
        for (LingeringClose.Action action = ending.pollClose();
                action != LingeringClose.Action.NONE && !ended;
                action = ending.pollClose()) {
            report(ctx, ending.pollEnd(), null);
            switch (action) {
                case SHUT_OUTPUT -> ChannelCloser.shutdownOutput(ctx);
                case CLOSE -> {
                    finish();
                    ctx.close();
                }
                case RESET -> {
                    finish();
                    ChannelCloser.reset(ctx.channel());
                }
                case NONE -> {}
            }
        }
    }

    private void report(ChannelHandlerContext ctx, @Nullable ConnectionEnd how, @Nullable Throwable thrown) {
        if (how == null) {
            return;
        }
        if (how.isLoss()) {
            ConnectionLostException lost = how.exception(thrown);
            KeepAliveStatistics.get().connectionLost(lost);
            ctx.fireExceptionCaught(lost);
        }
        ctx.fireUserEventTriggered(how);
    }

    /** What was accepted for writing leaves; what comes in is read and discarded. */
    private void linger(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(true);
        ChannelCloser.afterWrites(ctx, writesBytes(), () -> {
            if (!ended && ctx.channel().isActive()) {
                anySession().onFlushed(nanoTime());
                conclude(ctx, null);
            }
        });
    }

    /** Whether what this handler writes goes out as it is. */
    abstract boolean writesBytes();

    // ---- commands

    /**
     * Does something with the heartbeat on its event loop, whoever calls; nothing before the channel is active, or after
     * its end.
     */
    final void onLoop(Runnable command) {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("the handler is in no pipeline (expected: one of an active channel)");
        }
        EventExecutor loop = ctx.executor();
        Runnable guarded = () -> {
            if (isBeating()) {
                command.run();
                sendDue(ctx);
            }
        };
        if (loop.inEventLoop()) {
            guarded.run();
        } else {
            try {
                loop.execute(() -> {
                    try {
                        guarded.run();
                    } catch (RuntimeException e) { // whoever called is gone
                        ctx.fireExceptionCaught(e);
                    }
                });
            } catch (RejectedExecutionException e) {
                LOG.trace("the loop has ended, and the connection with it", e);
            }
        }
    }
}

package io.keepalive.netty.heartbeat;

import io.keepalive.heartbeat.Heartbeat;
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
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session of core at its place in a pipeline: does what the session wants, reports what it has to report, and ends the
 * channel as it says.
 *
 * @param <S> the kind of session
 */
@SuppressWarnings("FutureReturnValueIgnored") // the channel has its closeFuture
abstract sealed class SessionInPipeline<S extends HeartbeatSession> extends ChannelDuplexHandler
        permits HeartbeatInPipeline {
    private static final Logger LOG = LoggerFactory.getLogger(SessionInPipeline.class);

    static final String NOT_BEGUN = "heartbeat: there is none before the channel is active";

    private @Nullable ChannelHandlerContext context;
    private @Nullable S session;

    boolean inputShut;
    private boolean lingering;
    boolean ended;

    /**
     * Writes what is due.
     *
     * @return whether there is something to flush
     */
    abstract boolean writeDue(ChannelHandlerContext ctx);

    final void bindTo(ChannelHandlerContext ctx) {
        context = ctx;
    }

    final ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    final void begin(S begun) {
        session = begun;
    }

    final S session() {
        return Objects.requireNonNull(session, NOT_BEGUN);
    }

    /**
     * The heartbeat, to be asked for round-trip times, missedPongs and the like, in the channel's event loop. Its inputs are the
     * adapter's.
     *
     * @return the one that began when the channel became active
     * @throws NullPointerException if it has not been active yet
     */
    public final Heartbeat heartbeat() {
        return session().heartbeat();
    }

    final boolean hasBegun() {
        return session != null;
    }

    final boolean isBeating() {
        return session != null && !ended;
    }

    final long nanoTime() {
        return LoopClock.nanoTime(context().executor());
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

    // ---- what is reported

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
            context().fireUserEventTriggered(event);
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
        session().fail(loss, nanoTime());
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
        S ending = session();
        LingeringClose closing = ending.closing();
        if (ended || closing == null) {
            return;
        }
        if (ending.end() != null && Objects.requireNonNull(ending.end()).resets()) {
            ChannelCloser.resetOnClose(ctx.channel()); // first: the application may close as soon as it is notified
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
                session().onFlushed(nanoTime());
                conclude(ctx, null);
            }
        });
    }

    /** Whether what this handler writes goes out as it is. */
    abstract boolean writesBytes();

    /** Whether the channel was closed because a write failed; if so, that is reported. */
    final boolean endIfBroken(ChannelHandlerContext ctx) {
        Throwable thrown = ChannelCloser.closeCause(ctx.channel());
        Optional<ConnectionLoss> loss = thrown == null ? Optional.empty() : ChannelLoss.of(thrown);
        loss.ifPresent(why -> fail(ctx, why, thrown));
        return loss.isPresent();
    }

    /** Nothing is ticked or reported any more. */
    void finish() {
        ended = true;
    }

    // ---- commands

    /**
     * Does something with the heartbeat on its event loop, from any thread; nothing before the channel is active, or after
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
                    } catch (RuntimeException e) { // the caller is gone
                        ctx.fireExceptionCaught(e);
                    }
                });
            } catch (RejectedExecutionException e) {
                LOG.trace("the loop has ended, and the connection with it", e);
            }
        }
    }
}

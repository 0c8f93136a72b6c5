package io.keepalive.netty.heartbeat;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatEvent;
import io.keepalive.heartbeat.wire.CloseReason;
import io.keepalive.heartbeat.wire.ConnectionEnd.By;
import io.keepalive.heartbeat.wire.FrameHeader;
import io.keepalive.heartbeat.wire.FrameSession;
import io.keepalive.heartbeat.wire.FrameType;
import io.keepalive.heartbeat.wire.HeartbeatProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.internal.StringUtil;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The heartbeat protocol in one handler: framing and heartbeat.
 *
 * <pre>{@code
 * pipeline.addLast(new HeartbeatCodec(HeartbeatConfig.defaults()));
 * pipeline.addLast(...the application...);
 * }</pre>
 *
 * <p>The application behind it reads and writes {@link ByteBuf}s as if it were not there: a stream of bytes, cut into
 * buffers as it comes. Nothing is copied on either way, but for short frames that come by the hundred in one buffer.
 *
 * <table>
 * <caption>What can be written</caption>
 * <tr><th>Message</th><th>What it does</th></tr>
 * <tr><td>{@link ByteBuf}</td><td>DATA. A pooled buffer with {@link #HEADROOM} bytes free in front of its reader index, with
 *     no other owner, becomes a frame without another buffer for the header</td></tr>
 * <tr><td>{@link FrameType#END}</td><td>no more DATA comes from here; reading goes on. Once both sides have said so, the
 *     connection ends in order</td></tr>
 * <tr><td>a {@link CloseReason}</td><td>sends it to the peer, behind all that was written before, and closes in order; no
 *     flush is needed. {@code close()} from behind this handler does the same with {@link CloseReason#NORMAL}</td></tr>
 * </table>
 *
 * <p>A close in order loses nothing that was written: all of it leaves, then the CLOSE and the end of the output, and what
 * the peer still sends is read and discarded until it closes, too. The promise of {@code close()} completes then; without any
 * progress for {@link HeartbeatConfig#closeTimeout()}, the connection is reset. {@link #abort()} resets at once.
 *
 * <p>What is written before the peer's HELLO is held back until it is there, since it says how large a frame may be.
 *
 * <ul>
 *   <li>What happens on the way is reported by {@link HeartbeatEvent}s, and the end, once, by a
 *       {@link io.keepalive.heartbeat.wire.ConnectionEnd}.
 *   <li>A loss is reported by {@code exceptionCaught} with an {@link io.keepalive.loss.ConnectionLostException}; then the channel
 *       is closed: hard if its peer is dead, after a word to the peer if that broke the protocol. An end of stream without
 *       END or CLOSE is a loss, too.
 *   <li>TLS and PROXY protocol handlers come in front of it. An executor group of its own is refused. Its channel may change
 *       its event loop.
 * </ul>
 *
 * <p>One for each channel; not sharable. {@link #pingNow} may be called by any thread.
 *
 * @since 0.1
 */
@SuppressWarnings("FutureReturnValueIgnored") // the channel has its closeFuture; what is written has its promise
public final class HeartbeatCodec extends FrameReader {
    /**
     * What a buffer of the channel's allocator needs to have free in front of its reader index to be a frame as it is: 4
     * bytes, which are overwritten. Unpooled buffers, wrapped arrays among them, views of other buffers, composite and
     * read-only buffers are left alone.
     */
    public static final int HEADROOM = FrameHeader.BYTES;

    /** Null for the one that the channels of this configuration share on their event loop. */
    private final @Nullable HeartbeatProtocol protocol;

    /** What can't be written yet: the peer's HELLO is not there, or a frame is being written. */
    private @Nullable HeldWrites held;

    private boolean writing;
    /** A FIN is an event of its own: a channel that becomes inactive without one was closed on this side. */
    private boolean seesFin;

    /**
     * A codec for one channel.
     *
     * @param config when to do what; how often to beat is negotiated from it
     */
    public HeartbeatCodec(HeartbeatConfig config) {
        super(config);
        this.protocol = null;
    }

    /**
     * A codec that says more to the peer than follows from its configuration.
     *
     * @param protocol shared by the channels of one configuration
     */
    public HeartbeatCodec(HeartbeatProtocol protocol) {
        super(protocol.config());
        this.protocol = protocol;
    }

    /**
     * Asks the peer at once: {@link Heartbeat#pingNow}. The result comes as a {@link HeartbeatEvent.RoundTrip}, or as a
     * loss.
     *
     * <p>Does nothing before the channel is active and after its end. A peer that is not proven to know heartbeats is not
     * lost by it: it is reported as {@link HeartbeatEvent.PongMissed}.
     *
     * @param within how long it may take to answer; more than 0, at most 1 day. What is wrong with it, or with asking at
     *     all, is thrown in the event loop's thread, and comes as {@code exceptionCaught} for other callers
     * @throws IllegalStateException if the handler is in no pipeline
     */
    public void pingNow(Duration within) {
        onLoop(() -> heartbeat().pingNow(within, nanoTime()));
    }

    @Override
    FrameSession newSession(long nowNanos) {
        HeartbeatProtocol shared = protocol == null ? ticker().protocol(config) : protocol;
        return shared.session(nowNanos);
    }

    /**
     * Resets the connection at once: nothing that waits is sent.
     *
     * @throws IllegalStateException if the handler is in no pipeline
     */
    public void abort() {
        onLoop(() -> session().abort(nanoTime()));
    }

    @Override
    void onAdded(ChannelHandlerContext ctx) {
        seesFin = ChannelCloser.allowHalfClosure(ctx.channel());
    }

    @Override
    void onInactive(ChannelHandlerContext ctx) {
        if (!session().order().isOrderlyEnd() && !inputShut && endIfBroken(ctx)) {
            return;
        }
        if (inputShut || !seesFin) {
            session().onInputEnded(nanoTime());
        }
        if (session().end() == null) {
            session().onTransportClosed(inputShut || !seesFin ? By.UNKNOWN : By.THIRD_PARTY, nanoTime());
        }
        conclude(ctx, null);
    }

    // ---- sent

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (!hasBegun() && !ctx.channel().isActive()) {
            ReferenceCountUtil.release(message);
            promise.tryFailure(new NotYetConnectedException());
            return;
        }
        start(ctx);
        if (isBeating() && isClosing()) {
            ReferenceCountUtil.release(message);
            promise.tryFailure(new ClosedChannelException());
        } else if (message instanceof CloseReason reason && isBeating()) {
            writeHeldWithoutHello(ctx);
            closeInOrder(ctx, reason, promise.unvoid());
        } else if (mustHold()) {
            hold(ctx, message, promise);
        } else {
            writeNow(ctx, message, promise);
        }
    }

    @Override
    void onAgreed(ChannelHandlerContext ctx) {
        if (writeHeld(ctx)) {
            ctx.flush();
        }
    }

    private boolean mustHold() {
        return !ended && (writing || !hasBegun() || !hasAgreed() || isHolding());
    }

    private boolean isHolding() {
        return held != null && !held.isEmpty();
    }

    private boolean hasAgreed() {
        return session().order().agreement().isPresent();
    }

    private void hold(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (held == null) {
            held = new HeldWrites();
        }
        held.add(ctx, message, promise);
    }

    /** Returns whether there was something. */
    private boolean writeHeld(ChannelHandlerContext ctx) {
        return isHolding()
                && Objects.requireNonNull(held).drain(ctx, () -> !writing && !ended && hasAgreed(), this::writeHeldNow);
    }

    /** Before a close: in small frames, if the peer's HELLO is not there yet. */
    private void writeHeldWithoutHello(ChannelHandlerContext ctx) {
        if (isHolding()) {
            Objects.requireNonNull(held).drain(ctx, () -> !writing && !ended, this::writeHeldNow);
        }
    }

    private void writeHeldNow(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (isClosing()) {
            ReferenceCountUtil.release(message);
            promise.tryFailure(new ClosedChannelException());
        } else {
            writeNow(ctx, message, promise);
        }
    }

    private void writeNow(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf data) {
            writeData(ctx, data, promise);
        } else if (message == FrameType.END) {
            session().endOutput();
            writeDue(ctx);
            ChannelPromise written = promise.unvoid(); // behind it, and done with it
            ctx.write(ctx.alloc().buffer(0), written);
            written.addListener(future -> onWritten(ctx));
        } else if (message instanceof CloseReason reason) {
            closeInOrder(ctx, reason, promise.unvoid());
        } else {
            ReferenceCountUtil.release(message);
            promise.tryFailure(new UnsupportedOperationException("write: " + StringUtil.simpleClassName(message)
                    + " (expected: ByteBuf, FrameType.END or a CloseReason)"));
        }
    }

    /** A frame is atomic: what is written while its parts are, by a handler that hears of a full queue, comes behind it. */
    private void writeData(ChannelHandlerContext ctx, ByteBuf data, ChannelPromise promise) {
        writing = true;
        try {
            if (FrameWriter.data(ctx, session().order(), data, promise)) {
                heartbeat().onSent();
            }
        } finally {
            writing = false;
        }
        writeHeld(ctx);
    }

    private void onWritten(ChannelHandlerContext ctx) {
        if (isBeating() && ctx.channel().isActive()) {
            session().onFlushed(nanoTime());
            conclude(ctx, null);
        }
    }

    @Override
    boolean writeDue(ChannelHandlerContext ctx) {
        if (writing) {
            return false; // at the next tick
        }
        ByteBuf frames = FrameWriter.control(ctx, session());
        if (frames == null) {
            return false;
        }
        if (session().isPingQueued()) {
            ctx.write(frames).addListener(future -> heartbeat().onPingWritten(nanoTime()));
        } else {
            ctx.write(frames, FrameWriter.unheard(ctx));
        }
        return true;
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (isBeating() && ctx.channel().isActive()) {
            writeHeldWithoutHello(ctx);
        }
        super.close(ctx, promise);
    }

    @Override
    boolean beginClose(CloseReason reason, long nowNanos) {
        session().close(reason, nowNanos);
        return true;
    }

    @Override
    boolean writesBytes() {
        return true;
    }

    @Override
    void finish() {
        super.finish();
        if (held != null) {
            held.fail();
        }
    }
}

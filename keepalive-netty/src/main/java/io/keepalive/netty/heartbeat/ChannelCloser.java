package io.keepalive.netty.heartbeat;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a channel can do to end: flush, shut its output, reset. A session decides which of it and when. */
@SuppressWarnings("FutureReturnValueIgnored") // the channel's own future reports its close
final class ChannelCloser {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelCloser.class);

    /** A message that no encoder and no transport accepts: it fails behind all that was written before. */
    private static final Object BARRIER = new Object() {
        @Override
        public String toString() {
            return "end of output";
        }
    };

    private ChannelCloser() {}

    /**
     * Makes a FIN an event instead of a close: writes that wait survive it, and a FIN differs from a close of this side.
     *
     * @return whether the channel has such events now
     */
    static boolean allowHalfClosure(Channel channel) {
        trySet(channel, ChannelOption.ALLOW_HALF_CLOSURE, true);
        return Boolean.TRUE.equals(channel.config().getOption(ChannelOption.ALLOW_HALF_CLOSURE));
    }

    /**
     * Calls back when everything that was written before has left this process. The messages of a protocol pass through
     * encoders in front, which may turn even an empty buffer into bytes: a marker that they don't know follows the messages
     * to TLS or the transport, which refuse it, and an empty buffer from there waits for the bytes.
     */
    static void afterWrites(ChannelHandlerContext ctx, boolean ofBytes, Runnable flushed) {
        if (ofBytes) {
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> flushed.run());
        } else if (ctx.channel() instanceof SocketChannel) {
            ctx.write(BARRIER).addListener(refused -> afterBytes(ctx, flushed));
            ctx.flush();
        } else {
            afterBytes(ctx, flushed);
        }
    }

    private static void afterBytes(ChannelHandlerContext ctx, Runnable flushed) {
        ChannelPromise promise = ctx.newPromise();
        promise.addListener(written -> flushed.run());
        if (!(StartGate.HAS_SSL && Tls.write(ctx, promise))) {
            ctx.channel().unsafe().write(Unpooled.EMPTY_BUFFER, promise);
        }
        ctx.flush();
    }

    /** Sends close_notify if there is TLS, then FIN. Not a close: input is still read. */
    static void shutdownOutput(ChannelHandlerContext ctx) {
        if (!(StartGate.HAS_SSL && Tls.closeOutbound(ctx, () -> fin(ctx)))) {
            fin(ctx);
        }
    }

    private static void fin(ChannelHandlerContext ctx) {
        if (ctx.channel() instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        } else {
            ctx.close(); // no half-closed state: nothing can be discarded
        }
    }

    /** Resets the connection once it is closed, by whomever. */
    static void resetOnClose(Channel channel) {
        trySet(channel, ChannelOption.SO_LINGER, 0);
    }

    /** Closes past the handlers in front: nothing waits for a peer that is gone. */
    static void reset(Channel channel) {
        resetOnClose(channel);
        channel.unsafe().close(channel.unsafe().voidPromise());
    }

    /**
     * Why a channel was closed. When a write fails, Netty closes the channel and notifies only the writer; later writes fail
     * with the cause of the first failure.
     *
     * @return null if it is open, or was closed otherwise
     */
    static @Nullable Throwable closeCause(Channel channel) {
        if (channel.unsafe().outboundBuffer() != null) {
            return null;
        }
        ChannelPromise promise = channel.newPromise();
        channel.unsafe().write(Unpooled.EMPTY_BUFFER, promise);
        Throwable failure = promise.cause();
        return failure == null ? null : failure.getCause();
    }

    private static <T> void trySet(Channel channel, ChannelOption<T> option, T value) {
        try {
            channel.config().setOption(option, value);
        } catch (ChannelException e) {
            LOG.trace("{} of {}", option, channel, e); // the socket is gone
        }
    }

    /** Touched only where netty-handler is. */
    private static final class Tls {
        static boolean write(ChannelHandlerContext ctx, ChannelPromise promise) {
            ChannelHandlerContext tls = ctx.pipeline().context(SslHandler.class);
            if (tls == null) {
                return false;
            }
            try {
                ((SslHandler) tls.handler()).write(tls, Unpooled.EMPTY_BUFFER, promise);
            } catch (Exception e) {
                promise.tryFailure(e);
            }
            return true;
        }

        static boolean closeOutbound(ChannelHandlerContext ctx, Runnable sent) {
            SslHandler tls = ctx.pipeline().get(SslHandler.class);
            if (tls == null) {
                return false;
            }
            tls.closeOutbound().addListener(alerted -> sent.run()); // without it, the peer sees a truncated stream
            return true;
        }
    }
}

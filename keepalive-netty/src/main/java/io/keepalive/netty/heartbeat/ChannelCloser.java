package io.keepalive.netty.heartbeat;

import io.keepalive.heartbeat.wire.ConnectionEnd;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.socket.KeepAliveStatistics;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a channel ends whose heartbeat has lost its peer. */
final class ChannelCloser {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelCloser.class);

    private ChannelCloser() {}

    /**
     * Counts it, tells the application, and closes.
     *
     * @param thrown what the transport said, if it said something
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the channel tells when it is closed
    static void end(ChannelHandlerContext ctx, ConnectionEnd how, @Nullable Throwable thrown) {
        boolean abandoned = how.resets();
        Channel channel = ctx.channel();
        if (abandoned) {
            resetOnClose(channel); // first: the application may close as soon as it is told
        }
        ConnectionLostException lost = how.exception(thrown);
        KeepAliveStatistics.get().connectionLost(lost);
        ctx.fireExceptionCaught(lost);
        if (abandoned) {
            channel.unsafe().close(channel.unsafe().voidPromise());
        } else {
            ctx.close();
        }
    }

    /**
     * Why a channel was closed. When a write fails, Netty closes the channel, and tells who wrote, and nobody else; later
     * writes fail with what the first one failed with.
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

    private static void resetOnClose(Channel channel) {
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException e) {
            LOG.trace("no hard close", e);
        }
    }
}

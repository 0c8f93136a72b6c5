package io.keepalive.netty.heartbeat;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.socket.KeepAliveStatistics;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import java.time.Duration;
import java.time.Instant;
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
     * @param abandoned whether to wait for nothing: handlers in front might want to say good-bye (TLS), to somebody who does
     *     not listen, and the kernel would go on for a quarter of an hour to send what nobody takes
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the channel tells when it is closed
    static void end(
            ChannelHandlerContext ctx,
            Heartbeat heartbeat,
            long nowNanos,
            @Nullable Throwable thrown,
            boolean abandoned) {
        Channel channel = ctx.channel();
        if (abandoned) {
            resetOnClose(channel); // first: the application may close as soon as it is told
        }
        Duration idle = Duration.ofMillis(heartbeat.silentNanos(nowNanos) / 1_000_000);
        ConnectionLostException lost = new ConnectionLostException(
                heartbeat.loss().orElseThrow(), idle, Instant.now().minus(idle), thrown);
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

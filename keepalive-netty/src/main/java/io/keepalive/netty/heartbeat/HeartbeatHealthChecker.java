package io.keepalive.netty.heartbeat;

import io.keepalive.heartbeat.HeartbeatEvent;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.pool.ChannelHealthChecker;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Checks pooled channels by a PING before they are used again: a {@link ChannelHealthChecker} for {@code SimpleChannelPool}
 * and {@code FixedChannelPool} whose channels have a {@link HeartbeatCodec} or {@link HeartbeatHandler}. It proves that the
 * peer's program is alive, at the price of a round trip; {@link io.keepalive.netty.KernelHealthChecker} sends nothing and
 * proves less.
 *
 * <p>A peer that has sent a heartbeat before and does not answer is lost by the rules of the heartbeat, which closes the
 * channel.
 *
 * <p>Immutable and thread-safe.
 *
 * @since 0.1
 */
public final class HeartbeatHealthChecker implements ChannelHealthChecker {
    private static final Duration LONGEST = Duration.ofDays(1);

    private final Duration within;

    /**
     * A checker.
     *
     * @param within how long the PONG may take; more than 0, at most 1 day
     */
    public HeartbeatHealthChecker(Duration within) {
        if (within.isZero() || within.isNegative() || within.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("within: " + within + " (expected: more than 0, at most 1 day)");
        }
        this.within = within;
    }

    /**
     * Pings the peer.
     *
     * @return true if a PONG came in time; false if it did not, or if the channel is not active or has no heartbeat
     */
    @Override
    public Future<Boolean> isHealthy(Channel channel) {
        Promise<Boolean> healthy = channel.eventLoop().newPromise();
        if (channel.eventLoop().inEventLoop()) {
            ping(channel, healthy);
            return healthy;
        }
        try {
            channel.eventLoop().execute(() -> ping(channel, healthy));
        } catch (RejectedExecutionException e) {
            healthy.setSuccess(false);
        }
        return healthy;
    }

    private void ping(Channel channel, Promise<Boolean> healthy) {
        ChannelPipeline pipeline = channel.pipeline();
        HeartbeatCodec codec = pipeline.get(HeartbeatCodec.class);
        HeartbeatHandler<?> handler = pipeline.get(HeartbeatHandler.class);
        if (!channel.isActive() || (codec == null && handler == null)) {
            healthy.setSuccess(false);
            return;
        }
        PongWait wait = new PongWait(healthy);
        try {
            if (codec != null) {
                pipeline.addAfter(pipeline.context(codec).name(), null, wait);
                codec.pingNow(within);
            } else {
                pipeline.addAfter(pipeline.context(handler).name(), null, wait);
                handler.pingNow(within);
            }
        } catch (RuntimeException e) {
            healthy.trySuccess(false); // its heartbeat has not begun, or has ended
        }
        var timeout =
                channel.eventLoop().schedule(() -> healthy.trySuccess(false), within.toNanos(), TimeUnit.NANOSECONDS);
        healthy.addListener(done -> {
            timeout.cancel(false);
            if (pipeline.context(wait) != null) {
                pipeline.remove(wait);
            }
        });
    }

    /** Behind the heartbeat's handler for the time of one PING. Passes everything on. */
    private static final class PongWait extends ChannelInboundHandlerAdapter {
        private final Promise<Boolean> healthy;

        PongWait(Promise<Boolean> healthy) {
            this.healthy = healthy;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            context.fireUserEventTriggered(event);
            if (event instanceof HeartbeatEvent.RoundTrip) {
                healthy.trySuccess(true);
            } else if (event instanceof HeartbeatEvent.PongMissed) {
                healthy.trySuccess(false);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            context.fireChannelInactive();
            healthy.trySuccess(false);
        }
    }
}

package io.keepalive.netty.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.netty.Loopback;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.pool.AbstractChannelPoolHandler;
import io.netty.channel.pool.SimpleChannelPool;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pool whose channels have a heartbeat. */
@Timeout(60)
class HeartbeatHealthCheckerTest {
    private static final HeartbeatConfig CONFIG = HeartbeatConfig.defaults();

    private final Loopback net = new Loopback();

    @AfterEach
    void stop() {
        net.close();
    }

    @Test
    void pool_peerThatAnswers_isHandedOutAgain_andNothingStaysInThePipeline() throws Exception {
        Channel server = serverOf(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel child) {
                child.pipeline().addLast(new HeartbeatCodec(CONFIG));
            }
        });
        try (SimpleChannelPool pool = pool(server, Duration.ofSeconds(30))) {
            Channel first = pool.acquire().sync().getNow();
            List<String> names = first.pipeline().names();
            pool.release(first).sync();

            assertThat(pool.acquire().sync().getNow()).isSameAs(first);
            assertThat(first.pipeline().names()).isEqualTo(names);
            pool.release(first).sync();
        }
    }

    /** Its kernel acknowledges everything. */
    @Test
    void pool_peerThatDoesNotAnswer_isNotHandedOutAgain() throws Exception {
        Channel server = serverOf(net.collector());
        try (SimpleChannelPool pool = pool(server, Duration.ofMillis(300))) {
            Channel first = pool.acquire().sync().getNow();
            pool.release(first).sync();

            Channel other = pool.acquire().sync().getNow();

            assertThat(other).isNotSameAs(first);
            pool.release(other).sync();
        }
    }

    @Test
    void channelWithoutHeartbeat_isNotHealthy() throws Exception {
        Channel server = serverOf(net.collector());
        Channel client = net.client().connect(server.localAddress()).sync().channel();

        assertThat(new HeartbeatHealthChecker(Duration.ofSeconds(1))
                        .isHealthy(client)
                        .sync()
                        .getNow())
                .isFalse();
    }

    @Test
    void within_outOfRange_isRefused() {
        for (Duration within : List.of(Duration.ZERO, Duration.ofDays(2))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new HeartbeatHealthChecker(within))
                    .withMessage("within: " + within + " (expected: more than 0, at most 1 day)");
        }
    }

    private Channel serverOf(ChannelInitializer<Channel> child) throws InterruptedException {
        return net.server().childHandler(child).bind().sync().channel();
    }

    private SimpleChannelPool pool(Channel server, Duration within) {
        Bootstrap bootstrap = net.client().remoteAddress(server.localAddress());
        return new SimpleChannelPool(
                bootstrap,
                new AbstractChannelPoolHandler() {
                    @Override
                    public void channelCreated(Channel channel) {
                        channel.pipeline().addLast(new HeartbeatCodec(CONFIG));
                    }
                },
                new HeartbeatHealthChecker(within));
    }
}

package io.keepalive.netty;

import static io.keepalive.loss.Liveness.Verdict.ALIVE;
import static io.keepalive.loss.Liveness.Verdict.ENDED;
import static io.keepalive.loss.Liveness.Verdict.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.keepalive.loss.TcpInfo;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.pool.AbstractChannelPoolHandler;
import io.netty.channel.pool.SimpleChannelPool;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the kernel knows about channels, and pools that ask for it. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has the evidence")
class ChannelLivenessTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @ParameterizedTest
    @MethodSource("io.keepalive.netty.Transport#here")
    void channel_isAlive_thenUnknownWhenSilent_thenEnded(Transport transport) throws Exception {
        EventLoopGroup group = transport.group(1);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Channel channel = bootstrap(transport, group)
                    .option(ChannelOption.AUTO_READ, false) // so that it does not see the end by itself
                    .connect(server.getLocalSocketAddress())
                    .sync()
                    .channel();
            Socket accepted = server.accept();

            assertThat(ChannelLiveness.of(channel, HOUR).verdict())
                    .isEqualTo(transport != Transport.NIO || timesAreKnown() ? ALIVE : UNKNOWN);
            await().until(() ->
                    ChannelLiveness.of(channel, Duration.ofMillis(50)).verdict() == UNKNOWN);
            accepted.close();

            await().until(() -> ChannelLiveness.of(channel, HOUR).verdict() == ENDED);
            channel.close().sync();
            assertThat(ChannelLiveness.of(channel, HOUR)).hasToString("ENDED: this side has closed it");
        } finally {
            Transport.shutDown(group);
        }
    }

    @ParameterizedTest
    @MethodSource("io.keepalive.netty.Transport#here")
    void pool_doesNotHandOutAChannelThatHasEnded(Transport transport) throws Exception {
        EventLoopGroup group = transport.group(1);
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                SimpleChannelPool pool = new SimpleChannelPool(
                        bootstrap(transport, group)
                                .option(ChannelOption.AUTO_READ, false)
                                .remoteAddress(server.getLocalSocketAddress()),
                        new Nothing(),
                        new KernelHealthChecker(HOUR))) {
            Channel first = pool.acquire().sync().getNow();
            Socket accepted = server.accept();
            pool.release(first).sync();
            Channel again = pool.acquire().sync().getNow();
            assertThat(again).isSameAs(first);
            accepted.close();
            await().until(() -> ChannelLiveness.of(first, HOUR).verdict() == ENDED);
            pool.release(first).sync();

            Channel other = pool.acquire().sync().getNow();

            assertThat(other).isNotSameAs(first);
            pool.release(other).sync();
        } finally {
            Transport.shutDown(group);
        }
    }

    @Test
    void channelWithoutTcp_isUnknown_andHealthyUnlessEvidenceIsRequired() {
        EmbeddedChannel channel = new EmbeddedChannel();
        KernelHealthChecker checker = new KernelHealthChecker(HOUR);

        assertThat(ChannelLiveness.of(channel, HOUR).verdict()).isEqualTo(UNKNOWN);
        assertThat(checker.isHealthy(channel).getNow()).isTrue();
        assertThat(checker.requireEvidence().isHealthy(channel).getNow()).isFalse();
        channel.close().syncUninterruptibly();
        assertThat(checker.isHealthy(channel).getNow()).isFalse();
        channel.finishAndReleaseAll();
    }

    @Test
    void within_notPositive_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KernelHealthChecker(Duration.ZERO))
                .withMessage("within: PT0S (expected: more than 0)");
    }

    private static Bootstrap bootstrap(Transport transport, EventLoopGroup group) {
        return new Bootstrap().group(group).channel(transport.client).handler(new ChannelInboundHandlerAdapter());
    }

    /** Whether this JVM may make the system calls that NIO lacks. */
    private static boolean timesAreKnown() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                SocketChannel channel = SocketChannel.open(server.getLocalSocketAddress())) {
            return TcpInfo.of(channel)
                    .filter(info -> info.lastAckReceivedMillis().isPresent())
                    .isPresent();
        }
    }

    private static final class Nothing extends AbstractChannelPoolHandler {
        @Override
        public void channelCreated(Channel channel) {
            // Nothing to add.
        }
    }
}

package io.keepalive.netty;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.stream.Environment;
import com.rabbitmq.stream.EnvironmentBuilder;
import io.keepalive.KeepAlive;
import io.keepalive.testing.NeedsServer;
import io.keepalive.testing.ServerProgram;
import io.keepalive.testing.SilentServer;
import io.keepalive.testing.Ss;
import io.keepalive.testing.TestCertificate;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContextBuilder;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

/**
 * RabbitMQ's clients on Netty, against a server that never answers: AMQP's in its Netty mode, and that of streams. Both hand
 * out a bootstrap with nothing in it.
 */
@NeedsServer(ServerProgram.SS)
@SuppressWarnings("FutureReturnValueIgnored") // the keeper is strict: a channel that it can't keep is closed
class RabbitNettyIT {
    private static final KeepAlive POLICY = KeepAlive.parse("idle=47s,interval=7s,count=4");

    private final ChannelKeeper keeper = ChannelKeeper.of(POLICY).strict();

    @Test
    void amqp_channelCustomizer_isKept() throws Exception {
        assertKept("AMQP, channel", SilentServer.plain(), netty -> netty.channelCustomizer(keeper::keep));
    }

    @Test
    void amqp_bootstrapCustomizer_isKept() throws Exception {
        assertKept(
                "AMQP, bootstrap",
                SilentServer.plain(),
                netty -> netty.bootstrapCustomizer(
                        bootstrap -> bootstrap.channelFactory(keeper.keep(NioSocketChannel::new))));
    }

    @Test
    void amqp_group_isKept() throws Exception {
        EventLoopGroup group = Transport.NIO.group(1);
        try {
            assertKept("AMQP, group", SilentServer.plain(), netty -> netty.eventLoopGroup(keeper.keep(group)));
        } finally {
            Transport.shutDown(group);
        }
    }

    @Test
    void amqp_tls_isKept() throws Exception {
        assertKept("AMQP, TLS", SilentServer.tls(), netty -> {
            try {
                return netty.channelCustomizer(keeper::keep)
                        .sslContext(SslContextBuilder.forClient()
                                .trustManager(TestCertificate.ofThisJvm().trustManager())
                                .build());
            } catch (SSLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void amqp_alone_hasTheSystemsTimes() throws Exception {
        String line = amqp(SilentServer.plain(), netty -> netty);
        System.out.println("RabbitMQ, AMQP on Netty alone: " + line);
        assertThat(Ss.secondsToProbe(line)).as(line).isGreaterThan(6000);
    }

    @Test
    void streams_channelCustomizer_isKept() throws Exception {
        assertStreamKept("streams, channel", netty -> netty.channelCustomizer(keeper::keep));
    }

    @Test
    void streams_bootstrapCustomizer_isKept() throws Exception {
        assertStreamKept(
                "streams, bootstrap",
                netty -> netty.bootstrapCustomizer(
                        bootstrap -> bootstrap.channelFactory(keeper.keep(NioSocketChannel::new))));
    }

    private static void assertKept(
            String how, SilentServer server, UnaryOperator<ConnectionFactory.NettyConfiguration> hook)
            throws Exception {
        assertKept(how, amqp(server, hook));
    }

    private static String amqp(SilentServer silent, UnaryOperator<ConnectionFactory.NettyConfiguration> hook)
            throws Exception {
        try (SilentServer server = silent) {
            ConnectionFactory factory = new ConnectionFactory();
            factory.setHost("localhost");
            factory.setPort(server.port());
            ConnectionFactory onNetty = hook.apply(factory.netty()).connectionFactory();
            SilentServer.begin(onNetty::newConnection);
            return server.clientLine();
        }
    }

    private static void assertStreamKept(String how, UnaryOperator<EnvironmentBuilder.NettyConfiguration> hook)
            throws Exception {
        try (SilentServer server = SilentServer.plain()) {
            EnvironmentBuilder builder = hook.apply(Environment.builder()
                            .host("localhost")
                            .port(server.port())
                            .netty())
                    .environmentBuilder();
            SilentServer.begin(builder::build);
            assertKept(how, server.clientLine());
        }
    }

    private static void assertKept(String how, String line) {
        System.out.println("RabbitMQ, " + how + ": " + line);
        assertThat(Ss.secondsToProbe(line)).as(line).isBetween(0.0, 47.0);
    }
}

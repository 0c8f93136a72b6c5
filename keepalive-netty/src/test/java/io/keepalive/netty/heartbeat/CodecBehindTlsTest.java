package io.keepalive.netty.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatEvent;
import io.keepalive.heartbeat.wire.CloseReason;
import io.keepalive.heartbeat.wire.ConnectionEnd;
import io.keepalive.heartbeat.wire.FrameType;
import io.keepalive.loss.LossCause;
import io.keepalive.netty.Loopback;
import io.keepalive.testing.TestCertificate;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** TLS comes first, then the codec. */
@SuppressWarnings("FutureReturnValueIgnored") // the tests tell what arrived
class CodecBehindTlsTest {
    private static final HeartbeatConfig CONFIG = HeartbeatConfig.builder()
            .pingIdle(Duration.ofMillis(400))
            .beatInterval(Duration.ofMillis(100))
            .build();

    private final Loopback net = new Loopback();
    private final BlockingQueue<Object> atClient = new LinkedBlockingQueue<>();

    /** Echoes at the server, and tells at the client. */
    private final class Client extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            atClient.add(((ByteBuf) message).toString(StandardCharsets.US_ASCII));
            ((ByteBuf) message).release();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof HeartbeatEvent
                    || event instanceof ConnectionEnd
                    || event instanceof SslCloseCompletionEvent) {
                atClient.add(event);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
            atClient.add(thrown);
        }
    }

    private Channel connect(ChannelHandler serverApplication) throws Exception {
        TestCertificate certificate = TestCertificate.ofThisJvm();
        SslContext forServer = SslContextBuilder.forServer(certificate.keyManagers())
                .sslProvider(SslProvider.JDK)
                .build();
        SslContext forClient = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .trustManager(certificate.trustManager())
                .endpointIdentificationAlgorithm(null)
                .build();
        ServerBootstrap server = net.server();
        server.childHandler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel child) {
                child.pipeline()
                        .addLast(
                                forServer.newHandler(child.alloc()),
                                new HeartbeatCodec(CONFIG),
                                net.collector(),
                                serverApplication);
            }
        });
        Bootstrap client = net.client().handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel made) {
                made.pipeline()
                        .addLast(
                                (ChannelHandler) forClient.newHandler(made.alloc()),
                                new HeartbeatCodec(CONFIG),
                                new Client());
            }
        });
        return client.connect(server.bind().sync().channel().localAddress())
                .sync()
                .channel();
    }

    @Test
    void tlsInFront_everythingPasses_andTheEndIsReported() throws Exception {
        try {
            Channel channel = connect(new Echo());
            channel.writeAndFlush(Unpooled.copiedBuffer("hello", StandardCharsets.US_ASCII));
            await("hello");
            channel.pipeline().get(HeartbeatCodec.class).pingNow(Duration.ofSeconds(5));
            while (!(next() instanceof HeartbeatEvent.RoundTrip)) {
                // what else there is to tell
            }
            net.child().writeAndFlush(CloseReason.GOING_AWAY);
            Object end = next();
            while (!(end instanceof ConnectionEnd)) {
                assertThat(end).isNotInstanceOf(Throwable.class);
                end = next();
            }
            assertThat(((ConnectionEnd) end).loss().cause()).isEqualTo(LossCause.PEER_CLOSED);
            assertThat(((ConnectionEnd) end).inOrder()).isTrue();
            assertThat(channel.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            net.close();
        }
    }

    @Test
    void endOfBothSides_isAnEndOfTls_too() throws Exception {
        try {
            Channel channel = connect(new ChannelInboundHandlerAdapter() {
                @Override
                public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                    if (event instanceof ProtocolEvent.InputEnded) {
                        ctx.writeAndFlush(FrameType.END);
                    }
                }
            });
            channel.writeAndFlush(FrameType.END);
            await(SslCloseCompletionEvent.SUCCESS);
            assertThat(channel.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(atClient).noneMatch(Throwable.class::isInstance);
        } finally {
            net.close();
        }
    }

    @Test
    void handshakeThatTakesLong_isNoLateHello() throws Exception {
        SslHandler tls = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .build()
                .newHandler(UnpooledByteBufAllocator.DEFAULT);
        tls.setHandshakeTimeoutMillis(60_000);
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.freezeTime();
        channel.pipeline().addLast(tls, new HeartbeatCodec(HeartbeatConfig.defaults()), new Client());
        for (int second = 0; second < 50; second++) {
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runPendingTasks();
        }
        assertThat(channel.isOpen()).isTrue();
        assertThat(atClient).isEmpty();
        channel.finishAndReleaseAll();
    }

    private void await(Object expected) throws InterruptedException {
        while (!next().equals(expected)) {
            // what else there is to tell
        }
    }

    private Object next() throws InterruptedException {
        Object event = atClient.poll(10, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("nothing came");
        }
        return event;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the client tells what arrived
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.writeAndFlush(message);
        }
    }
}

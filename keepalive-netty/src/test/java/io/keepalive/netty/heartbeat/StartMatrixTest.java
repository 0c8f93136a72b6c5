package io.keepalive.netty.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.netty.Loopback;
import io.keepalive.testing.TestCertificate;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.proxy.Socks5ProxyHandler;
import io.netty.handler.ssl.OptionalSslHandler;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is in front of the codec when a connection starts, HELLO goes to the peer, and nowhere else and never in the clear. */
@SuppressWarnings("FutureReturnValueIgnored") // the test waits for the echo
class StartMatrixTest {
    private static final HeartbeatConfig CONFIG = HeartbeatConfig.parse("ping-idle=20s,require-heartbeats");

    private final Loopback net = new Loopback();
    private final BlockingQueue<Object> atClient = new LinkedBlockingQueue<>();

    /** How TLS gets into a pipeline, if it does. */
    enum Tls {
        NONE,
        SSL_HANDLER,
        /** Behind the codec's back: {@code addFirst} when the codec is there already. */
        ADD_FIRST,
        SNI,
        OPTIONAL
    }

    enum Proxy {
        NONE,
        HTTP,
        SOCKS5
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, NONE, NONE",
        "SSL_HANDLER, SSL_HANDLER, NONE",
        "ADD_FIRST, ADD_FIRST, NONE",
        "SNI, SSL_HANDLER, NONE",
        "SNI, ADD_FIRST, NONE",
        "OPTIONAL, SSL_HANDLER, NONE",
        "OPTIONAL, NONE, NONE",
        "NONE, NONE, HTTP",
        "NONE, NONE, SOCKS5",
        "SSL_HANDLER, SSL_HANDLER, HTTP",
        "SSL_HANDLER, SSL_HANDLER, SOCKS5",
        "SNI, SSL_HANDLER, SOCKS5"
    })
    void start_bothSidesAgree_andDataPasses(Tls atServer, Tls ofClient, Proxy proxy) throws Exception {
        try (ConnectProxy between = new ConnectProxy()) {
            ServerBootstrap server = net.server();
            server.childHandler(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel child) throws Exception {
                    fill(child, atServer, true);
                    child.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelRead(ChannelHandlerContext ctx, Object message) {
                            ctx.writeAndFlush(message);
                        }
                    });
                }
            });
            Bootstrap client = net.client().handler(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel made) throws Exception {
                    fill(made, ofClient, false);
                    made.pipeline().addLast(new Client());
                    InetSocketAddress address = between.address();
                    switch (proxy) {
                        case NONE -> {}
                        case HTTP -> made.pipeline().addFirst(new HttpProxyHandler(address));
                        case SOCKS5 -> made.pipeline().addFirst(new Socks5ProxyHandler(address));
                    }
                }
            });
            Channel channel = client.connect(server.bind().sync().channel().localAddress())
                    .sync()
                    .channel();
            channel.writeAndFlush(Unpooled.copiedBuffer("hello", StandardCharsets.US_ASCII));

            Object first = next();
            Object second = next();
            assertThat(first).isInstanceOf(ProtocolEvent.Agreed.class);
            assertThat(second).isEqualTo("hello");
            assertThat(between.connections()).isEqualTo(proxy == Proxy.NONE ? 0 : 1);
        } finally {
            net.close();
        }
    }

    private static void fill(Channel channel, Tls tls, boolean server) throws Exception {
        ChannelPipeline pipeline = channel.pipeline();
        switch (tls) {
            case NONE, ADD_FIRST -> {}
            case SSL_HANDLER -> pipeline.addLast(context(server).newHandler(channel.alloc()));
            case SNI ->
                pipeline.addLast(new SniHandler((name, promise) -> {
                    try {
                        return promise.setSuccess(context(true));
                    } catch (Exception e) {
                        return promise.setFailure(e);
                    }
                }));
            case OPTIONAL -> pipeline.addLast(new OptionalSslHandler(context(true)));
        }
        pipeline.addLast(new HeartbeatCodec(CONFIG));
        if (tls == Tls.ADD_FIRST) {
            pipeline.addFirst(context(server).newHandler(channel.alloc()));
        }
    }

    private static SslContext context(boolean server) throws Exception {
        TestCertificate certificate = TestCertificate.ofThisJvm();
        return server
                ? SslContextBuilder.forServer(certificate.keyManagers())
                        .sslProvider(SslProvider.JDK)
                        .build()
                : SslContextBuilder.forClient()
                        .sslProvider(SslProvider.JDK)
                        .trustManager(certificate.trustManager())
                        .endpointIdentificationAlgorithm(null)
                        .build();
    }

    private Object next() throws InterruptedException {
        Object next = atClient.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("within 20 s").isNotNull();
        return next;
    }

    private final class Client extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            atClient.add(((ByteBuf) message).toString(StandardCharsets.US_ASCII));
            ((ByteBuf) message).release();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ProtocolEvent.Agreed) {
                atClient.add(event);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
            atClient.add(thrown);
        }
    }
}

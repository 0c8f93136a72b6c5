package io.keepalive.netty.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatEvent;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import io.keepalive.netty.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.java_websocket.WebSocket;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.framing.Framedata;
import org.java_websocket.handshake.ServerHandshake;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Our pings on a Netty WebSocket server, against a client that knows neither Netty nor us: Java-WebSocket. */
@SuppressWarnings("FutureReturnValueIgnored") // the tests tell what arrived
class WebSocketIT {
    private static final HeartbeatConfig CONFIG = HeartbeatConfig.builder()
            .pingIdle(Duration.ofMillis(500))
            .pongTimeout(Duration.ofMillis(500))
            .maxMissedPongs(2)
            .build();

    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

    /** Answers pings as the RFC wants it, until it is told to be mute. */
    private static final class Client extends WebSocketClient {
        volatile boolean mute;
        final AtomicInteger pings = new AtomicInteger();

        Client(int port) {
            super(URI.create("ws://127.0.0.1:" + port + "/"));
            setConnectionLostTimeout(0);
        }

        @Override
        public void onWebsocketPing(WebSocket connection, Framedata ping) {
            pings.incrementAndGet();
            if (!mute) {
                super.onWebsocketPing(connection, ping);
            }
        }

        @Override
        public void onOpen(ServerHandshake handshake) {}

        @Override
        public void onMessage(String message) {}

        @Override
        public void onClose(int code, String reason, boolean remote) {}

        @Override
        public void onError(Exception thrown) {}
    }

    @Test
    void independentClient_answersOurPings_andIsFoundWhenItDoesNotAnyMore() throws Exception {
        EventLoopGroup group = Transport.NIO.group(1);
        Channel server = new ServerBootstrap()
                .group(group)
                .channel(Transport.NIO.server)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel child) {
                        child.pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        new HttpObjectAggregator(65_536),
                                        new WebSocketServerProtocolHandler(WebSocketServerProtocolConfig.newBuilder()
                                                .websocketPath("/")
                                                .dropPongFrames(false)
                                                .build()),
                                        new Application());
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        Client client = new Client(((InetSocketAddress) server.localAddress()).getPort());
        try {
            assertThat(client.connectBlocking(10, TimeUnit.SECONDS)).isTrue();
            assertThat(next(HeartbeatEvent.RoundTrip.class)).isNotNull();
            assertThat(next(HeartbeatEvent.RoundTrip.class)).as("and again").isNotNull();
            assertThat(client.pings.get()).isGreaterThanOrEqualTo(2);
            client.mute = true;
            long start = System.nanoTime();
            ConnectionLostException lost = next(ConnectionLostException.class);
            long millis = (System.nanoTime() - start) / 1_000_000;
            assertThat(lost.cause()).isEqualTo(LossCause.HEARTBEAT_TIMEOUT);
            System.out.println("WebSocket: lost " + millis + " ms after the last answer");
            assertThat(millis).isBetween(900L, CONFIG.detectionTime().toMillis() + 1500);
        } finally {
            client.close();
            Transport.shutDown(group);
        }
    }

    private <T> T next(Class<T> type) throws InterruptedException {
        while (true) {
            @Nullable Object event = events.poll(10, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("no " + type.getSimpleName());
            }
            if (type.isInstance(event)) {
                return type.cast(event);
            }
        }
    }

    /** Puts the heartbeat in front of itself when the handshake is complete: no frame may be sent before. */
    private final class Application extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete) {
                ctx.pipeline()
                        .addBefore(
                                ctx.name(),
                                "heartbeat",
                                new HeartbeatHandler<>(CONFIG, WebSocketFrame.class, HeartbeatFormats.webSocket()));
            }
            events.add(event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            events.add(cause);
        }
    }
}

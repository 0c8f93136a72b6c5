package io.keepalive.benchmarks.node;

import io.keepalive.benchmarks.NettyTransport;
import io.keepalive.benchmarks.node.NodeOptions.Traffic;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.wire.ConnectionEnd;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.netty.heartbeat.HeartbeatCodec;
import io.keepalive.testing.TestCertificate;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;

/** Channels of Netty: with the codec, with a protocol that has heartbeats, with IdleStateHandler, with nothing. */
@SuppressWarnings("FutureReturnValueIgnored") // the pipeline reports what becomes of a channel
final class NettyEndpoints implements Endpoints {
    /** A handshake on a slow link takes as long as it takes: the heartbeat is what is judged here. */
    private static final long HANDSHAKE_LIMIT_MILLIS = 120_000;

    private final Connections connections;
    private final HeartbeatConfig config;
    private final Traffic traffic;
    private final NettyTransport transport;
    private final EventLoopGroup group;

    NettyEndpoints(Connections connections, HeartbeatConfig config, Traffic traffic) {
        this.connections = connections;
        this.config = config;
        this.traffic = traffic;
        transport = NettyTransport.of(connections.style());
        group = new MultiThreadIoEventLoopGroup(1, transport.io());
    }

    @Override
    public Connections connections() {
        return connections;
    }

    @Override
    public void listen(int port, Connections accepted) throws InterruptedException {
        new ServerBootstrap()
                .group(group)
                .channel(transport.server())
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        fill(channel, false, accepted.start());
                    }
                })
                .bind(port)
                .sync();
    }

    @Override
    public void connect(String host, int port) {
        Connections.Connection connection = connections.start();
        new Bootstrap()
                .group(group)
                .channel(transport.client())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 30_000)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        fill(channel, true, connection);
                    }
                })
                .connect(host, port)
                .addListener((ChannelFutureListener) made -> {
                    if (!made.isSuccess()) {
                        connection.lost(String.valueOf(made.cause()), -1);
                    }
                });
    }

    @Override
    public void block(long millis) {
        group.execute(() -> Pause.sleep(millis));
    }

    private void fill(Channel channel, boolean isClient, Connections.Connection connection) {
        Style style = connections.style();
        if (style.isTls()) {
            SSLEngine engine = TestCertificate.ofThisJvm().context().createSSLEngine();
            engine.setUseClientMode(isClient);
            SslHandler tls = new SslHandler(engine);
            tls.setHandshakeTimeoutMillis(HANDSHAKE_LIMIT_MILLIS);
            channel.pipeline().addLast(tls);
        }
        if (style == Style.WEB_SOCKET) {
            HttpPipelines.webSocket(channel.pipeline(), isClient, config);
        } else if (style == Style.HTTP_2) {
            HttpPipelines.http2(channel.pipeline(), isClient, config);
        } else if (style.isOurs()) {
            channel.pipeline().addLast(new HeartbeatCodec(config));
        } else if (style == Style.IDLE_STATE) {
            channel.pipeline()
                    .addLast(new IdleStateHandler(
                            config.detectionTime().toMillis(),
                            config.beatInterval().toMillis(),
                            0,
                            TimeUnit.MILLISECONDS));
        }
        channel.pipeline().addLast(new Application(connection));
    }

    private final class Application extends ChannelInboundHandlerAdapter {
        private final Connections.Connection connection;

        Application(Connections.Connection connection) {
            this.connection = connection;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            if (!connections.style().isTls() && connections.style().isFramed()) {
                start(ctx);
            }
        }

        private void start(ChannelHandlerContext ctx) {
            connection.up();
            switch (traffic) {
                case NOTHING -> {}
                case CHAT ->
                    ctx.executor()
                            .scheduleAtFixedRate(
                                    () -> chat(ctx), Chat.EVERY_MILLIS, Chat.EVERY_MILLIS, TimeUnit.MILLISECONDS);
                case BULK -> writeBulk(ctx);
            }
        }

        private void chat(ChannelHandlerContext ctx) {
            if (!ctx.channel().isActive()) {
                throw new IllegalStateException("ends the schedule");
            }
            ctx.writeAndFlush(Unpooled.wrappedBuffer(Chat.message()));
        }

        private void writeBulk(ChannelHandlerContext ctx) {
            while (ctx.channel().isWritable() && ctx.channel().isActive()) {
                ctx.writeAndFlush(Unpooled.wrappedBuffer(Chat.bulk()));
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (traffic == Traffic.BULK && ctx.channel().isWritable()) {
                ctx.executor().execute(() -> writeBulk(ctx));
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            boolean isSecure = event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess();
            if (isSecure || event == HttpPipelines.Ready.READY) {
                start(ctx);
            } else if (event instanceof ConnectionEnd end) {
                if (end.isLoss()) {
                    connection.lost(end.loss(), end.silence());
                } else {
                    connection.closed();
                }
            } else if (event instanceof IdleStateEvent idle) {
                if (idle.state() == IdleState.READER_IDLE) {
                    connection.lost("READER_IDLE", config.detectionTime().toMillis());
                    ctx.close();
                } else {
                    ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[1]));
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (cause instanceof ConnectionLostException lost) {
                connection.lost(lost);
            } else {
                connection.lost(cause.toString(), -1);
                ctx.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            connection.lost("END_OF_STREAM", -1);
        }
    }
}

package io.keepalive.benchmarks.close;

import io.keepalive.benchmarks.NettyTransport;
import io.keepalive.benchmarks.close.Stack.Speaks;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.wire.ConnectionEnd;
import io.keepalive.netty.heartbeat.HeartbeatCodec;
import io.keepalive.netty.heartbeat.HeartbeatFormats;
import io.keepalive.netty.heartbeat.HeartbeatHandler;
import io.keepalive.testing.TestCertificate;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLEngine;

/** In a Netty pipeline: the common idiom, a write whose listener closes. */
@SuppressWarnings("FutureReturnValueIgnored") // the end of each channel is waited for
final class NettyWriter implements Writer {
    private final List<String> ends = new CopyOnWriteArrayList<>();

    @Override
    public List<String> writeAndClose(Row row, byte[] payload, int port) throws Exception {
        NettyTransport transport = NettyTransport.of(row.stack());
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, transport.io());
        CountDownLatch closed = new CountDownLatch(row.runs());
        ChannelInitializer<Channel> handlers = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                fill(channel, row);
                channel.pipeline().addLast(new Application(payload, closed));
            }
        };
        if (row.server()) {
            Channel listener = new ServerBootstrap()
                    .group(group)
                    .channel(transport.server())
                    .childHandler(handlers)
                    .bind(Place.address(), 0)
                    .sync()
                    .channel();
            Writer.printPort(((InetSocketAddress) listener.localAddress()).getPort());
        } else {
            Bootstrap client =
                    new Bootstrap().group(group).channel(transport.client()).handler(handlers);
            for (int i = 0; i < row.runs(); i++) {
                client.connect(Place.address(), port).sync();
            }
        }
        closed.await();
        return ends;
    }

    private static void fill(Channel channel, Row row) {
        if (row.tls()) {
            SSLEngine engine = TestCertificate.ofThisJvm().context().createSSLEngine();
            engine.setUseClientMode(!row.server());
            channel.pipeline().addLast(new SslHandler(engine));
        }
        if (row.stack().speaks == Speaks.FRAMES) {
            channel.pipeline().addLast(new HeartbeatCodec(HeartbeatConfig.defaults()));
        } else {
            channel.pipeline()
                    .addLast(
                            new LineBasedFrameDecoder(100),
                            new HeartbeatHandler<>(
                                    HeartbeatConfig.defaults(), ByteBuf.class, HeartbeatFormats.emptyLine()));
        }
    }

    private final class Application extends ChannelInboundHandlerAdapter {
        private final byte[] payload;
        private final CountDownLatch closed;

        Application(byte[] payload, CountDownLatch closed) {
            this.payload = payload;
            this.closed = closed;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(Unpooled.wrappedBuffer(payload)).addListener(ChannelFutureListener.CLOSE);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ConnectionEnd end) {
                ends.add(end.loss().toString());
                ctx.channel().closeFuture().addListener(done -> closed.countDown());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ends.add(cause.toString());
        }
    }
}

package io.keepalive.netty.heartbeat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * A server that echoes and a client that says one word and waits: kept alive by beats every second, which would be 15 s in
 * earnest. Stop one of two with {@code kill -STOP}, and the other finds out.
 *
 * <pre>
 * EchoExample server 7777
 * EchoExample client 7777
 * </pre>
 */
@SuppressWarnings("FutureReturnValueIgnored") // an example
final class EchoExample {
    private static final HeartbeatConfig CONFIG = HeartbeatConfig.builder()
            .pingIdle(Duration.ofSeconds(2))
            .pongTimeout(Duration.ofSeconds(1))
            .build();

    private EchoExample() {}

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[1]);
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        Channel channel = args[0].equals("server") ? server(group, port) : client(group, port);
        channel.closeFuture().sync();
        group.shutdownGracefully();
    }

    static Channel server(EventLoopGroup group, int port) throws InterruptedException {
        return new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(with(Echo::new))
                .bind("127.0.0.1", port)
                .sync()
                .channel();
    }

    static Channel client(EventLoopGroup group, int port) throws InterruptedException {
        Channel channel = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .handler(with(Print::new))
                .connect("127.0.0.1", port)
                .sync()
                .channel();
        channel.writeAndFlush(Unpooled.copiedBuffer("hello\n", StandardCharsets.UTF_8));
        return channel;
    }

    private static ChannelInitializer<Channel> with(Supplier<? extends ChannelHandler> application) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new HeartbeatCodec(CONFIG)).addLast(application.get());
            }
        };
    }

    /** Both sides print what they hear of the heartbeat. */
    private static class Print extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object bytes) {
            System.out.print(((ByteBuf) bytes).toString(StandardCharsets.UTF_8));
            ((ByteBuf) bytes).release();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            System.out.println(event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
            System.out.println(thrown.getMessage());
        }
    }

    private static final class Echo extends Print {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object bytes) {
            ctx.writeAndFlush(bytes);
        }
    }
}

package io.keepalive.netty.heartbeat;

import io.keepalive.KeepAlive;
import io.keepalive.netty.ChannelKeeper;
import io.keepalive.netty.LeakCheck;
import io.keepalive.netty.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;

/**
 * Echoes on two ports for each {@link Transport}, without a policy and with the policy that is its argument. Tells how
 * long after their last byte kept children died, and how.
 */
public final class EchoProgram {
    private EchoProgram() {}

    public static void main(String[] args) throws Exception {
        ChannelKeeper keeper = ChannelKeeper.of(KeepAlive.parse(args[0])).strict();
        for (Transport transport : Transport.here()) {
            EventLoopGroup group = transport.group(1);
            ServerBootstrap bootstrap =
                    new ServerBootstrap().group(group).channel(transport.server).childHandler(handler(transport));
            bootstrap.bind(transport.port(false)).sync();
            keeper.keep(bootstrap).bind(transport.port(true)).sync();
        }
        System.out.println("listening");
        System.in.read();
        System.out.println("leaks: " + LeakCheck.leaks());
    }

    private static ChannelInitializer<SocketChannel> handler(Transport transport) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel child) {
                child.pipeline()
                        .addLast(new Echo(transport, child.localAddress().getPort() == transport.port(true)));
            }
        };
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the client tells what arrived
    private static final class Echo extends ChannelInboundHandlerAdapter {
        private final Transport transport;
        private final boolean kept;
        private long lastByteNanos;

        Echo(Transport transport, boolean kept) {
            this.transport = transport;
            this.kept = kept;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            lastByteNanos = System.nanoTime();
            context.writeAndFlush(bytes);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            long millis = (System.nanoTime() - lastByteNanos) / 1_000_000;
            if (kept) {
                System.out.println("death " + transport + " server " + millis + " " + Wire.nameOf(cause));
            }
            context.close();
        }
    }
}

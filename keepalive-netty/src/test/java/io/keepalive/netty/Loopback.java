package io.keepalive.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** NIO on the loopback device: a group, plain bootstraps to be kept, and the children that a server accepted. */
public final class Loopback implements AutoCloseable {
    final EventLoopGroup group = Transport.NIO.group(2);
    private final BlockingQueue<Channel> active = new LinkedBlockingQueue<>();

    public Bootstrap client() {
        return new Bootstrap().group(group).channel(NioSocketChannel.class).handler(new Nothing());
    }

    public ServerBootstrap server() {
        return new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .localAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .childHandler(collector());
    }

    /** What tells of accepted children. */
    public ChannelInitializer<Channel> collector() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel child) {
                child.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelActive(ChannelHandlerContext context) {
                        active.add(context.channel());
                        context.fireChannelActive();
                    }
                });
            }
        };
    }

    /** A bootstrap wants a handler; this one can be in many pipelines. */
    @ChannelHandler.Sharable
    private static final class Nothing extends ChannelInboundHandlerAdapter {}

    /** The next child that became active. */
    public Channel child() throws InterruptedException {
        Channel child = active.poll(10, TimeUnit.SECONDS);
        if (child == null) {
            throw new AssertionError("no child was accepted");
        }
        return child;
    }

    boolean noChild() {
        return active.isEmpty();
    }

    @Override
    public void close() {
        Transport.shutDown(group);
    }
}

package io.keepalive.agent.programs;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** All transports of Netty that this machine has. */
final class NettyKinds {
    private NettyKinds() {}

    static void open() throws InterruptedException {
        open("Netty-NIO", NioIoHandler.newFactory(), NioServerSocketChannel.class, NioSocketChannel.class);
        if (Epoll.isAvailable()) {
            open("Netty-epoll", EpollIoHandler.newFactory(), EpollServerSocketChannel.class, EpollSocketChannel.class);
        }
        if (IoUring.isAvailable()) {
            open(
                    "Netty-io_uring",
                    IoUringIoHandler.newFactory(),
                    IoUringServerSocketChannel.class,
                    IoUringSocketChannel.class);
        }
    }

    private static void open(
            String kind,
            IoHandlerFactory factory,
            Class<? extends ServerChannel> serverType,
            Class<? extends Channel> clientType)
            throws InterruptedException {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, factory);
        BlockingQueue<Channel> accepted = new ArrayBlockingQueue<>(1);
        Channel server = new ServerBootstrap()
                .group(group)
                .channel(serverType)
                .childOption(ChannelOption.SO_KEEPALIVE, false) // nobody asks this program whether that is wise
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted.add(channel);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
        InetSocketAddress address = (InetSocketAddress) server.localAddress();
        Channel client = new Bootstrap()
                .group(group)
                .channel(clientType)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        // Talks to nobody.
                    }
                })
                .connect(address)
                .sync()
                .channel();
        int port = ((InetSocketAddress) client.localAddress()).getPort();
        Channel child = accepted.take();
        // What the bootstrap sets on an accepted channel it sets on the channel's thread; done when this task is.
        child.eventLoop().submit(() -> {}).sync();
        Kinds.opened(kind, port, address.getPort(), client, child, group);
    }
}

package io.keepalive.benchmarks;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;

/** What a stack of Netty runs on. */
public record NettyTransport(
        IoHandlerFactory io, Class<? extends Channel> client, Class<? extends ServerChannel> server) {
    /** By the name of an enum constant: the transport of {@code NETTY_EPOLL_TLS} is epoll. */
    public static NettyTransport of(Enum<?> stack) {
        if (stack.name().startsWith("NETTY_EPOLL")) {
            return new NettyTransport(
                    EpollIoHandler.newFactory(), EpollSocketChannel.class, EpollServerSocketChannel.class);
        }
        if (stack.name().startsWith("NETTY_IO_URING")) {
            return new NettyTransport(
                    IoUringIoHandler.newFactory(), IoUringSocketChannel.class, IoUringServerSocketChannel.class);
        }
        return new NettyTransport(NioIoHandler.newFactory(), NioSocketChannel.class, NioServerSocketChannel.class);
    }
}

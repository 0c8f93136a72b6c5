package io.keepalive.netty;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.EventExecutorGroup;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The transports that are tested. */
public enum Transport {
    NIO(NioSocketChannel.class, NioServerSocketChannel.class, 7100),
    EPOLL(EpollSocketChannel.class, EpollServerSocketChannel.class, 7102),
    IO_URING(IoUringSocketChannel.class, IoUringServerSocketChannel.class, 7104);

    public final Class<? extends SocketChannel> client;
    public final Class<? extends ServerChannel> server;
    private final int port;

    Transport(Class<? extends SocketChannel> client, Class<? extends ServerChannel> server, int port) {
        this.client = client;
        this.server = server;
        this.port = port;
    }

    /** Those that work on this machine; it says so where one doesn't, unless it has to. */
    public static List<Transport> here() {
        return Stream.of(values()).filter(Transport::isHere).toList();
    }

    private boolean isHere() {
        Throwable cause = switch (this) {
            case NIO -> null;
            case EPOLL -> Epoll.unavailabilityCause();
            case IO_URING -> IoUring.unavailabilityCause();
        };
        if (cause != null) {
            System.err.println("SKIPPED " + this + ": " + cause);
        }
        return cause == null;
    }

    public EventLoopGroup group(int threads) {
        return new MultiThreadIoEventLoopGroup(threads, handlers());
    }

    /**
     * Ends a group, and waits. With no quiet period at all a loop may end between its look at "is shutting down?", which
     * closes its channels, and its last tasks: what those wrote would never be released.
     */
    public static void shutDown(EventExecutorGroup group) {
        group.shutdownGracefully(50, 10_000, TimeUnit.MILLISECONDS).syncUninterruptibly();
    }

    private IoHandlerFactory handlers() {
        return switch (this) {
            case NIO -> NioIoHandler.newFactory();
            case EPOLL -> EpollIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
        };
    }

    /** Where the test server listens with this transport. */
    public int port(boolean kept) {
        return kept ? port + 1 : port;
    }
}

package io.keepalive.netty;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.util.concurrent.EventExecutorGroup;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The transports that are tested. */
public enum Transport {
    NIO(NioSocketChannel.class, NioServerSocketChannel.class, 7100),
    EPOLL(EpollSocketChannel.class, EpollServerSocketChannel.class, 7102),
    /** By name, since it came with Netty 4.2. */
    IO_URING(
            load("io.netty.channel.uring.IoUringSocketChannel", SocketChannel.class),
            load("io.netty.channel.uring.IoUringServerSocketChannel", ServerChannel.class),
            7104);

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
            case IO_URING -> isMissing() ? new ClassNotFoundException("not in this Netty") : InUring.unavailable();
        };
        if (cause != null) {
            System.err.println("SKIPPED " + this + ": " + cause);
        }
        return cause == null;
    }

    @SuppressWarnings("deprecation") // the successors are not in Netty 4.1
    public EventLoopGroup group(int threads) {
        return switch (this) {
            case NIO -> new NioEventLoopGroup(threads);
            case EPOLL -> new EpollEventLoopGroup(threads);
            case IO_URING -> InUring.group(threads);
        };
    }

    /**
     * Ends a group, and waits. With no quiet period at all a loop may end between its look at "is shutting down?", which
     * closes its channels, and its last tasks: what those wrote would never be released.
     */
    public static void shutDown(EventExecutorGroup group) {
        group.shutdownGracefully(50, 10_000, TimeUnit.MILLISECONDS).syncUninterruptibly();
    }

    private boolean isMissing() {
        return client == SocketChannel.class;
    }

    /** A class by its name, or its supertype if it is missing. */
    private static <T> Class<? extends T> load(String name, Class<T> type) {
        try {
            return Class.forName(name, false, Transport.class.getClassLoader()).asSubclass(type);
        } catch (ClassNotFoundException e) {
            return type;
        }
    }

    /** Loaded on Netty 4.2 only. */
    private static final class InUring {
        static Throwable unavailable() {
            return IoUring.unavailabilityCause();
        }

        static EventLoopGroup group(int threads) {
            return new MultiThreadIoEventLoopGroup(threads, IoUringIoHandler.newFactory());
        }
    }

    /** Where the test server listens with this transport. */
    public int port(boolean kept) {
        return kept ? port + 1 : port;
    }
}

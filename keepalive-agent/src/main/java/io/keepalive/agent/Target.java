package io.keepalive.agent;

import io.keepalive.agent.Edit.AskSet;
import io.keepalive.agent.Edit.Redirect;
import io.keepalive.agent.Edit.TellAccept;
import io.keepalive.agent.Edit.TellClose;
import io.keepalive.agent.Edit.TellConnect;
import io.keepalive.agent.Edit.TellReturn;
import io.keepalive.agent.Edit.TellSubmit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A class that the agent edits.
 *
 * @param name in the form {@code sun/nio/ch/NioSocketImpl}; of Netty the end of it, since many ship it under another name
 * @param kind what reports call its sockets
 * @param edits what is changed; names and parameters of JDK 17 to 25, and of Netty 4.1 and 4.2
 */
record Target(String name, String kind, List<Edit> edits) {
    private static final Edit CONNECT = net("connect", "(Ljava/io/FileDescriptor;Ljava/net/InetAddress;I");
    private static final Edit CONNECT_CHANNEL =
            net("connect", "(Ljava/net/ProtocolFamily;Ljava/io/FileDescriptor;Ljava/net/SocketAddress;");
    private static final Edit ACCEPT =
            net("accept", "(Ljava/io/FileDescriptor;Ljava/io/FileDescriptor;[Ljava/net/InetSocketAddress;");
    private static final Edit LISTEN = net("listen", "(Ljava/io/FileDescriptor;I");
    private static final Edit SET =
            net("setSocketOption", "(Ljava/io/FileDescriptor;Ljava/net/SocketOption;Ljava/lang/Object;");
    private static final Edit SET_WITH_FAMILY = net(
            "setSocketOption",
            "(Ljava/io/FileDescriptor;Ljava/net/ProtocolFamily;Ljava/net/SocketOption;Ljava/lang/Object;");

    private static Edit net(String method, String parameters) {
        return new Redirect("sun/nio/ch/Net", method, parameters, true);
    }

    // How connections are used, and how they end.
    private static final Edit SHUTDOWN = observed("sun/nio/ch/Net", "shutdown", "(Ljava/io/FileDescriptor;I");
    private static final Edit READ = observed(Redirect.DISPATCHER, "read", "(Ljava/io/FileDescriptor;JI");
    private static final Edit WRITE = observed(Redirect.DISPATCHER, "write", "(Ljava/io/FileDescriptor;JI");
    private static final Edit READ_CHANNEL = buffers("read", "Ljava/nio/ByteBuffer;J");
    private static final Edit WRITE_CHANNEL = buffers("write", "Ljava/nio/ByteBuffer;J");
    private static final Edit SCATTER = buffers("read", "[Ljava/nio/ByteBuffer;II");
    private static final Edit GATHER = buffers("write", "[Ljava/nio/ByteBuffer;II");
    private static final Edit READ_ASYNC = buffers("read", "Ljava/nio/ByteBuffer;JZ");
    private static final Edit WRITE_ASYNC = buffers("write", "Ljava/nio/ByteBuffer;JZ");
    private static final Edit SCATTER_ASYNC = buffers("read", "[Ljava/nio/ByteBuffer;Z");
    private static final Edit GATHER_ASYNC = buffers("write", "[Ljava/nio/ByteBuffer;Z");

    private static Edit buffers(String method, String buffers) {
        return observed(
                "sun/nio/ch/IOUtil", method, "(Ljava/io/FileDescriptor;" + buffers + "Lsun/nio/ch/NativeDispatcher;");
    }

    private static Edit observed(String owner, String method, String parameters) {
        return new Redirect(owner, method, parameters, false);
    }

    /** All TCP sockets of the JDK; asynchronous ones on Windows make calls of their own. */
    static final List<Target> OF_JDK = List.of(
            new Target(
                    "sun/nio/ch/NioSocketImpl",
                    "Socket",
                    List.of(CONNECT, LISTEN, ACCEPT, SET, READ, WRITE, SHUTDOWN, new TellClose("tryClose"))),
            new Target(
                    "sun/nio/ch/SocketChannelImpl",
                    "SocketChannel",
                    List.of(
                            CONNECT_CHANNEL,
                            SET,
                            READ_CHANNEL,
                            WRITE_CHANNEL,
                            SCATTER,
                            GATHER,
                            READ,
                            WRITE,
                            SHUTDOWN,
                            new TellClose("tryClose"))),
            new Target("sun/nio/ch/ServerSocketChannelImpl", "SocketChannel", List.of(LISTEN, ACCEPT, SET_WITH_FAMILY)),
            new Target(
                    "sun/nio/ch/AsynchronousSocketChannelImpl",
                    "AsynchronousSocketChannel",
                    List.of(SET_WITH_FAMILY, SHUTDOWN)),
            new Target(
                    "sun/nio/ch/UnixAsynchronousSocketChannelImpl",
                    "AsynchronousSocketChannel",
                    List.of(CONNECT, READ_ASYNC, WRITE_ASYNC, SCATTER_ASYNC, GATHER_ASYNC, new TellClose("implClose"))),
            new Target(
                    "sun/nio/ch/UnixAsynchronousServerSocketChannelImpl", "AsynchronousSocketChannel", List.of(ACCEPT)),
            new Target(
                    "sun/nio/ch/AsynchronousServerSocketChannelImpl",
                    "AsynchronousSocketChannel",
                    List.of(LISTEN, SET_WITH_FAMILY)));

    /** So that the agent's bean appears with the program's first, and costs nothing where there are none. */
    static final Target MANAGEMENT = new Target(
            "java/lang/management/ManagementFactory", "beans", List.of(new TellReturn("getPlatformMBeanServer")));

    private static final List<Edit> SET_NATIVE = List.of(
            new AskSet("setTcpKeepIdle", "I", "TCP_KEEPIDLE"),
            new AskSet("setTcpKeepIntvl", "I", "TCP_KEEPINTVL"),
            new AskSet("setTcpKeepCnt", "I", "TCP_KEEPCNT"),
            new AskSet("setTcpUserTimeout", "I", "TCP_USER_TIMEOUT"));

    private static final List<Target> OF_NETTY = List.of(
            new Target(
                    "netty/channel/unix/Socket",
                    "Netty native",
                    List.of(new TellConnect("connect"), new AskSet("setKeepAlive", "Z", "SO_KEEPALIVE"))),
            new Target("netty/channel/epoll/LinuxSocket", "Netty epoll", SET_NATIVE),
            new Target(
                    "netty/channel/epoll/EpollServerSocketChannel",
                    "Netty epoll",
                    List.of(new TellAccept("newChildChannel"))),
            new Target(
                    "netty/channel/kqueue/KQueueServerSocketChannel",
                    "Netty kqueue",
                    List.of(new TellAccept("newChildChannel"))),
            new Target("netty/channel/uring/LinuxSocket", "Netty io_uring", SET_NATIVE),
            new Target(
                    "netty/channel/uring/AbstractIoUringChannel",
                    "Netty io_uring",
                    List.of(new TellSubmit("LinuxSocket"))),
            new Target(
                    "netty/channel/uring/IoUringServerSocketChannel",
                    "Netty io_uring",
                    List.of(new TellAccept("newChildChannel"))),
            // Before Netty 4.2 in an artifact of its own.
            new Target("netty/incubator/channel/uring/LinuxSocket", "Netty io_uring", SET_NATIVE),
            new Target(
                    "netty/incubator/channel/uring/AbstractIOUringChannel",
                    "Netty io_uring",
                    List.of(new TellSubmit("LinuxSocket"))),
            new Target(
                    "netty/incubator/channel/uring/IOUringServerSocketChannel",
                    "Netty io_uring",
                    List.of(new TellAccept("newChildChannel"))));

    /** The target that a class is; null for nearly all classes. */
    static @Nullable Target of(@Nullable ClassLoader loader, String className) {
        if (loader == null) {
            if (className.startsWith("sun/nio/ch/")) {
                return find(OF_JDK, className);
            }
            return className.equals(MANAGEMENT.name) ? MANAGEMENT : null;
        }
        return className.contains("/channel/") ? find(OF_NETTY, className) : null;
    }

    private static @Nullable Target find(List<Target> targets, String className) {
        for (Target target : targets) {
            int start = className.length() - target.name.length();
            // A whole word at the front: com/acme/mynetty/channel is not Netty's.
            if (start >= 0 && className.endsWith(target.name) && (start == 0 || className.charAt(start - 1) == '/')) {
                return target;
            }
        }
        return null;
    }
}

package sun.nio.ch;

import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.KeepAliveHook;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;

/**
 * Stands between the JDK's TCP sockets and {@link Net}: the agent redirects their calls to here. Same names, same
 * parameters, and the caller's class behind them.
 */
final class KeepAliveNet {
    /** Known to edited classes and to this one. */
    static volatile long key;

    private KeepAliveNet() {}

    /** {@code Socket}, {@code AsynchronousSocketChannel}. */
    static int connect(FileDescriptor descriptor, InetAddress remote, int port, String caller) throws IOException {
        KeepAliveHook.tell(key, "connect", descriptor, caller, remote, port);
        return Net.connect(descriptor, remote, port);
    }

    /** {@code SocketChannel}, also for Unix-domain sockets. */
    static int connect(ProtocolFamily family, FileDescriptor descriptor, SocketAddress remote, String caller)
            throws IOException {
        if (remote instanceof InetSocketAddress) {
            InetSocketAddress inet = (InetSocketAddress) remote;
            KeepAliveHook.tell(key, "connect", descriptor, caller, inet.getAddress(), inet.getPort());
        }
        return Net.connect(family, descriptor, remote);
    }

    /** All listeners, also for Unix-domain sockets. */
    static void listen(FileDescriptor descriptor, int backlog, String caller) throws IOException {
        KeepAliveHook.tell(key, "listen", descriptor, caller);
        Net.listen(descriptor, backlog);
    }

    /** All listeners. */
    static int accept(FileDescriptor listener, FileDescriptor accepted, InetSocketAddress[] remote, String caller)
            throws IOException {
        int result = Net.accept(listener, accepted, remote);
        if (result > 0) {
            KeepAliveHook.tell(key, "accept", accepted, caller, remote[0], listener);
        }
        return result;
    }

    static void setSocketOption(FileDescriptor descriptor, SocketOption<?> option, Object value, String caller)
            throws IOException {
        if (!KeepAliveHook.tell(key, "set", descriptor, caller, option, value)) {
            Net.setSocketOption(descriptor, option, value);
        }
    }

    static void setSocketOption(
            FileDescriptor descriptor, ProtocolFamily family, SocketOption<?> option, Object value, String caller)
            throws IOException {
        if (!KeepAliveHook.tell(key, "set", descriptor, caller, option, value)) {
            Net.setSocketOption(descriptor, family, option, value);
        }
    }
}

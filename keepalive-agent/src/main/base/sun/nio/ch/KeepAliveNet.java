package sun.nio.ch;

import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.KeepAliveHook;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;

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
        return connected(descriptor, Net.connect(descriptor, remote, port));
    }

    private static int connected(FileDescriptor descriptor, int result) {
        KeepAliveConnection connection = result > 0 ? KeepAliveTable.of(descriptor) : null;
        if (connection != null) {
            connection.established();
        }
        return result;
    }

    /** {@code SocketChannel}, also for Unix-domain sockets. */
    static int connect(ProtocolFamily family, FileDescriptor descriptor, SocketAddress remote, String caller)
            throws IOException {
        if (remote instanceof InetSocketAddress) {
            InetSocketAddress inet = (InetSocketAddress) remote;
            KeepAliveHook.tell(key, "connect", descriptor, caller, inet.getAddress(), inet.getPort());
        } else {
            KeepAliveTable.remove(descriptor);
        }
        return connected(descriptor, Net.connect(family, descriptor, remote));
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
            connected(accepted, result);
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

    /** The program ends its output, or its input, or both. */
    static void shutdown(FileDescriptor descriptor, int how, String caller) throws IOException {
        KeepAliveConnection connection = how == Net.SHUT_RD ? null : KeepAliveTable.of(descriptor);
        if (connection != null) {
            tell("shutdown", descriptor, connection, null);
        }
        Net.shutdown(descriptor, how);
    }

    /** The descriptor is about to be closed; the program's calls on the socket fail from before this on. */
    static void closing(FileDescriptor descriptor) {
        KeepAliveConnection connection = descriptor == null ? null : KeepAliveTable.of(descriptor);
        if (connection != null) {
            // Stays in the table until its number is used again: a call that failed may not have reported it yet.
            tell("close", descriptor, connection, null);
        }
    }

    private static void tell(
            String event, FileDescriptor descriptor, KeepAliveConnection connection, Throwable thrown) {
        try {
            KeepAliveHook.tell(
                    key,
                    event,
                    descriptor,
                    connection.about,
                    connection.silences(),
                    connection.isEstablished(),
                    thrown);
        } catch (Throwable e) {
            // Out of memory, or of stack: the program gets what it would have got.
        }
    }

    private static void failed(FileDescriptor descriptor, Throwable thrown) {
        KeepAliveConnection connection = KeepAliveTable.of(descriptor);
        if (connection != null) {
            tell("failed", descriptor, connection, thrown);
        }
    }

    private static void read(FileDescriptor descriptor, long result) {
        if (result > 0) {
            KeepAliveConnection connection = KeepAliveTable.of(descriptor);
            if (connection != null) {
                connection.received();
            }
        } else if (result == IOStatus.EOF) {
            KeepAliveConnection connection = KeepAliveTable.of(descriptor);
            if (connection != null) {
                tell("eof", descriptor, connection, null);
            }
        }
    }

    private static KeepAliveConnection writing(FileDescriptor descriptor) {
        KeepAliveConnection connection = KeepAliveTable.of(descriptor);
        if (connection != null) {
            connection.writing();
        }
        return connection;
    }

    private static void written(KeepAliveConnection connection, long result) {
        if (connection != null && result > 0) {
            connection.written();
        }
    }

    // Of Socket, and of a channel's socket().
    static int read(NativeDispatcher dispatcher, FileDescriptor descriptor, long address, int length, String caller)
            throws IOException {
        int result;
        try {
            result = dispatcher.read(descriptor, address, length);
        } catch (IOException e) {
            failed(descriptor, e);
            throw e;
        }
        read(descriptor, result);
        return result;
    }

    static int write(NativeDispatcher dispatcher, FileDescriptor descriptor, long address, int length, String caller)
            throws IOException {
        KeepAliveConnection connection = writing(descriptor);
        int result;
        try {
            result = dispatcher.write(descriptor, address, length);
        } catch (IOException e) {
            failed(descriptor, e);
            throw e;
        }
        written(connection, result);
        return result;
    }

    // Of SocketChannel.
    static int read(
            FileDescriptor descriptor, ByteBuffer buffer, long position, NativeDispatcher dispatcher, String caller)
            throws IOException {
        int result;
        try {
            result = IOUtil.read(descriptor, buffer, position, dispatcher);
        } catch (IOException e) {
            failed(descriptor, e);
            throw e;
        }
        read(descriptor, result);
        return result;
    }

    static int write(
            FileDescriptor descriptor, ByteBuffer buffer, long position, NativeDispatcher dispatcher, String caller)
            throws IOException {
        KeepAliveConnection connection = writing(descriptor);
        int result;
        try {
            result = IOUtil.write(descriptor, buffer, position, dispatcher);
        } catch (IOException e) {
            failed(descriptor, e);
            throw e;
        }
        written(connection, result);
        return result;
    }

    static long read(
            FileDescriptor descriptor,
            ByteBuffer[] buffers,
            int offset,
            int length,
            NativeDispatcher dispatcher,
            String caller)
            throws IOException {
        long result;
        try {
            result = IOUtil.read(descriptor, buffers, offset, length, dispatcher);
        } catch (IOException e) {
            failed(descriptor, e);
            throw e;
        }
        read(descriptor, result);
        return result;
    }

    static long write(
            FileDescriptor descriptor,
            ByteBuffer[] buffers,
            int offset,
            int length,
            NativeDispatcher dispatcher,
            String caller)
            throws IOException {
        KeepAliveConnection connection = writing(descriptor);
        long result;
        try {
            result = IOUtil.write(descriptor, buffers, offset, length, dispatcher);
        } catch (IOException e) {
            failed(descriptor, e);
            throw e;
        }
        written(connection, result);
        return result;
    }

    // Of AsynchronousSocketChannel.
    static int read(
            FileDescriptor descriptor,
            ByteBuffer buffer,
            long position,
            boolean async,
            NativeDispatcher dispatcher,
            String caller)
            throws IOException {
        int result;
        try {
            result = IOUtil.read(descriptor, buffer, position, async, dispatcher);
        } catch (IOException e) {
            failed(descriptor, e);
            throw e;
        }
        read(descriptor, result);
        return result;
    }

    static int write(
            FileDescriptor descriptor,
            ByteBuffer buffer,
            long position,
            boolean async,
            NativeDispatcher dispatcher,
            String caller)
            throws IOException {
        KeepAliveConnection connection = writing(descriptor);
        int result;
        try {
            result = IOUtil.write(descriptor, buffer, position, async, dispatcher);
        } catch (IOException e) {
            failed(descriptor, e);
            throw e;
        }
        written(connection, result);
        return result;
    }

    static long read(
            FileDescriptor descriptor, ByteBuffer[] buffers, boolean async, NativeDispatcher dispatcher, String caller)
            throws IOException {
        long result;
        try {
            result = IOUtil.read(descriptor, buffers, async, dispatcher);
        } catch (IOException e) {
            failed(descriptor, e);
            throw e;
        }
        read(descriptor, result);
        return result;
    }

    static long write(
            FileDescriptor descriptor, ByteBuffer[] buffers, boolean async, NativeDispatcher dispatcher, String caller)
            throws IOException {
        KeepAliveConnection connection = writing(descriptor);
        long result;
        try {
            result = IOUtil.write(descriptor, buffers, async, dispatcher);
        } catch (IOException e) {
            failed(descriptor, e);
            throw e;
        }
        written(connection, result);
        return result;
    }
}

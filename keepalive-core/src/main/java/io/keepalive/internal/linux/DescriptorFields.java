package io.keepalive.internal.linux;

import java.io.FileDescriptor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketImpl;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.Channel;
import org.jspecify.annotations.Nullable;

/**
 * A socket's descriptor number from its own fields, where the program opened the packages that declare them:
 * {@code sun.nio.ch} for channels, {@code java.net} besides for {@code Socket} and {@code ServerSocket}. Spares the
 * search.
 */
final class DescriptorFields {
    private static final @Nullable Method NUMBER =
            JdkInternals.methodIfOpen("sun.nio.ch.IOUtil", "fdVal", FileDescriptor.class);
    private static final @Nullable Method OF_SELECTABLE = JdkInternals.methodIfOpen("sun.nio.ch.SelChImpl", "getFD");
    private static final @Nullable Field OF_ASYNCHRONOUS =
            JdkInternals.fieldIfOpen("sun.nio.ch.AsynchronousSocketChannelImpl", "fd");
    private static final @Nullable Field OF_ASYNCHRONOUS_SERVER =
            JdkInternals.fieldIfOpen("sun.nio.ch.AsynchronousServerSocketChannelImpl", "fd");
    private static final @Nullable Field IMPL_OF_SOCKET = JdkInternals.fieldIfOpen("java.net.Socket", "impl");
    private static final @Nullable Field IMPL_OF_SERVER_SOCKET =
            JdkInternals.fieldIfOpen("java.net.ServerSocket", "impl");
    private static final @Nullable Method OF_IMPL =
            JdkInternals.methodIfOpen("java.net.SocketImpl", "getFileDescriptor");

    private DescriptorFields() {}

    /** Returns {@link Syscalls#NONE} for what is not opened, of another kind, or without a descriptor yet. */
    static int numberOf(Object socket) {
        if (NUMBER == null) {
            return Syscalls.NONE;
        }
        try {
            Object descriptor = descriptorOf(socket);
            Object number = descriptor == null ? null : NUMBER.invoke(null, descriptor);
            return number instanceof Integer found ? found : Syscalls.NONE;
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // Somebody's own subclass: it has to be searched.
            return Syscalls.NONE;
        }
    }

    private static @Nullable Object descriptorOf(Object socket) throws ReflectiveOperationException {
        if (socket instanceof Socket plain) {
            // An SSLSocket that is layered on another socket has fields of its own that lead nowhere: unconnected.
            return plain.getChannel() != null ? descriptorOf(plain.getChannel()) : ofImpl(IMPL_OF_SOCKET, plain);
        }
        if (socket instanceof ServerSocket plain) {
            return plain.getChannel() != null ? descriptorOf(plain.getChannel()) : ofImpl(IMPL_OF_SERVER_SOCKET, plain);
        }
        if (socket instanceof AsynchronousSocketChannel) {
            return value(OF_ASYNCHRONOUS, socket);
        }
        if (socket instanceof AsynchronousServerSocketChannel) {
            return value(OF_ASYNCHRONOUS_SERVER, socket);
        }
        return socket instanceof Channel && OF_SELECTABLE != null ? OF_SELECTABLE.invoke(socket) : null;
    }

    private static @Nullable Object ofImpl(@Nullable Field field, Object socket) throws ReflectiveOperationException {
        Object impl = value(field, socket);
        return impl instanceof SocketImpl && OF_IMPL != null ? OF_IMPL.invoke(impl) : null;
    }

    private static @Nullable Object value(@Nullable Field field, Object socket) throws ReflectiveOperationException {
        return field == null ? null : field.get(socket);
    }
}

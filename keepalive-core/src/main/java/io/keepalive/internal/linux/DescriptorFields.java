package io.keepalive.internal.linux;

import java.io.FileDescriptor;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketImpl;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.Channel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A socket's descriptor number from its own fields, where the program opened the packages that declare them:
 * {@code sun.nio.ch} for channels, {@code java.net} besides for {@code Socket} and {@code ServerSocket}. Spares the
 * search.
 */
final class DescriptorFields {
    private static final @Nullable Method NUMBER = method("sun.nio.ch.IOUtil", "fdVal", FileDescriptor.class);
    private static final @Nullable Method OF_SELECTABLE = method("sun.nio.ch.SelChImpl", "getFD");
    private static final @Nullable Field OF_ASYNCHRONOUS = field("sun.nio.ch.AsynchronousSocketChannelImpl", "fd");
    private static final @Nullable Field OF_ASYNCHRONOUS_SERVER =
            field("sun.nio.ch.AsynchronousServerSocketChannelImpl", "fd");
    private static final @Nullable Field IMPL_OF_SOCKET = field("java.net.Socket", "impl");
    private static final @Nullable Field IMPL_OF_SERVER_SOCKET = field("java.net.ServerSocket", "impl");
    private static final @Nullable Method OF_IMPL = method("java.net.SocketImpl", "getFileDescriptor");

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

    private static @Nullable Field field(String className, String name) {
        try {
            return opened(Class.forName(className).getDeclaredField(name));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    private static @Nullable Method method(String className, String name, Class<?>... parameters) {
        try {
            return opened(Class.forName(className).getDeclaredMethod(name, Objects.requireNonNull(parameters)));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    private static <T extends AccessibleObject> @Nullable T opened(T member) {
        return member.trySetAccessible() ? member : null;
    }
}

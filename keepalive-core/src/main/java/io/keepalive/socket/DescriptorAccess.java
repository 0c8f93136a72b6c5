package io.keepalive.socket;

import io.keepalive.KeepAliveOption;
import io.keepalive.internal.linux.Linux;
import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Options of a descriptor, by the same static methods of {@code sun.nio.ch} that all the JDK's own sockets use; the user
 * timeout by the system call below them.
 */
final class DescriptorAccess implements JdkSocket<DescriptorSocket> {
    static final DescriptorAccess INSTANCE = new DescriptorAccess();

    static final boolean LINUX = System.getProperty("os.name", "").equals("Linux");

    // Verified with JDK 17 and 25.
    private static final MethodHandle GET = net("getSocketOption", FileDescriptor.class, SocketOption.class);
    private static final MethodHandle SET =
            net("setSocketOption", FileDescriptor.class, SocketOption.class, Object.class);
    private static final MethodHandle LOCAL = net("localAddress", FileDescriptor.class);
    private static final MethodHandle REMOTE = net("remoteAddress", FileDescriptor.class);
    private static final MethodHandle GET_INT =
            net("getIntOption0", FileDescriptor.class, boolean.class, int.class, int.class);
    private static final MethodHandle SET_INT =
            net("setIntOption0", FileDescriptor.class, boolean.class, int.class, int.class, int.class, boolean.class);
    private static final MethodHandle NEW_DESCRIPTOR = method("IOUtil", "newFD", int.class);
    private static final MethodHandle DESCRIPTOR_OF = method("SelChImpl", "getFD");

    private DescriptorAccess() {}

    /** What a new socket can do and holds. Read once: asking a new socket each time would cost more than the rest. */
    private static final class NewSocket {
        static final Set<SocketOption<?>> OPTIONS;
        static final Map<SocketOption<?>, Object> VALUES = new HashMap<>();

        static {
            try (SocketChannel channel = SocketChannel.open()) {
                OPTIONS = channel.supportedOptions();
                // Not by the channel's own method: it lacks some where the module jdk.net is missing.
                DescriptorSocket fresh = new DescriptorSocket(descriptor(channel), "SocketChannel");
                for (KeepAliveOption name : KeepAliveOption.values()) {
                    SocketOption<?> option = JdkSocketOptions.of(name);
                    if (JdkSocketOptions.isOwn(option) ? LINUX : OPTIONS.contains(option)) {
                        VALUES.put(option, INSTANCE.get(fresh, option));
                    }
                }
            } catch (IOException e) {
                throw new IllegalStateException("no new socket could be opened to read the system's defaults", e);
            }
        }
    }

    private static MethodHandle net(String name, Class<?>... parameters) {
        return method("Net", name, parameters);
    }

    private static MethodHandle method(String className, String name, Class<?>... parameters) {
        try {
            Method method = Class.forName("sun.nio.ch." + className).getDeclaredMethod(name, parameters);
            method.setAccessible(true);
            return MethodHandles.lookup().unreflect(method);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK has no sun.nio.ch." + className + "." + name, e);
        }
    }

    /** System calls fail as the JDK's own do. No lambda around each: programs would pay for their making at the start. */
    private static IOException failure(Throwable e) {
        if (e instanceof IOException failed) {
            return failed;
        }
        if (e instanceof RuntimeException refused) {
            throw refused;
        }
        throw new AssertionError(e);
    }

    private static FileDescriptor descriptor(SocketChannel channel) throws IOException {
        try {
            return (FileDescriptor) DESCRIPTOR_OF.invoke(channel);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    static FileDescriptor descriptor(int number) {
        try {
            return (FileDescriptor) NEW_DESCRIPTOR.invokeExact(number);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static InetSocketAddress local(FileDescriptor descriptor) throws IOException {
        try {
            return (InetSocketAddress) LOCAL.invokeExact(descriptor);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    static @Nullable InetSocketAddress peer(FileDescriptor descriptor) {
        try {
            return (InetSocketAddress) REMOTE.invokeExact(descriptor);
        } catch (IOException notConnected) {
            return null;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Whether everything that the policy is about is as the system hands out sockets. */
    static boolean isNew(DescriptorSocket socket, List<Setting<?>> settings) {
        for (Setting<?> setting : settings) {
            SocketOption<?> option = setting.jdkOption();
            try {
                if (option != null
                        && INSTANCE.supports(socket, option)
                        && !INSTANCE.get(socket, option).equals(NewSocket.VALUES.get(option))) {
                    return false;
                }
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }

    /** As {@link #isNew}, of all options. */
    static boolean isUntouched(DescriptorSocket socket) {
        try {
            for (Map.Entry<SocketOption<?>, Object> fresh : NewSocket.VALUES.entrySet()) {
                if (INSTANCE.supports(socket, fresh.getKey())
                        && !INSTANCE.get(socket, fresh.getKey()).equals(fresh.getValue())) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The opposite of applying. */
    static void reset(DescriptorSocket socket, List<Setting<?>> settings) throws IOException {
        for (Setting<?> setting : settings) {
            reset(socket, setting.jdkOption());
        }
    }

    private static <T> void reset(DescriptorSocket socket, SocketOption<T> option) throws IOException {
        Object fresh = NewSocket.VALUES.get(option);
        if (fresh != null) {
            INSTANCE.set(socket, option, Objects.requireNonNull(option.type().cast(fresh)));
        }
    }

    @Override
    public Set<SocketOption<?>> supportedOptions(DescriptorSocket socket) {
        return NewSocket.OPTIONS;
    }

    @Override
    public boolean supports(DescriptorSocket socket, SocketOption<?> option) {
        return JdkSocketOptions.isOwn(option) ? LINUX : NewSocket.OPTIONS.contains(option);
    }

    @Override
    public boolean shows(DescriptorSocket socket, SocketOption<?> option) {
        return supports(socket, option);
    }

    @Override
    public String remedy() {
        return LINUX ? "" : "known on Linux only";
    }

    @Override
    public <T> T get(DescriptorSocket socket, SocketOption<T> option) throws IOException {
        FileDescriptor descriptor = socket.descriptor();
        try {
            Object value = JdkSocketOptions.isOwn(option)
                    ? (int) GET_INT.invokeExact(descriptor, false, Linux.IPPROTO_TCP, number(option))
                    : (Object) GET.invokeExact(descriptor, (SocketOption<?>) option);
            return Objects.requireNonNull(option.type().cast(value));
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    @Override
    public <T> void set(DescriptorSocket socket, SocketOption<T> option, T value) throws IOException {
        FileDescriptor descriptor = socket.descriptor();
        try {
            if (JdkSocketOptions.isOwn(option)) {
                int number = ((Number) value).intValue();
                SET_INT.invokeExact(descriptor, false, Linux.IPPROTO_TCP, number(option), number, false);
            } else {
                SET.invokeExact(descriptor, (SocketOption<?>) option, (Object) value);
            }
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** What the kernel calls an option of ours. */
    private static int number(SocketOption<?> own) {
        return switch (own.name()) {
            case "TCP_KEEPIDLE" -> Linux.TCP_KEEPIDLE;
            case "TCP_KEEPINTVL" -> Linux.TCP_KEEPINTVL;
            case "TCP_KEEPCNT" -> Linux.TCP_KEEPCNT;
            case "TCP_USER_TIMEOUT" -> Linux.TCP_USER_TIMEOUT;
            default -> throw new IllegalArgumentException(own.name());
        };
    }

    @Override
    public boolean isOpen(DescriptorSocket socket) {
        return socket.descriptor().valid();
    }

    @Override
    public boolean isListener(DescriptorSocket socket) {
        return false;
    }

    @Override
    public SocketAddress localAddress(DescriptorSocket socket) throws IOException {
        return local(socket.descriptor());
    }

    @Override
    public @Nullable SocketAddress peerAddress(DescriptorSocket socket) {
        return peer(socket.descriptor());
    }

    @Override
    public String describe(DescriptorSocket socket) {
        return socket.toString();
    }
}

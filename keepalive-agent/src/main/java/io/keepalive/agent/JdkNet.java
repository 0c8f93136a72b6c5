package io.keepalive.agent;

import io.keepalive.KeepAliveOption;
import io.keepalive.internal.linux.JdkInternals;
import io.keepalive.internal.linux.Linux;
import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** The static methods of {@code sun.nio.ch} by which all of the JDK's sockets reach the system. */
final class JdkNet {
    static final boolean LINUX = System.getProperty("os.name", "").equals("Linux");

    private static final MethodHandle GET = method("Net", "getSocketOption", FileDescriptor.class, SocketOption.class);
    private static final MethodHandle SET =
            method("Net", "setSocketOption", FileDescriptor.class, SocketOption.class, Object.class);
    private static final MethodHandle LOCAL = method("Net", "localAddress", FileDescriptor.class);
    private static final MethodHandle REMOTE = method("Net", "remoteAddress", FileDescriptor.class);
    private static final MethodHandle GET_INT =
            method("Net", "getIntOption0", FileDescriptor.class, boolean.class, int.class, int.class);
    private static final MethodHandle SET_INT = method(
            "Net",
            "setIntOption0",
            FileDescriptor.class,
            boolean.class,
            int.class,
            int.class,
            int.class,
            boolean.class);
    private static final MethodHandle NEW_DESCRIPTOR = method("IOUtil", "newFD", int.class);
    private static final MethodHandle DESCRIPTOR_OF = method("SelChImpl", "getFD");

    /** include/uapi/asm-generic/socket.h. */
    private static final int SO_ERROR = 4;

    private JdkNet() {}

    private static MethodHandle method(String className, String name, Class<?>... parameters) {
        try {
            return JdkInternals.method(className, name, parameters);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("sun.nio.ch." + className + "." + name, e);
        }
    }

    /** The number of an option on Linux, for options that the JDK lacks. */
    static int number(KeepAliveOption option) {
        return switch (option) {
            case TCP_KEEPIDLE -> Linux.TCP_KEEPIDLE;
            case TCP_KEEPINTVL -> Linux.TCP_KEEPINTVL;
            case TCP_KEEPCNT -> Linux.TCP_KEEPCNT;
            case TCP_USER_TIMEOUT -> Linux.TCP_USER_TIMEOUT;
            case SO_KEEPALIVE -> throw new IllegalArgumentException(option.name());
        };
    }

    static Object get(FileDescriptor descriptor, SocketOption<?> option) throws IOException {
        try {
            return (Object) GET.invokeExact(descriptor, option);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    static void set(FileDescriptor descriptor, SocketOption<?> option, Object value) throws IOException {
        try {
            SET.invokeExact(descriptor, option, value);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    static int getLinuxTcp(FileDescriptor descriptor, int option) throws IOException {
        try {
            return (int) GET_INT.invokeExact(descriptor, false, Linux.IPPROTO_TCP, option);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    static void setLinuxTcp(FileDescriptor descriptor, int option, int value) throws IOException {
        try {
            SET_INT.invokeExact(descriptor, false, Linux.IPPROTO_TCP, option, value, false);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** What the kernel shows of a connection; {@link TcpState#UNKNOWN} where it does not. Never throws. */
    static TcpState state(FileDescriptor descriptor) {
        if (!LINUX) {
            return TcpState.UNKNOWN;
        }
        try {
            ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .putInt(0, getLinuxTcp(descriptor, Linux.TCP_INFO));
            return new TcpState(bytes.get(0), bytes.get(2) & 0xff, bytes.get(3) & 0xff);
        } catch (IOException | RuntimeException noTcpConnection) {
            return TcpState.UNKNOWN;
        }
    }

    /** Takes the error that the next call of the program would have got, in the words of glibc; null for none. */
    static @Nullable IOException pendingError(FileDescriptor descriptor) {
        int errno;
        try {
            errno = (int) GET_INT.invokeExact(descriptor, false, Linux.SOL_SOCKET, SO_ERROR);
        } catch (Throwable e) {
            return null;
        }
        // include/uapi/asm-generic/errno-base.h and errno.h
        return switch (errno) {
            case 0 -> null;
            case 32 -> new SocketException("Broken pipe");
            case 101 -> new SocketException("Network is unreachable");
            case 103 -> new SocketException("Software caused connection abort");
            case 104 -> new SocketException("Connection reset");
            case 110 -> new SocketException("Connection timed out");
            case 113 -> new NoRouteToHostException("No route to host");
            default -> new SocketException("error " + errno);
        };
    }

    static FileDescriptor descriptor(SocketChannel channel) throws IOException {
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

    /** System calls fail as the JDK's own do. No lambda around each, which would cost each start some milliseconds. */
    private static IOException failure(Throwable e) {
        if (e instanceof IOException failed) {
            return failed;
        }
        if (e instanceof RuntimeException refused) {
            throw refused;
        }
        throw new AssertionError(e);
    }
}

package io.keepalive.internal.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.SocketException;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/** The system calls by libc. One piece of memory serves all the calls of a session. */
final class ForeignSyscalls implements Syscalls {
    private static final ValueLayout.OfShort NETWORK_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt NETWORK_INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong NETWORK_LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final MethodHandle GETSOCKOPT =
            function("getsockopt", ERRNO, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle SETSOCKOPT =
            function("setsockopt", ERRNO, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle GETSOCKNAME = function("getsockname", ERRNO, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle GETPEERNAME = function("getpeername", ERRNO, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle FCNTL =
            function("fcntl", Linker.Option.firstVariadicArg(2), JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle STRERROR = link("strerror", FunctionDescriptor.of(ADDRESS, JAVA_INT));
    private static final MethodHandle CLOSE = function("close", ERRNO, JAVA_INT);

    /** struct sockaddr_in: family, port, address; sockaddr_in6: family, port, flow, address. */
    private static final long PORT_OFFSET = 2;

    private static final long IPV4_OFFSET = 4;
    private static final long IPV6_OFFSET = 8;

    private static final long LENGTH_OFFSET = 16;
    private static final long BUFFER_OFFSET = 32;
    private static final int BUFFER_BYTES = 512;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment errno = arena.allocate(BUFFER_OFFSET + BUFFER_BYTES, Long.BYTES);
    private final MemorySegment length = errno.asSlice(LENGTH_OFFSET, Integer.BYTES);
    private final MemorySegment buffer = errno.asSlice(BUFFER_OFFSET, BUFFER_BYTES);

    /** The longest text of any language is far below this. */
    private static final long TEXT_BYTES = 1024;

    /** What the C library says for an error, as the JDK decodes it. */
    @SuppressWarnings("restricted")
    static String errorText(int number) {
        try {
            MemorySegment text = (MemorySegment) STRERROR.invokeExact(number);
            Charset charset = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
            return text.reinterpret(TEXT_BYTES).getString(0, charset);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Makes sure that the functions are there and may be called. */
    static void link() {
        // Done by the static initializer.
    }

    private static MethodHandle function(String name, Linker.Option option, MemoryLayout... parameters) {
        return link(name, FunctionDescriptor.of(JAVA_INT, parameters), option);
    }

    @SuppressWarnings("restricted") // the flag for it is in the advice of SyscallTier
    private static MethodHandle link(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), descriptor, options);
    }

    @Override
    public int duplicate(int descriptor) {
        try {
            int duplicate = (int) FCNTL.invokeExact(descriptor, Linux.F_DUPFD_CLOEXEC, 0);
            return duplicate < 0 ? NONE : duplicate;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void release(int duplicate) {
        try {
            int ignored = (int) CLOSE.invokeExact(errno, duplicate);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public Match match(int descriptor, Endpoint local, @Nullable Endpoint peer) {
        if (!nameMatches(GETSOCKNAME, descriptor, local) || !isStream(descriptor)) {
            return Match.NO;
        }
        if (local.port() == 0 || !name(GETPEERNAME, descriptor)) {
            return Match.LOCAL_END; // without a local port it has no peer
        }
        return peer != null && bufferMatches(peer) ? Match.BOTH_ENDS : Match.NO;
    }

    @Override
    public int get(int descriptor, int level, int option) throws SocketException {
        getsockopt(descriptor, level, option, Integer.BYTES);
        return buffer.get(JAVA_INT, 0);
    }

    @Override
    public byte[] info(int descriptor) throws SocketException {
        int bytes = getsockopt(descriptor, Linux.IPPROTO_TCP, Linux.TCP_INFO, BUFFER_BYTES);
        return buffer.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public void set(int descriptor, int level, int option, int value) throws SocketException {
        buffer.set(JAVA_INT, 0, value);
        int result;
        try {
            result = (int) SETSOCKOPT.invokeExact(errno, descriptor, level, option, buffer, Integer.BYTES);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        check(result);
    }

    @Override
    public void close() {
        arena.close();
    }

    /** Returns the length of what is in the buffer then. */
    private int getsockopt(int descriptor, int level, int option, int bytes) throws SocketException {
        length.set(JAVA_INT, 0, bytes);
        int result;
        try {
            result = (int) GETSOCKOPT.invokeExact(errno, descriptor, level, option, buffer, length);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        check(result);
        return length.get(JAVA_INT, 0);
    }

    private void check(int result) throws SocketException {
        if (result != 0) {
            throw new SocketException(Linux.error(errno.get(JAVA_INT, 0)));
        }
    }

    private boolean isStream(int descriptor) {
        try {
            return get(descriptor, Linux.SOL_SOCKET, Linux.SO_TYPE) == Linux.SOCK_STREAM;
        } catch (SocketException e) {
            return false;
        }
    }

    private boolean nameMatches(MethodHandle function, int descriptor, Endpoint expected) {
        return name(function, descriptor) && bufferMatches(expected);
    }

    /** Leaves an address in the buffer; false if the descriptor has none. */
    private boolean name(MethodHandle function, int descriptor) {
        length.set(JAVA_INT, 0, BUFFER_BYTES);
        try {
            return (int) function.invokeExact(errno, descriptor, buffer, length) == 0;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private boolean bufferMatches(Endpoint expected) {
        int port = Short.toUnsignedInt(buffer.get(NETWORK_SHORT, PORT_OFFSET));
        return switch (buffer.get(ValueLayout.JAVA_SHORT, 0)) {
            case Linux.AF_INET -> expected.matches(Endpoint.ofIpv4(buffer.get(NETWORK_INT, IPV4_OFFSET), port));
            case Linux.AF_INET6 ->
                expected.matches(new Endpoint(
                        buffer.get(NETWORK_LONG, IPV6_OFFSET),
                        buffer.get(NETWORK_LONG, IPV6_OFFSET + Long.BYTES),
                        port));
            default -> false;
        };
    }
}

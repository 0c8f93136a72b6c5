package io.keepalive.cli.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;

/**
 * The system calls by libc.
 *
 * <p>Every function is called with six integers, more than most take: the calling conventions of Linux pass them in
 * registers, where a function that takes fewer does not look. So a single handle has to be linked, which costs a command
 * some 20 ms of its start instead of some 10 ms for each function.
 */
final class ForeignSystemCalls implements SystemCalls {
    private static final FunctionDescriptor SIX_INTEGERS =
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CALL = link();

    private static final MemorySegment SOCKET = function("socket");
    private static final MemorySegment BIND = function("bind");
    private static final MemorySegment SEND = function("send");
    private static final MemorySegment RECV = function("recv");
    private static final MemorySegment POLL = function("poll");
    private static final MemorySegment GETSOCKOPT = function("getsockopt");
    private static final MemorySegment SETSOCKOPT = function("setsockopt");
    private static final MemorySegment OPEN = function("open");
    private static final MemorySegment SETNS = function("setns");
    private static final MemorySegment CLOSE = function("close");
    private static final MemorySegment READLINK = function("readlink");
    private static final MemorySegment SYSCALL = function("syscall");

    /** The same on all architectures (kernel/sys_ni.c, scripts/syscall.tbl); C libraries before 2022 lack wrappers. */
    private static final long SYS_PIDFD_OPEN = 434;

    private static final long SYS_PIDFD_GETFD = 438;

    private static final int O_CLOEXEC = 0x80000;
    private static final int MSG_TRUNC = 0x20;
    private static final short POLLIN = 1;

    /** struct sockaddr_nl: family, padding, port, groups. */
    private static final int SOCKADDR_NL_BYTES = 12;

    private static final int SCRATCH_BYTES = 4096;

    /** The captured errno, then room for arguments. */
    private static final ThreadLocal<MemorySegment> SCRATCH =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(SCRATCH_BYTES, Long.BYTES));

    private static final long ARGUMENT = 16;
    private static final long SECOND_ARGUMENT = 32;

    @SuppressWarnings("restricted") // the jar's manifest enables native access
    private static MethodHandle link() {
        return Linker.nativeLinker().downcallHandle(SIX_INTEGERS, Linker.Option.captureCallState("errno"));
    }

    private static MemorySegment function(String name) {
        return Linker.nativeLinker().defaultLookup().find(name).orElseThrow();
    }

    private static long call(MemorySegment function, MemorySegment scratch, long a, long b, long c, long d) {
        try {
            return (long) CALL.invokeExact(function, scratch, a, b, c, d, 0L, 0L);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** The result of a function that returns an int: the upper half of the register is undefined. */
    private static int callInt(String name, MemorySegment function, long a, long b, long c, long d)
            throws ErrnoException {
        MemorySegment scratch = SCRATCH.get();
        return check(name, scratch, (int) call(function, scratch, a, b, c, d));
    }

    private static int check(String name, MemorySegment scratch, int result) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(name, scratch.get(JAVA_INT, 0));
        }
        return result;
    }

    @Override
    public int socket(int domain, int type, int protocol) throws ErrnoException {
        return callInt("socket", SOCKET, domain, type, protocol, 0);
    }

    @Override
    public void bindNetlink(int descriptor, int groups) throws ErrnoException {
        MemorySegment address = SCRATCH.get().asSlice(ARGUMENT, SOCKADDR_NL_BYTES);
        address.fill((byte) 0);
        address.set(JAVA_SHORT, 0, (short) Linux.AF_NETLINK);
        address.set(JAVA_INT, 8, groups);
        int ignored = callInt("bind", BIND, descriptor, address.address(), SOCKADDR_NL_BYTES, 0);
    }

    @Override
    public void send(int descriptor, ByteBuffer bytes) throws ErrnoException {
        int sent = callInt("send", SEND, descriptor, address(bytes), bytes.remaining(), 0);
        bytes.position(bytes.position() + sent);
    }

    @Override
    public void receive(int descriptor, ByteBuffer buffer) throws ErrnoException {
        buffer.clear();
        int length = retried("recv", RECV, descriptor, address(buffer), buffer.capacity(), MSG_TRUNC);
        if (length > buffer.capacity()) {
            throw new ErrnoException("recv", Errno.EMSGSIZE);
        }
        buffer.limit(length);
    }

    private static int retried(String name, MemorySegment function, long a, long b, long c, long d)
            throws ErrnoException {
        while (true) {
            try {
                return callInt(name, function, a, b, c, d);
            } catch (ErrnoException e) {
                if (e.errno() != Errno.EINTR) {
                    throw e;
                }
            }
        }
    }

    private static long address(ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("buffer: on the heap (expected: a direct one)");
        }
        return MemorySegment.ofBuffer(buffer).address();
    }

    @Override
    public boolean awaitReadable(int descriptor, int timeoutMillis) throws ErrnoException {
        MemorySegment scratch = SCRATCH.get();
        MemorySegment entry = scratch.asSlice(ARGUMENT, 8);
        entry.set(JAVA_INT, 0, descriptor);
        entry.set(JAVA_SHORT, 4, POLLIN);
        entry.set(JAVA_SHORT, 6, (short) 0);
        int result = (int) call(POLL, scratch, entry.address(), 1, timeoutMillis, 0);
        if (result < 0 && scratch.get(JAVA_INT, 0) == Errno.EINTR) {
            return false;
        }
        return check("poll", scratch, result) > 0;
    }

    @Override
    public int getOption(int descriptor, int level, int option) throws ErrnoException {
        MemorySegment scratch = SCRATCH.get();
        MemorySegment value = scratch.asSlice(ARGUMENT, Integer.BYTES);
        MemorySegment length = scratch.asSlice(SECOND_ARGUMENT, Integer.BYTES);
        length.set(JAVA_INT, 0, Integer.BYTES);
        try {
            int result = (int) (long) CALL.invokeExact(
                    GETSOCKOPT,
                    scratch,
                    (long) descriptor,
                    (long) level,
                    (long) option,
                    value.address(),
                    length.address(),
                    0L);
            int ignored = check("getsockopt", scratch, result);
        } catch (ErrnoException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return value.get(JAVA_INT, 0);
    }

    @Override
    public void setOption(int descriptor, int level, int option, int value) throws ErrnoException {
        MemorySegment scratch = SCRATCH.get();
        MemorySegment argument = scratch.asSlice(ARGUMENT, Integer.BYTES);
        argument.set(JAVA_INT, 0, value);
        try {
            int result = (int) (long) CALL.invokeExact(
                    SETSOCKOPT,
                    scratch,
                    (long) descriptor,
                    (long) level,
                    (long) option,
                    argument.address(),
                    (long) Integer.BYTES,
                    0L);
            int ignored = check("setsockopt", scratch, result);
        } catch (ErrnoException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public int pidfdOpen(long pid) throws ErrnoException {
        return callInt("pidfd_open", SYSCALL, SYS_PIDFD_OPEN, pid, 0, 0);
    }

    @Override
    public int pidfdGetfd(int pidfd, int targetDescriptor) throws ErrnoException {
        return callInt("pidfd_getfd", SYSCALL, SYS_PIDFD_GETFD, pidfd, targetDescriptor, 0);
    }

    @Override
    public int open(String path) throws ErrnoException {
        MemorySegment text = SCRATCH.get().asSlice(ARGUMENT);
        text.setString(0, path);
        return callInt("open", OPEN, text.address(), O_CLOEXEC, 0, 0);
    }

    @Override
    public void setNamespace(int descriptor, int type) throws ErrnoException {
        int ignored = callInt("setns", SETNS, descriptor, type, 0, 0);
    }

    @Override
    public String readLink(String path) throws ErrnoException {
        MemorySegment scratch = SCRATCH.get();
        MemorySegment text = scratch.asSlice(ARGUMENT);
        text.setString(0, path);
        long target = ARGUMENT + path.length() + 1;
        long room = SCRATCH_BYTES - target - 1;
        int length = callInt("readlink", READLINK, text.address(), scratch.address() + target, room, 0);
        scratch.set(JAVA_BYTE, target + length, (byte) 0);
        return scratch.getString(target);
    }

    @Override
    public void close(int descriptor) {
        long ignored = call(CLOSE, SCRATCH.get(), descriptor, 0, 0, 0);
    }
}

package io.keepalive.cli.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

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
    private static final MemorySegment READLINKAT = function("readlinkat");
    private static final MemorySegment GETDENTS64 = function("getdents64");
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

    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    private static final int ARGUMENT = 16;
    private static final int SECOND_ARGUMENT = 32;

    /** The captured errno, then room for arguments; as a buffer, too, which is cheaper before the JVM has warmed up. */
    private static final class Scratch {
        private final MemorySegment segment = Arena.ofAuto().allocate(SCRATCH_BYTES, Long.BYTES);
        private final long address = segment.address();
        private final ByteBuffer bytes = segment.asByteBuffer().order(ByteOrder.nativeOrder());

        int errno() {
            return bytes.getInt(0);
        }
    }

    @SuppressWarnings("restricted") // the jar's manifest enables native access
    private static MethodHandle link() {
        return Linker.nativeLinker().downcallHandle(SIX_INTEGERS, Linker.Option.captureCallState("errno"));
    }

    private static MemorySegment function(String name) {
        return Linker.nativeLinker().defaultLookup().find(name).orElseThrow();
    }

    private static long call(MemorySegment function, Scratch scratch, long a, long b, long c, long d, long e) {
        try {
            return (long) CALL.invokeExact(function, scratch.segment, a, b, c, d, e, 0L);
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    /** The result of a function that returns an int: the upper half of the register is undefined. */
    private static int callInt(String name, MemorySegment function, long a, long b, long c, long d)
            throws ErrnoException {
        Scratch scratch = SCRATCH.get();
        return check(name, scratch, (int) call(function, scratch, a, b, c, d, 0));
    }

    private static int check(String name, Scratch scratch, int result) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(name, scratch.errno());
        }
        return result;
    }

    @Override
    public int socket(int domain, int type, int protocol) throws ErrnoException {
        return callInt("socket", SOCKET, domain, type, protocol, 0);
    }

    @Override
    public void bindNetlink(int descriptor, int groups) throws ErrnoException {
        Scratch scratch = SCRATCH.get();
        MemorySegment address = scratch.segment.asSlice(ARGUMENT, SOCKADDR_NL_BYTES);
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
        Scratch scratch = SCRATCH.get();
        scratch.bytes
                .putInt(ARGUMENT, descriptor)
                .putShort(ARGUMENT + 4, POLLIN)
                .putShort(ARGUMENT + 6, (short) 0);
        int result = (int) call(POLL, scratch, scratch.address + ARGUMENT, 1, timeoutMillis, 0, 0);
        if (result < 0 && scratch.errno() == Errno.EINTR) {
            return false;
        }
        return check("poll", scratch, result) > 0;
    }

    @Override
    public int getOption(int descriptor, int level, int option) throws ErrnoException {
        Scratch scratch = SCRATCH.get();
        scratch.bytes.putInt(SECOND_ARGUMENT, Integer.BYTES);
        int ignored = check("getsockopt", scratch, (int) call(
                GETSOCKOPT,
                scratch,
                descriptor,
                level,
                option,
                scratch.address + ARGUMENT,
                scratch.address + SECOND_ARGUMENT));
        return scratch.bytes.getInt(ARGUMENT);
    }

    @Override
    public void setOption(int descriptor, int level, int option, int value) throws ErrnoException {
        Scratch scratch = SCRATCH.get();
        scratch.bytes.putInt(ARGUMENT, value);
        int ignored = check("setsockopt", scratch, (int)
                call(SETSOCKOPT, scratch, descriptor, level, option, scratch.address + ARGUMENT, Integer.BYTES));
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
        Scratch scratch = SCRATCH.get();
        scratch.segment.setString(ARGUMENT, path);
        return callInt("open", OPEN, scratch.address + ARGUMENT, O_CLOEXEC, 0, 0);
    }

    @Override
    public void setNamespace(int descriptor, int type) throws ErrnoException {
        int ignored = callInt("setns", SETNS, descriptor, type, 0, 0);
    }

    @Override
    public void readEntries(int folder, ByteBuffer buffer) throws ErrnoException {
        buffer.clear();
        buffer.limit(callInt("getdents64", GETDENTS64, folder, address(buffer), buffer.capacity(), 0));
    }

    @Override
    public String readLink(String path) throws ErrnoException {
        Scratch scratch = SCRATCH.get();
        scratch.segment.setString(ARGUMENT, path);
        int target = ARGUMENT + path.length() + 1;
        int room = SCRATCH_BYTES - target - 1;
        int length = callInt("readlink", READLINK, scratch.address + ARGUMENT, scratch.address + target, room, 0);
        scratch.bytes.put(target + length, (byte) 0);
        return scratch.segment.getString(target);
    }

    @Override
    public void readLinkAt(int folder, ByteBuffer names, int offset, ByteBuffer target) throws ErrnoException {
        target.clear();
        long name = address(names.position(0)) + offset;
        target.limit(callInt("readlinkat", READLINKAT, folder, name, address(target), target.capacity()));
    }

    @Override
    public void close(int descriptor) {
        long ignored = call(CLOSE, SCRATCH.get(), descriptor, 0, 0, 0, 0);
    }
}

package io.keepalive.cli.keep;

import io.keepalive.cli.linux.Errno;
import io.keepalive.cli.linux.ErrnoException;
import io.keepalive.cli.linux.Linux;
import io.keepalive.cli.linux.SystemCalls;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A process with one socket, and what this process has opened of it. Any call can be made to fail. */
final class FakeProcess implements SystemCalls {
    /** Those that reach the socket. */
    static final Set<String> CALLS = Set.of("pidfd_open", "pidfd_getfd", "readlinkat", "getsockopt", "setsockopt");

    private final long inode;
    private final Map<Integer, Integer> options = new TreeMap<>(Map.of(
            Linux.SO_KEEPALIVE + 1000,
            0,
            Linux.TCP_KEEPIDLE,
            7200,
            Linux.TCP_KEEPINTVL,
            75,
            Linux.TCP_KEEPCNT,
            9,
            Linux.TCP_USER_TIMEOUT,
            0));
    private final Set<Integer> open = new HashSet<>();
    private int next = 100;
    private String failing = "";
    private int errno;

    FakeProcess(long inode) {
        this.inode = inode;
    }

    void fail(String call, int newErrno) {
        failing = call;
        errno = newErrno;
    }

    /** What this process has not closed. */
    Set<Integer> open() {
        return open;
    }

    private void check(String call) throws ErrnoException {
        if (call.equals(failing)) {
            throw new ErrnoException(call, errno);
        }
    }

    private static int key(int level, int option) {
        return level == Linux.SOL_SOCKET ? option + 1000 : option;
    }

    @Override
    public int pidfdOpen(long pid) throws ErrnoException {
        check("pidfd_open");
        open.add(++next);
        return next;
    }

    @Override
    public int pidfdGetfd(int pidfd, int targetDescriptor) throws ErrnoException {
        check("pidfd_getfd");
        open.add(++next);
        return next;
    }

    @Override
    public void readLinkAt(int folder, ByteBuffer names, int offset, ByteBuffer target) throws ErrnoException {
        check("readlinkat");
        target.clear();
        target.put(("socket:[" + inode + "]").getBytes(StandardCharsets.US_ASCII))
                .flip();
    }

    @Override
    public int getOption(int descriptor, int level, int option) throws ErrnoException {
        check("getsockopt");
        return options.getOrDefault(key(level, option), 0);
    }

    @Override
    public void setOption(int descriptor, int level, int option, int value) throws ErrnoException {
        check("setsockopt");
        if (!open.contains(descriptor)) {
            throw new ErrnoException("setsockopt", Errno.EBADF);
        }
        options.put(key(level, option), value);
    }

    @Override
    public void close(int descriptor) {
        if (!open.remove(descriptor)) {
            throw new IllegalStateException("closed twice: " + descriptor);
        }
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void bindNetlink(int descriptor, int groups) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void send(int descriptor, ByteBuffer bytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void receive(int descriptor, ByteBuffer buffer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean awaitReadable(int descriptor, int timeoutMillis) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int open(String path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setNamespace(int descriptor, int type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void readEntries(int folder, ByteBuffer buffer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String readLink(String path) {
        throw new UnsupportedOperationException();
    }
}

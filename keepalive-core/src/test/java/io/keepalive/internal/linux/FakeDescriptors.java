package io.keepalive.internal.linux;

import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A table of descriptors of {@link FakeKernel} sockets, with ends as told. */
public final class FakeDescriptors implements Syscalls {
    /** What is behind a descriptor. */
    public static final class Socket {
        final @Nullable FakeKernel owner;

        @Nullable
        public InetSocketAddress local;

        @Nullable
        public InetSocketAddress peer;

        public int userTimeout;
        public boolean keepAlive;

        public Socket(@Nullable FakeKernel owner) {
            this.owner = owner;
        }
    }

    public final Map<Integer, Socket> table = new HashMap<>();
    public int calls;
    public int duplicates;
    public int sessions;
    /** Runs just before a number is duplicated. */
    public Runnable beforeDuplicate = () -> {};

    private int next = 1000;

    /** A socket at this number that belongs to nobody in particular. */
    public Socket put(
            int number, @Nullable FakeKernel owner, InetSocketAddress local, @Nullable InetSocketAddress peer) {
        Socket socket = new Socket(owner);
        socket.local = local;
        socket.peer = peer;
        table.put(number, socket);
        return socket;
    }

    /** The sockets of an operating system of this name. */
    public LinuxSockets on(String osName) {
        return new LinuxSockets(osName, () -> SyscallTier.open(this::session), () -> true);
    }

    /** Linux on a JVM that prints a warning at the first system call. */
    public LinuxSockets withWarning() {
        return new LinuxSockets("Linux", () -> SyscallTier.open(() -> this), () -> false);
    }

    /** Linux on a JVM that denies system calls. */
    public static LinuxSockets denied() {
        return new LinuxSockets("Linux", () -> SyscallTier.closed("start it with --flag"), () -> true);
    }

    private Syscalls session() {
        sessions++;
        return this;
    }

    private Socket at(int number) throws SocketException {
        calls++;
        Socket socket = table.get(number);
        if (socket == null) {
            throw new SocketException("Bad file descriptor");
        }
        return socket;
    }

    @Override
    public int duplicate(int descriptor) {
        calls++;
        beforeDuplicate.run();
        Socket socket = table.get(descriptor);
        if (socket == null) {
            return NONE;
        }
        duplicates++;
        table.put(++next, socket);
        return next;
    }

    @Override
    public void release(int duplicate) {
        duplicates--;
        Objects.requireNonNull(table.remove(duplicate));
    }

    @Override
    public Match match(int descriptor, Endpoint local, @Nullable Endpoint peer) {
        calls++;
        Socket socket = table.get(descriptor);
        if (socket == null || !local.matches(Endpoint.of(socket.local))) {
            return Match.NO;
        }
        if (socket.peer == null) {
            return Match.LOCAL_END;
        }
        return peer != null && peer.matches(Endpoint.of(socket.peer)) ? Match.BOTH_ENDS : Match.NO;
    }

    @Override
    public int get(int descriptor, int level, int option) throws SocketException {
        Socket socket = at(descriptor);
        if (level == Linux.IPPROTO_TCP) {
            return socket.userTimeout;
        }
        if (option == Linux.SO_KEEPALIVE) {
            return socket.keepAlive ? 1 : 0;
        }
        FakeKernel owner = socket.owner;
        return owner != null && Boolean.TRUE.equals(owner.values.get(StandardSocketOptions.SO_REUSEADDR)) ? 1 : 0;
    }

    @Override
    public void set(int descriptor, int level, int option, int value) throws SocketException {
        Socket socket = at(descriptor);
        if (value < 0) {
            throw new SocketException("Invalid argument");
        }
        if (level == Linux.IPPROTO_TCP) {
            socket.userTimeout = value;
        } else {
            socket.keepAlive = value != 0;
        }
    }

    @Override
    public byte[] info(int descriptor) throws SocketException {
        at(descriptor);
        return new byte[] {1, 0, 0, 2};
    }

    @Override
    public void close() {
        sessions--;
    }
}

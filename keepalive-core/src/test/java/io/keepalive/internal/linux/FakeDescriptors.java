package io.keepalive.internal.linux;

import io.keepalive.KeepAliveOption;
import io.keepalive.socket.KeepAliveReport;
import io.keepalive.socket.KeepAliveReport.Entry;
import io.keepalive.socket.NativeSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A table of descriptors of {@link FakeKernel} sockets, with ends as told. */
final class FakeDescriptors implements Syscalls {
    /** What is behind a descriptor. */
    static final class Socket {
        final @Nullable FakeKernel owner;

        @Nullable
        Endpoint local;

        @Nullable
        Endpoint peer;

        int userTimeout;
        boolean keepAlive;

        Socket(@Nullable FakeKernel owner) {
            this.owner = owner;
        }
    }

    final Map<Integer, Socket> table = new HashMap<>();
    int calls;
    int duplicates;
    int sessions;
    /** Runs just before a number is duplicated. */
    Runnable beforeDuplicate = () -> {};

    private int next = 1000;

    /** A socket at this number that belongs to nobody in particular. */
    Socket put(int number, @Nullable FakeKernel owner, InetSocketAddress local, @Nullable InetSocketAddress peer) {
        Socket socket = new Socket(owner);
        socket.local = Endpoint.of(local);
        socket.peer = peer == null ? null : Endpoint.of(peer);
        table.put(number, socket);
        return socket;
    }

    /** Access to these descriptors from an operating system of this name. */
    NativeSocket<FakeKernel> access(FakeKernel kernel, String osName) {
        return new NativeSocket<>(kernel, new LinuxSockets(osName, () -> SyscallTier.open(this::session), () -> true));
    }

    static Entry userTimeout(KeepAliveReport report) {
        return report.entry(KeepAliveOption.TCP_USER_TIMEOUT);
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
        if (socket == null || !local.matches(Objects.requireNonNull(socket.local))) {
            return Match.NO;
        }
        if (socket.peer == null) {
            return Match.LOCAL_END;
        }
        return peer != null && peer.matches(socket.peer) ? Match.BOTH_ENDS : Match.NO;
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

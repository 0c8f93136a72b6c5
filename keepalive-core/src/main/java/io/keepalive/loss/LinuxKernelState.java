package io.keepalive.loss;

import io.keepalive.internal.CarryingSocket;
import io.keepalive.internal.JdkSocket;
import io.keepalive.internal.JdkSockets;
import io.keepalive.internal.linux.LinuxSockets;
import io.keepalive.internal.linux.ProcNetTcp;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What Linux says: by {@code TCP_INFO} where the JVM allows system calls without a warning, else by its list of
 * connections, which knows the state only. Elsewhere nothing. Looks once, when first asked. For one thread.
 */
final class LinuxKernelState<S> implements KernelState {
    private final JdkSocket<S> access;
    private final S socket;
    private final @Nullable SocketAddress local;
    private final @Nullable SocketAddress remote;
    private boolean looked;
    private @Nullable TcpInfo info;

    private LinuxKernelState(
            JdkSocket<S> access, S socket, @Nullable SocketAddress local, @Nullable SocketAddress remote) {
        this.access = access;
        this.socket = socket;
        this.local = local;
        this.remote = remote;
    }

    /** Of a socket that is still open on this side. */
    public static KernelState of(Socket socket) {
        CarryingSocket carrying = CarryingSocket.of(socket);
        if (!carrying.whyUnproven().isEmpty()) {
            return KernelState.NONE;
        }
        Socket found = carrying.socket();
        return new LinuxKernelState<>(
                JdkSockets.SOCKET, found, found.getLocalSocketAddress(), found.getRemoteSocketAddress());
    }

    /** Of a channel that is still open on this side. */
    public static KernelState of(SocketChannel channel) {
        // The channel's socket view still has the peer's address when the connection is dead.
        Socket socket = channel.socket();
        return new LinuxKernelState<NetworkChannel>(
                JdkSockets.CHANNEL, channel, socket.getLocalSocketAddress(), socket.getRemoteSocketAddress());
    }

    @Override
    public Optional<TcpInfo.State> state() {
        if (!access.isOpen(socket)) {
            return Optional.empty();
        }
        return info().map(TcpInfo::state).or(this::listedState);
    }

    /** A connection that died is not listed any more: the kernel lists what it still works on. */
    private Optional<TcpInfo.State> listedState() {
        return local instanceof InetSocketAddress here && remote instanceof InetSocketAddress there
                ? ProcNetTcp.read().flatMap(list -> stateIn(list, here, there))
                : Optional.empty();
    }

    /**
     * Behind a SOCKS proxy the kernel's peer is the proxy and Java's is the target: a connection of the same local end with
     * another peer may be this one, so that nothing can be said.
     */
    static Optional<TcpInfo.State> stateIn(ProcNetTcp list, InetSocketAddress here, InetSocketAddress there) {
        OptionalInt number = list.state(here, there);
        if (number.isPresent()) {
            return Optional.of(TcpInfo.State.of(number.getAsInt()));
        }
        return list.hasConnectionFrom(here) ? Optional.empty() : Optional.of(TcpInfo.State.CLOSE);
    }

    @Override
    public boolean isClosedHere() {
        return !access.isOpen(socket);
    }

    @Override
    public OptionalLong silenceMillis() {
        OptionalLong data = info().map(TcpInfo::lastDataReceivedMillis).orElse(OptionalLong.empty());
        OptionalLong ack = info().map(TcpInfo::lastAckReceivedMillis).orElse(OptionalLong.empty());
        return data.isPresent() && ack.isPresent()
                ? OptionalLong.of(Math.min(data.getAsLong(), ack.getAsLong()))
                : OptionalLong.empty();
    }

    private Optional<TcpInfo> info() {
        if (!looked) {
            looked = true;
            info = LinuxSockets.SYSTEM
                    .quietInfo(access, socket)
                    .map(TcpInfo::new)
                    .orElse(null);
        }
        return Optional.ofNullable(info);
    }
}

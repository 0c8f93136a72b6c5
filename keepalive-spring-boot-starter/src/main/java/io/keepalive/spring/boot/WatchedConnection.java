package io.keepalive.spring.boot;

import io.keepalive.loss.TcpInfo;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is looked at from time to time. It may not be connected yet, and may be collected meanwhile.
 *
 * @param <S> the kind of socket
 * @param reference the socket
 * @param open whether it is open
 * @param peer its peer, or null
 * @param kernel what the kernel knows about it
 */
record WatchedConnection<S>(
        WeakReference<S> reference,
        Predicate<S> open,
        Function<S, @Nullable SocketAddress> peer,
        Function<S, Optional<TcpInfo>> kernel) {

    static WatchedConnection<Socket> of(Socket socket) {
        return new WatchedConnection<>(
                new WeakReference<>(socket),
                current -> !current.isClosed(),
                Socket::getRemoteSocketAddress,
                TcpInfo::of);
    }

    static WatchedConnection<SocketChannel> of(SocketChannel channel) {
        return new WatchedConnection<>(
                new WeakReference<>(channel), SocketChannel::isOpen, WatchedConnection::peerOf, TcpInfo::of);
    }

    private static @Nullable SocketAddress peerOf(SocketChannel channel) {
        try {
            return channel.getRemoteAddress();
        } catch (IOException e) {
            return null; // closed meanwhile
        }
    }

    boolean isOpen() {
        S socket = reference.get();
        return socket != null && open.test(socket);
    }

    /** Host and port of its peer, without a look-up of names; null if it is not connected. */
    @Nullable
    String destination() {
        S socket = reference.get();
        return socket != null && peer.apply(socket) instanceof InetSocketAddress address
                ? address.getHostString() + ":" + address.getPort()
                : null;
    }

    Optional<TcpInfo> info() {
        S socket = reference.get();
        return socket == null ? Optional.empty() : kernel.apply(socket);
    }
}

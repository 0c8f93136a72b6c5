package io.keepalive;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * What the kernel says about a connection on which a call has just failed.
 *
 * @param state its state; {@link TcpState#CLOSE} for one that the kernel has given up
 * @param source where that was read, for people
 */
record KernelView(TcpState state, String source) {

    /** Looks at a socket that is still open on this side; empty if it is not, or where there is nothing to see. */
    static Optional<KernelView> of(Socket socket) {
        return socket.isClosed()
                ? Optional.empty()
                : of(socket.getLocalSocketAddress(), socket.getRemoteSocketAddress());
    }

    /** Looks at a channel that is still open on this side; empty if it is not, or where there is nothing to see. */
    static Optional<KernelView> of(SocketChannel channel) {
        return of(channel.socket());
    }

    private static Optional<KernelView> of(SocketAddress local, SocketAddress remote) {
        if (local instanceof InetSocketAddress here && remote instanceof InetSocketAddress there) {
            // A connection that died is not listed any more: the kernel keeps listed what it still works on.
            return ProcNetTcp.read()
                    .map(list -> new KernelView(list.state(here, there).orElse(TcpState.CLOSE), "/proc/self/net/tcp"));
        }
        return Optional.empty();
    }
}

package io.keepalive.cli.doctor;

import io.keepalive.cli.doctor.ConnectionFacts.LocalEnd;
import io.keepalive.cli.linux.IpEndpoint;
import io.keepalive.cli.linux.SocketOwners.Owner;
import io.keepalive.cli.linux.TcpSocket;
import io.keepalive.cli.linux.TcpState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the connections that end on this machine: to a loopback address, or with the other end in the same list. The two
 * ends of a redirected connection (nftables {@code redirect}, as service meshes use it) disagree about the address of the
 * accepting side; the connecting side's address is the same at both.
 */
final class LocalEnds {
    private final Function<TcpSocket, List<Owner>> owners;
    private final Map<IpEndpoint, TcpSocket> byLocal = new HashMap<>();
    private final Map<IpEndpoint, TcpSocket> byRemote = new HashMap<>();

    /** By process: connections that leave the machine. */
    private final Map<Long, Integer> onward = new HashMap<>();

    /**
     * Takes the sockets of one network namespace.
     *
     * @param owners who holds a socket
     */
    LocalEnds(List<TcpSocket> sockets, Function<TcpSocket, List<Owner>> owners) {
        this.owners = owners;
        for (TcpSocket socket : sockets) {
            if (isConnection(socket)) {
                byLocal.merge(socket.local().unmapped(), socket, LocalEnds::youngest);
                byRemote.merge(socket.remote().unmapped(), socket, LocalEnds::youngest);
            }
        }
        for (TcpSocket socket : sockets) {
            if (isConnection(socket) && !socket.remote().isLoopback() && otherEnd(socket) == null) {
                for (Owner owner : owners.apply(socket)) {
                    onward.merge(owner.pid(), 1, Integer::sum);
                }
            }
        }
    }

    /** Null if the connection leaves the machine. */
    @Nullable LocalEnd of(TcpSocket socket) {
        TcpSocket other = isConnection(socket) ? otherEnd(socket) : null;
        if (other == null) {
            return isConnection(socket) && socket.remote().isLoopback() ? new LocalEnd(null, false, 0) : null;
        }
        Owner owner = owners.apply(other).stream().findFirst().orElse(null);
        return new LocalEnd(
                owner, !areEnds(socket, other), owner == null ? 0 : onward.getOrDefault(owner.pid(), 0));
    }

    /** The socket that names this one's local address as its peer, or that this one names as its peer. */
    private @Nullable TcpSocket otherEnd(TcpSocket socket) {
        TcpSocket accepted = byRemote.get(socket.local().unmapped());
        return accepted != null ? accepted : byLocal.get(socket.remote().unmapped());
    }

    private static boolean areEnds(TcpSocket one, TcpSocket other) {
        return one.local().unmapped().equals(other.remote().unmapped())
                && one.remote().unmapped().equals(other.local().unmapped());
    }

    private static boolean isConnection(TcpSocket socket) {
        return socket.state() == TcpState.ESTABLISHED || socket.state() == TcpState.CLOSE_WAIT;
    }

    /** A higher cookie is a later socket. */
    private static TcpSocket youngest(TcpSocket one, TcpSocket other) {
        return Long.compareUnsigned(one.cookie(), other.cookie()) >= 0 ? one : other;
    }
}

package io.keepalive.cli.doctor;

import io.keepalive.cli.doctor.ConnectionFacts.LocalEnd;
import io.keepalive.cli.linux.IpEndpoint;
import io.keepalive.cli.linux.SocketOwners.Owner;
import io.keepalive.cli.linux.TcpSocket;
import io.keepalive.cli.linux.TcpSocket.Ends;
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
    private final Map<Ends, TcpSocket> byEnds = new HashMap<>();

    /** Those whose other end is not in the list as they name it. */
    private final Map<IpEndpoint, TcpSocket> loneByLocal = new HashMap<>();

    private final Map<IpEndpoint, TcpSocket> loneByRemote = new HashMap<>();

    /** By process: connections that leave the machine. */
    private final Map<Long, Integer> onward = new HashMap<>();

    /**
     * Takes the sockets of one network namespace.
     *
     * @param owners who holds a socket
     */
    LocalEnds(List<TcpSocket> sockets, Function<TcpSocket, List<Owner>> owners) {
        this.owners = owners;
        List<TcpSocket> connections =
                sockets.stream().filter(LocalEnds::isConnection).toList();
        for (TcpSocket socket : connections) {
            byEnds.put(ends(socket.local(), socket.remote()), socket);
        }
        for (TcpSocket socket : connections) {
            if (exactOtherEnd(socket) == null) {
                loneByLocal.merge(socket.local().unmapped(), socket, LocalEnds::youngest);
                loneByRemote.merge(socket.remote().unmapped(), socket, LocalEnds::youngest);
            }
        }
        for (TcpSocket socket : connections) {
            if (!socket.remote().isLoopback() && otherEnd(socket) == null) {
                for (Owner owner : owners.apply(socket)) {
                    onward.merge(owner.pid(), 1, Integer::sum);
                }
            }
        }
    }

    /** Null if the connection leaves the machine. */
    @Nullable
    LocalEnd of(TcpSocket socket) {
        TcpSocket other = isConnection(socket) ? otherEnd(socket) : null;
        if (other == null) {
            return isConnection(socket) && socket.remote().isLoopback() ? new LocalEnd(null, false, 0) : null;
        }
        Owner owner = owners.apply(other).stream().findFirst().orElse(null);
        return new LocalEnd(
                owner, exactOtherEnd(socket) == null, owner == null ? 0 : onward.getOrDefault(owner.pid(), 0));
    }

    /** The exact other end, otherwise one that a redirection separates: it names this end's address, or this one names it. */
    private @Nullable TcpSocket otherEnd(TcpSocket socket) {
        TcpSocket exact = exactOtherEnd(socket);
        if (exact != null) {
            return exact;
        }
        TcpSocket accepted = loneByRemote.get(socket.local().unmapped());
        return accepted != null ? accepted : loneByLocal.get(socket.remote().unmapped());
    }

    @SuppressWarnings("ArgumentSelectionDefectChecker") // the other end has them the other way round
    private @Nullable TcpSocket exactOtherEnd(TcpSocket socket) {
        return byEnds.get(ends(socket.remote(), socket.local()));
    }

    private static Ends ends(IpEndpoint local, IpEndpoint remote) {
        return new Ends(local.unmapped(), remote.unmapped());
    }

    private static boolean isConnection(TcpSocket socket) {
        return socket.state() == TcpState.ESTABLISHED || socket.state() == TcpState.CLOSE_WAIT;
    }

    /** A higher cookie is a later socket. */
    private static TcpSocket youngest(TcpSocket one, TcpSocket other) {
        return Long.compareUnsigned(one.cookie(), other.cookie()) >= 0 ? one : other;
    }
}

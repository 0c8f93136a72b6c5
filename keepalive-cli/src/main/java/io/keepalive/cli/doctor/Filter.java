package io.keepalive.cli.doctor;

import io.keepalive.cli.linux.SocketOwners.Owner;
import io.keepalive.cli.linux.TcpSocket;
import io.keepalive.cli.option.CidrBlock;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which sockets are wanted; all conditions must hold.
 *
 * @param pids empty for all
 * @param port of either end; null for all
 * @param remote null for all
 */
record Filter(
        Set<Long> pids, @Nullable Integer port, @Nullable CidrBlock remote) {

    boolean takes(TcpSocket socket, List<Owner> owners) {
        return takesOwners(owners)
                && (port == null
                        || socket.local().port() == port
                        || socket.remote().port() == port)
                && (remote == null || remote.contains(socket.remote().address()));
    }

    /** A listener has no remote end. */
    boolean takesListener(TcpSocket socket, List<Owner> owners) {
        return takesOwners(owners) && (port == null || socket.local().port() == port) && remote == null;
    }

    private boolean takesOwners(List<Owner> owners) {
        return pids.isEmpty() || owners.stream().anyMatch(owner -> pids.contains(owner.pid()));
    }
}

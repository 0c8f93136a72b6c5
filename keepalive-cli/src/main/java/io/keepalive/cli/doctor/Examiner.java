package io.keepalive.cli.doctor;

import io.keepalive.cli.linux.Errno;
import io.keepalive.cli.linux.ErrnoException;
import io.keepalive.cli.linux.NamespaceSockets;
import io.keepalive.cli.linux.NetworkNamespace;
import io.keepalive.cli.linux.RemoteSockets;
import io.keepalive.cli.linux.SockDiag;
import io.keepalive.cli.linux.SocketOptions;
import io.keepalive.cli.linux.SocketOwners;
import io.keepalive.cli.linux.SocketOwners.Owner;
import io.keepalive.cli.linux.SystemCallAccess;
import io.keepalive.cli.linux.TcpSocket;
import io.keepalive.cli.linux.TcpState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects the facts about every wanted socket and has them judged. Changes nothing. */
final class Examiner {
    private final SystemCallAccess access;
    private final PathGoal path;
    private final Filter filter;
    private final SocketOwners owners;
    private final Set<String> limitations = new LinkedHashSet<>();
    private final List<Judged> connections = new ArrayList<>();
    private final List<ListenerFacts> listeners = new ArrayList<>();

    Examiner(SystemCallAccess access, PathGoal path, Filter filter, SocketOwners owners) {
        this.access = access;
        this.path = path;
        this.filter = filter;
        this.owners = owners;
    }

    Examination examine(List<NetworkNamespace> namespaces) throws IOException {
        long own = NetworkNamespace.own().inode();
        List<NamespaceSockets> seen = new ArrayList<>();
        try (RemoteSockets remote = remoteSockets()) {
            for (NetworkNamespace namespace : namespaces) {
                try {
                    NamespaceSockets sockets = NamespaceSockets.list(
                            access, namespace, namespace.inode() == own, SockDiag.ALL_STATES, true);
                    seen.add(sockets);
                    examine(sockets, remote);
                } catch (IOException e) {
                    limitations.add("network namespace " + namespace.label() + ": not seen, " + e.getMessage());
                }
            }
        }
        limitations(seen);
        connections.sort(Comparator.<Judged, Verdict>comparing(
                        judged -> judged.diagnosis().verdict())
                .thenComparingLong(judged -> judged.diagnosis().endsInMillis().orElse(Long.MAX_VALUE)));
        return new Examination(path, connections, listeners, seen, List.copyOf(limitations));
    }

    private @Nullable RemoteSockets remoteSockets() {
        return access.optional().map(RemoteSockets::new).orElse(null);
    }

    private void examine(NamespaceSockets seen, @Nullable RemoteSockets remote) {
        LocalEnds localEnds = new LocalEnds(seen.sockets(), owners::of);
        Map<Integer, int[]> children = new HashMap<>();
        for (TcpSocket socket : seen.sockets()) {
            if (socket.state() == TcpState.LISTEN) {
                children.put(socket.local().port(), new int[2]);
            }
        }
        for (TcpSocket socket : seen.sockets()) {
            if (socket.state() == TcpState.LISTEN || socket.state() == TcpState.CLOSE) {
                continue;
            }
            List<Owner> holders = owners.of(socket);
            int[] family = children.get(socket.local().port());
            boolean isTaken = filter.takes(socket, holders);
            if (!isTaken && family == null) {
                continue;
            }
            SocketOptions options = isTaken ? options(socket, holders, remote) : null;
            ConnectionFacts facts = new ConnectionFacts(socket, holders, options, localEnds.of(socket));
            if (family != null && socket.state() == TcpState.ESTABLISHED) {
                family[0]++;
                family[1] += facts.keepAlive().orElse(false) ? 1 : 0;
            }
            if (isTaken) {
                connections.add(new Judged(
                        facts,
                        VerdictRules.judge(facts, path, seen.settings()),
                        family == null ? null : socket.local().port(),
                        seen));
            }
        }
        for (TcpSocket socket : seen.sockets()) {
            List<Owner> holders = owners.of(socket);
            if (socket.state() == TcpState.LISTEN && filter.takesListener(socket, holders)) {
                int[] family = children.getOrDefault(socket.local().port(), new int[2]);
                SocketOptions options = options(socket, holders, remote);
                listeners.add(new ListenerFacts(seen, socket, holders, options, family[0], family[1]));
            }
        }
    }

    /** Null if they can't be read; a socket that is closed meanwhile counts as such. */
    private @Nullable SocketOptions options(TcpSocket socket, List<Owner> holders, @Nullable RemoteSockets remote) {
        if (remote == null || holders.isEmpty()) {
            return null;
        }
        try {
            return remote.with(holders.get(0), socket.inode(), SocketOptions::read);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EBADF && e.errno() != Errno.ESRCH) {
                limitations.add("options: " + e.getMessage()
                        + ", so idle time, interval, count and user timeout are not shown (expected: the same user, or"
                        + " CAP_SYS_PTRACE; run as root)");
            }
            return null;
        }
    }

    private void limitations(List<NamespaceSockets> seen) {
        for (NamespaceSockets sockets : seen) {
            if (sockets.limitation() != null) {
                limitations.add(
                        "from /proc alone, without silence, proof of life and options: " + sockets.limitation());
            }
        }
        long hidden = connections.stream()
                .filter(judged -> judged.facts().owners().isEmpty()
                        && judged.facts().socket().inode() != 0)
                .count();
        if (hidden > 0 && owners.hiddenProcesses() > 0) {
            limitations.add("processes: that of " + Words.count(hidden, "connection")
                    + " not shown, since it is another user's (expected: CAP_SYS_PTRACE; run as root)");
        }
    }
}

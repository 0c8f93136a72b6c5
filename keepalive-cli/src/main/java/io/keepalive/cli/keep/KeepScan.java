package io.keepalive.cli.keep;

import io.keepalive.cli.linux.NetworkNamespace;
import io.keepalive.cli.linux.RemoteSockets;
import io.keepalive.cli.linux.SocketOwners;
import io.keepalive.cli.linux.SocketOwners.Owner;
import io.keepalive.cli.linux.SystemCalls;
import io.keepalive.cli.linux.TcpSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/** Finds new connections in all namespaces, looks up who holds them, and has them kept. For one thread. */
final class KeepScan implements AutoCloseable {
    /** A holder that is not found may just be starting: a descriptor on its way to another process has none. */
    private static final int TRIES = 3;

    private final SystemCalls calls;
    private final Map<Long, ConnectionSource> sources = new LinkedHashMap<>();
    private final List<Pending> pending = new ArrayList<>();
    private final Set<Long> likely = new LinkedHashSet<>();

    /** A connection whose holder is not known yet. */
    private record Pending(Target target, int tries) {}

    KeepScan(SystemCalls calls) {
        this.calls = calls;
    }

    /** Watches these namespaces from now on, and no others. */
    void watch(Collection<NetworkNamespace> namespaces) {
        Set<Long> wanted = new HashSet<>();
        for (NetworkNamespace namespace : namespaces) {
            wanted.add(namespace.inode());
            if (!sources.containsKey(namespace.inode())) {
                try {
                    sources.put(namespace.inode(), ConnectionSource.open(calls, namespace));
                } catch (IOException e) {
                    // The last process of that namespace has just ended, or it may not be entered and has none.
                }
            }
        }
        sources.values().removeIf(source -> {
            boolean isGone = !wanted.contains(source.namespace().inode());
            if (isGone) {
                source.close();
            }
            return isGone;
        });
    }

    /**
     * Handles the connections that are new since the last scan.
     *
     * @param work what to do with one
     * @param isLast whether there is no later scan at which a missing holder may be found
     */
    List<KeepResult> run(Selection selection, BiFunction<RemoteSockets, Target, KeepResult> work, boolean isLast)
            throws IOException {
        List<Pending> found = new ArrayList<>();
        for (Pending each : pending) {
            ConnectionSource source = sources.get(each.target().namespace().inode());
            if (source != null) {
                found.add(each);
            }
        }
        pending.clear();
        boolean needsDump = isLast || !found.isEmpty();
        sources.values().removeIf(source -> {
            try {
                for (TcpSocket socket : source.scan(selection, needsDump)) {
                    found.add(new Pending(new Target(source.namespace(), source.settings(), socket, null), 0));
                }
                return false;
            } catch (IOException e) {
                source.close(); // the process behind /proc/PID has ended; watch() finds another one
                return true;
            }
        });
        return found.isEmpty() ? List.of() : handle(found, selection, work, isLast);
    }

    private List<KeepResult> handle(
            List<Pending> found,
            Selection selection,
            BiFunction<RemoteSockets, Target, KeepResult> work,
            boolean isLast)
            throws IOException {
        SocketOwners owners = owners(found, selection);
        List<KeepResult> results = new ArrayList<>(found.size());
        try (RemoteSockets remote = new RemoteSockets(calls)) {
            for (Pending each : found) {
                Target target = each.target();
                List<Owner> holders = owners.of(target.socket());
                Owner holder = selection.holder(holders);
                if (holder != null) {
                    likely.add(holder.pid());
                } else if (!holders.isEmpty() || !isOpen(target)) {
                    continue; // another connection's, or closed
                } else if (!isLast && each.tries() + 1 < TRIES) {
                    pending.add(new Pending(target, each.tries() + 1));
                    continue;
                } else if (selection.needsHolder()) {
                    continue; // most likely not one of those that are wanted
                }
                results.add(
                        work.apply(remote, new Target(target.namespace(), target.settings(), target.socket(), holder)));
            }
        }
        return results;
    }

    private SocketOwners owners(List<Pending> found, Selection selection) throws IOException {
        if (!selection.pids().isEmpty()) {
            return SocketOwners.of(selection.pids());
        }
        if (selection.needsHolder()) {
            return SocketOwners.scan();
        }
        Set<Long> inodes = new HashSet<>();
        found.forEach(each -> inodes.add(each.target().socket().inode()));
        return SocketOwners.find(inodes, likely);
    }

    /** Whether a socket is still open. */
    boolean isOpen(long namespace, long id) {
        ConnectionSource source = sources.get(namespace);
        return source != null && source.isOpen(id);
    }

    private boolean isOpen(Target target) {
        return isOpen(target.namespace().inode(), target.id());
    }

    /** Whether this namespace is looked at. */
    boolean watches(long namespace) {
        return sources.containsKey(namespace);
    }

    /** How many connections there were at the last scan. */
    int connections() {
        return sources.values().stream().mapToInt(ConnectionSource::size).sum();
    }

    /** Forgets processes that ended, so that the list of those to look at first stays short. */
    void forgetProcesses() {
        likely.clear();
    }

    @Override
    public void close() {
        sources.values().forEach(ConnectionSource::close);
        sources.clear();
    }
}

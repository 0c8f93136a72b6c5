package io.keepalive.cli.watch;

import io.keepalive.cli.linux.ErrnoException;
import io.keepalive.cli.linux.SocketOwners;
import io.keepalive.cli.linux.SystemCalls;
import java.io.File;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which process holds which socket. Scans {@code /proc} only for sockets that are new, and spends at most a fixed share of
 * the time on it: where there are too many descriptors for that, some connections end before their process is known.
 */
final class OwnerIndex {
    /** What a process and a descriptor cost to look at, about; a wall clock would count other programs, too. */
    private static final long PROCESS_NANOS = 20_000;

    private static final long DESCRIPTOR_NANOS = 3_000;

    /** The share of the time that scans may take, as its reciprocal. */
    private static final long REST_PER_COST = 250;

    /** Scans may follow each other for this long nevertheless. */
    private static final long CREDIT_NANOS = 40_000_000;

    private static final String PREFIX = "socket:[";

    private final SystemCalls calls;
    private long creditNanos = CREDIT_NANOS;
    private long lastNanos;

    OwnerIndex(SystemCalls calls, long nowNanos) {
        this.calls = calls;
        this.lastNanos = nowNanos;
    }

    /** A process that holds a socket. */
    record Owner(long pid, String program) {}

    /**
     * Looks for the holders of sockets.
     *
     * @return by inode; empty if it is too early for another scan
     */
    Map<Long, Owner> find(Collection<Long> inodes, long nowNanos) {
        creditNanos = Math.min(CREDIT_NANOS, creditNanos + (nowNanos - lastNanos) / REST_PER_COST);
        lastNanos = nowNanos;
        if (creditNanos <= 0 || inodes.isEmpty()) {
            return Map.of();
        }
        Map<Long, Owner> owners = new HashMap<>();
        for (String pid : processes()) {
            scan(pid, inodes, owners);
            if (owners.size() == inodes.size()) {
                break;
            }
        }
        return owners;
    }

    /** The youngest first: new connections are more often theirs. */
    private static List<String> processes() {
        String[] names = new File("/proc").list((folder, name) -> Character.isDigit(name.charAt(0)));
        List<String> pids = new ArrayList<>(names == null ? List.of() : List.of(names));
        pids.sort((a, b) -> Long.compare(Long.parseLong(b), Long.parseLong(a)));
        return pids;
    }

    private void scan(String pid, Collection<Long> wanted, Map<Long, Owner> owners) {
        String folder = "/proc/" + pid + "/fd";
        String[] descriptors = new File(folder).list(); // null for processes of others
        creditNanos -= PROCESS_NANOS + (descriptors == null ? 0 : descriptors.length * DESCRIPTOR_NANOS);
        if (descriptors == null) {
            return;
        }
        @Nullable Owner owner = null;
        for (String descriptor : descriptors) {
            long inode = inode(folder + '/' + descriptor);
            if (inode >= 0 && wanted.contains(inode) && !owners.containsKey(inode)) {
                if (owner == null) {
                    owner = new Owner(Long.parseLong(pid), SocketOwners.program(Long.parseLong(pid)));
                }
                owners.put(inode, owner);
            }
        }
    }

    private long inode(String link) {
        try {
            String target = calls.readLink(link);
            return target.startsWith(PREFIX) ? Long.parseLong(target, PREFIX.length(), target.length() - 1, 10) : -1;
        } catch (ErrnoException e) {
            return -1; // closed meanwhile
        }
    }
}

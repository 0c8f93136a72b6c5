package io.keepalive.cli.linux;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which process holds which socket, by the links in {@code /proc/PID/fd}. Shows the processes of this user; with
 * CAP_SYS_PTRACE all.
 */
public final class SocketOwners {
    private static final String PREFIX = "socket:[";

    private final Map<Long, List<Owner>> byInode = new HashMap<>();

    /** Null where {@code /proc} has to be read without system calls of our own, an object for each descriptor. */
    private final @Nullable SocketDescriptors descriptors =
            SystemCallAccess.find().optional().map(SocketDescriptors::new).orElse(null);

    private int hiddenProcesses;

    /**
     * A process and its descriptor of a socket.
     *
     * @param program the process's name, {@code /proc/PID/comm}
     */
    public record Owner(long pid, int descriptor, String program) {}

    private SocketOwners() {}

    /** Looks at all processes that this process may look into. */
    public static SocketOwners scan() throws IOException {
        return of(processes());
    }

    /** Looks at some processes. */
    public static SocketOwners of(Collection<Long> pids) {
        SocketOwners owners = new SocketOwners();
        pids.forEach(owners::add);
        return owners;
    }

    /**
     * Looks for one holder of each of some sockets and stops when all are found.
     *
     * @param likely the processes to look at first
     */
    public static SocketOwners find(Set<Long> inodes, Collection<Long> likely) throws IOException {
        SocketOwners owners = new SocketOwners();
        Set<Long> order = new LinkedHashSet<>(likely);
        order.addAll(processes());
        for (long pid : order) {
            owners.add(pid);
            if (owners.byInode.keySet().containsAll(inodes)) {
                break;
            }
        }
        return owners;
    }

    /** The processes of this pid namespace, in ascending order. */
    public static List<Long> processes() throws IOException {
        List<Long> pids = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path entry : entries) {
                pids.add(Long.parseLong(entry.getFileName().toString()));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        pids.sort(null);
        return pids;
    }

    /** The program of a process; its pid in words if it has gone. */
    public static String program(long pid) {
        try {
            return ProcFiles.firstLine(Path.of("/proc/" + pid + "/comm"));
        } catch (IOException e) {
            return "pid " + pid;
        }
    }

    /** The holders of a socket, lowest pid first; empty if none is known. */
    public List<Owner> of(TcpSocket socket) {
        return ofInode(socket.inode());
    }

    /** The holders of the socket with this inode. */
    public List<Owner> ofInode(long inode) {
        return byInode.getOrDefault(inode, List.of());
    }

    /** How many processes this process may not look into. */
    public int hiddenProcesses() {
        return hiddenProcesses;
    }

    private void add(long pid) {
        if (!scan(pid)) {
            hiddenProcesses++;
        }
    }

    /** False if the descriptors may not be read; true also of a process that ends meanwhile. */
    private boolean scan(long pid) {
        Holder holder = new Holder(pid);
        if (descriptors != null) {
            try {
                descriptors.list(pid, holder::add);
                return true;
            } catch (ErrnoException e) {
                return e.errno() != Errno.EACCES && e.errno() != Errno.EPERM;
            }
        }
        Path process = Path.of("/proc/" + pid);
        try (DirectoryStream<Path> links = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path link : links) {
                long inode = inode(link);
                if (inode >= 0) {
                    holder.add(Integer.parseInt(link.getFileName().toString()), inode);
                }
            }
            return true;
        } catch (IOException | DirectoryIteratorException e) {
            return !Files.exists(process);
        }
    }

    /** A process whose name is looked up once it holds a socket. */
    private final class Holder {
        private final long pid;
        private @Nullable String program;

        Holder(long pid) {
            this.pid = pid;
        }

        void add(int descriptor, long inode) {
            String name = program;
            if (name == null) {
                name = program(pid);
                program = name;
            }
            Owner owner = new Owner(pid, descriptor, name);
            List<Owner> others = byInode.putIfAbsent(inode, List.of(owner));
            if (others != null) {
                List<Owner> all = new ArrayList<>(others);
                all.add(owner);
                byInode.put(inode, all);
            }
        }
    }

    /** Of a socket; negative for everything else. */
    private static long inode(Path link) {
        try {
            String target = Files.readSymbolicLink(link).toString();
            return target.startsWith(PREFIX) && target.endsWith("]")
                    ? Long.parseLong(target, PREFIX.length(), target.length() - 1, 10)
                    : -1;
        } catch (IOException e) {
            return -1; // closed meanwhile
        }
    }
}

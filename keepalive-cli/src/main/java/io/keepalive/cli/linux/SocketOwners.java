package io.keepalive.cli.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which process holds which socket, by the links in {@code /proc/PID/fd}. Shows the processes of this user; with
 * CAP_SYS_PTRACE all.
 */
public final class SocketOwners {
    private static final String PREFIX = "socket:[";

    private final Map<Long, List<Owner>> byInode;
    private final int hiddenProcesses;

    /**
     * A process and its descriptor of a socket.
     *
     * @param program the process's name, {@code /proc/PID/comm}
     */
    public record Owner(long pid, int descriptor, String program) {}

    private SocketOwners(Map<Long, List<Owner>> byInode, int hiddenProcesses) {
        this.byInode = byInode;
        this.hiddenProcesses = hiddenProcesses;
    }

    /** Looks at all processes that this process may look into. */
    public static SocketOwners scan() throws IOException {
        Map<Long, List<Owner>> owners = new HashMap<>();
        int hidden = 0;
        for (long pid : processes()) {
            if (!scan(pid, owners)) {
                hidden++;
            }
        }
        return new SocketOwners(owners, hidden);
    }

    /** Looks at one process. */
    public static SocketOwners of(long pid) {
        Map<Long, List<Owner>> owners = new HashMap<>();
        boolean readable = scan(pid, owners);
        return new SocketOwners(owners, readable ? 0 : 1);
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
            return Files.readString(Path.of("/proc/" + pid + "/comm"), StandardCharsets.UTF_8)
                    .strip();
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

    /** False if the descriptors may not be read; true also of a process that ends meanwhile. */
    private static boolean scan(long pid, Map<Long, List<Owner>> owners) {
        Path process = Path.of("/proc/" + pid);
        String program = null;
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                long inode = inode(descriptor);
                if (inode < 0) {
                    continue;
                }
                if (program == null) {
                    program = program(pid);
                }
                int number = Integer.parseInt(descriptor.getFileName().toString());
                owners.computeIfAbsent(inode, key -> new ArrayList<>(1)).add(new Owner(pid, number, program));
            }
            return true;
        } catch (IOException | DirectoryIteratorException e) {
            return !Files.exists(process);
        }
    }

    /** Of a socket; negative for everything else. */
    private static long inode(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith(PREFIX) && target.endsWith("]")
                    ? Long.parseLong(target, PREFIX.length(), target.length() - 1, 10)
                    : -1;
        } catch (IOException e) {
            return -1; // closed meanwhile
        }
    }
}

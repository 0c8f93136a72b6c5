package io.keepalive.cli.linux;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds network namespaces. */
public final class Namespaces {
    private static final Path NAMED = Path.of("/run/netns");

    private Namespaces() {}

    /**
     * Those that a command looks at by default: in the machine's or container's main namespace, which is that of
     * its first process, all that can be seen; inside another one, entered by {@code nsenter} or {@code ip netns exec}, that
     * one.
     */
    public static List<NetworkNamespace> ofThisMachine() throws IOException {
        NetworkNamespace own = NetworkNamespace.own();
        for (long pid : SocketOwners.processes()) {
            try {
                return NetworkNamespace.ofProcess(pid).inode() == own.inode() ? all() : List.of(own);
            } catch (IOException e) {
                // An ordinary user may not look at process 1, nor may root in some containers: the next one, then.
            }
        }
        return List.of(own);
    }

    /** Every namespace that a visible process lives in or that {@code ip netns} has named; that of this process first. */
    public static List<NetworkNamespace> all() throws IOException {
        Map<Long, NetworkNamespace> found = new LinkedHashMap<>();
        NetworkNamespace own = NetworkNamespace.own();
        found.put(own.inode(), own);
        named().forEach(namespace -> found.putIfAbsent(namespace.inode(), namespace));
        for (long pid : SocketOwners.processes()) {
            try {
                NetworkNamespace namespace = NetworkNamespace.ofProcess(pid);
                found.putIfAbsent(namespace.inode(), namespace);
            } catch (IOException e) {
                // gone, or another user's
            }
        }
        return new ArrayList<>(found.values());
    }

    /**
     * Those that some processes live in.
     *
     * @throws IOException if one of them has gone or may not be looked into
     */
    public static List<NetworkNamespace> ofProcesses(Collection<Long> pids) throws IOException {
        Map<Long, NetworkNamespace> found = new LinkedHashMap<>();
        for (long pid : pids) {
            if (!Files.exists(Path.of("/proc/" + pid))) {
                throw new IOException("pid: " + pid + " (expected: a running process)");
            }
            NetworkNamespace namespace = NetworkNamespace.ofProcess(pid);
            found.putIfAbsent(namespace.inode(), namespace);
        }
        return new ArrayList<>(found.values());
    }

    /**
     * Reads a user's word for a namespace.
     *
     * @param text {@code self}, {@code all}, a pid, a name of {@code ip netns}, or a path
     */
    public static List<NetworkNamespace> parse(String text) throws IOException {
        if (text.equals("all")) {
            return all();
        }
        if (text.equals("self")) {
            return List.of(NetworkNamespace.own());
        }
        if (text.chars().allMatch(Character::isDigit) && !text.isEmpty()) {
            return List.of(NetworkNamespace.ofProcess(Long.parseLong(text)));
        }
        Path path = text.indexOf('/') >= 0 ? Path.of(text) : NAMED.resolve(text);
        if (!Files.exists(path)) {
            throw new IOException("network namespace: '" + text
                    + "' (expected: self, all, a pid, a name that ip netns lists, or a path such as /proc/PID/ns/net)");
        }
        return List.of(NetworkNamespace.of(path));
    }

    private static List<NetworkNamespace> named() {
        List<NetworkNamespace> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(NAMED)) {
            for (Path file : files) {
                found.add(NetworkNamespace.of(file));
            }
        } catch (NotDirectoryException | NoSuchFileException e) {
            // ip netns was never used
        } catch (IOException | DirectoryIteratorException e) {
            // what can't be read can't be entered either
        }
        return found;
    }
}

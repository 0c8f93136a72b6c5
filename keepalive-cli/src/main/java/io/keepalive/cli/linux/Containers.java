package io.keepalive.cli.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/** Finds the processes of a container by its id, which runtimes put into the names of control groups. */
public final class Containers {
    private static final int SHORTEST_ID = 6;

    private Containers() {}

    /**
     * The processes in a control group whose path holds the id.
     *
     * @param id at least the beginning that {@code docker ps} or {@code crictl ps} shows
     * @throws IOException if there are none
     */
    public static Set<Long> processes(String id) throws IOException {
        if (id.length() < SHORTEST_ID) {
            throw new IOException(
                    "container: '" + id + "' (expected: an id of at least " + SHORTEST_ID + " characters)");
        }
        Set<Long> found = new LinkedHashSet<>();
        for (long pid : SocketOwners.processes()) {
            try {
                if (Files.readString(Path.of("/proc/" + pid + "/cgroup")).contains(id)) {
                    found.add(pid);
                }
            } catch (IOException e) {
                // gone
            }
        }
        if (found.isEmpty()) {
            throw new IOException("container: '" + id
                    + "' (expected: the id that docker ps or crictl ps shows, run on the container's host)");
        }
        return found;
    }
}

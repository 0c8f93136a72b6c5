package io.keepalive.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Whether another process sees other files: attaching hands over files by their names. Linux only. */
final class MountNamespace {
    private MountNamespace() {}

    /** Returns what to do if the process is in another mount namespace; empty if it is not, or if that is not known. */
    static Optional<String> hint(String pid) {
        try {
            Path ours = Files.readSymbolicLink(Path.of("/proc/self/ns/mnt"));
            Path theirs = Files.readSymbolicLink(Path.of("/proc", pid, "ns", "mnt"));
            return ours.equals(theirs)
                    ? Optional.empty()
                    : Optional.of(" (" + pid + " is in another mount namespace, a container for example, and sees other"
                            + " files: copy the agent's jar into it and attach from inside, for example"
                            + " 'nsenter -t " + pid + " -m -p java -jar /tmp/keepalive-agent.jar PID', with the PID"
                            + " that it has there)");
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }
}

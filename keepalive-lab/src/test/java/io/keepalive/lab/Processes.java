package io.keepalive.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What is left of a lab, as /proc shows it. */
final class Processes {
    private Processes() {}

    /** Waits for the end of a process; a zombie whom nobody reaps counts as dead. */
    static boolean awaitDeath(long pid) {
        try {
            return Deadline.in(Pair.SOON).poll(() -> isDead(pid));
        } catch (InterruptedException e) {
            throw LabException.interrupted("waiting for the end of " + pid, e);
        }
    }

    private static boolean isDead(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'Z';
        } catch (IOException e) {
            return true;
        }
    }

    /** A namespace's name, such as {@code net:[4026532245]}. */
    static String netNamespaceOf(long pid) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns", "net"))
                    .toString();
        } catch (IOException e) {
            return "none";
        }
    }

    static void assertNobodyIsIn(String netNamespace) {
        assertThat(netNamespace).startsWith("net:");
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            assertThat(all.filter(process -> netNamespaceOf(process.pid()).equals(netNamespace)))
                    .isEmpty();
        }
    }
}

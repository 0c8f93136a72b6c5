package io.keepalive.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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

    /**
     * The processes that have this variable in their environment. A namespace's number would not do to find what is
     * left: the kernel gives a freed one to the next lab.
     */
    static List<ProcessHandle> withVariable(String name, String value) {
        String variable = name + "=" + value;
        return ProcessHandle.allProcesses()
                .filter(process -> environmentOf(process).contains(variable))
                .toList();
    }

    private static List<String> environmentOf(ProcessHandle process) {
        try {
            byte[] environment = Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), "environ"));
            return List.of(new String(environment, StandardCharsets.UTF_8).split("\0"));
        } catch (IOException e) {
            // Ended meanwhile, or somebody else's.
            return List.of();
        }
    }
}

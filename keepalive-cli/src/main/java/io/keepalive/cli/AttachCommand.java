package io.keepalive.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code keepalive attach}: runs the agent's jar, which is inside ours, as the program that it is. A JVM that is attached
 * to reads it from a file, once: the file is gone when the command ends.
 */
@Command(
        name = "attach",
        description = {
            "Keeps the TCP connections of a running JVM (17 or newer): new ones, and on Linux those that are open"
                    + " already. It stays as long as the program runs, or until --detach."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:the JVM did not take it; the message says why", "2:wrong usage"},
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class AttachCommand implements Callable<Integer> {
    private static final String JAR = "keepalive-agent.jar";

    @Parameters(index = "0", paramLabel = "PID", description = "the process")
    private long pid;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "SETTINGS",
            description = "a policy and rules, for example 'outliving=4m; to 10.0.0.0/8 exclude'; default: defaults."
                    + " docs/agent.md has the grammar.")
    private @Nullable String settings;

    @Option(names = "--report", description = "change nothing, show what was done so far")
    private boolean report;

    @Option(names = "--detach", description = "stop; connections stay as they are")
    private boolean detach;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path jar = jar();
        try {
            return new ProcessBuilder(command(jar)).inheritIO().start().waitFor();
        } finally {
            Files.deleteIfExists(jar);
            Files.deleteIfExists(jar.getParent());
        }
    }

    private List<String> command(Path jar) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                jar.toString(),
                String.valueOf(pid)));
        if (settings != null) {
            command.add(settings);
        }
        if (report) {
            command.add("--report");
        }
        if (detach) {
            command.add("--detach");
        }
        return command;
    }

    /** In a folder of its own that no other user can write to, since another JVM will run what is in it. */
    private static Path jar() throws IOException {
        Path folder = Files.createTempDirectory("keepalive-agent");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path file = folder.resolve(JAR);
        try (InputStream input = Objects.requireNonNull(AttachCommand.class.getResourceAsStream("/" + JAR), JAR)) {
            Files.copy(input, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }
}

package io.keepalive.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A program to be run on a {@link Host}, with this JVM's environment and working directory by default.
 *
 * <p>Not thread-safe; can be started any number of times.
 *
 * @since 0.1
 */
public final class Command {
    private static final Duration RUN_LIMIT = Duration.ofSeconds(60);

    /**
     * Goes into the directory, which entering the mount namespace has left, and stands between nsenter and the program:
     * nsenter stops itself when its child is stopped, and would then never reap it. "exit" keeps the shell from
     * replacing itself by the program; what the shell says about killed programs is not the program's output.
     */
    private static final String SHIM =
            "cd \"$1\" && shift && exec 3>&2 2>/dev/null && (exec \"$@\" 2>&3 3>&-); exit $?";

    private final NatLab lab;
    private final Site site;
    private final List<String> words;
    private final Map<String, String> environment = new HashMap<>();
    private Path directory = Path.of("").toAbsolutePath();

    Command(NatLab lab, Site site, List<String> words) {
        this.lab = lab;
        this.site = site;
        this.words = List.copyOf(words);
    }

    /**
     * Sets an environment variable.
     *
     * @param name of the variable
     * @param value replaces the one that this JVM has
     * @return this command
     */
    public Command environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /**
     * Sets the working directory.
     *
     * @param directory the default is this JVM's
     * @return this command
     */
    public Command directory(Path directory) {
        this.directory = directory.toAbsolutePath();
        return this;
    }

    /**
     * Starts the program. One that doesn't exist starts too, prints so, and ends with 127.
     *
     * @return the started process; it ends with the lab at the latest
     */
    public LabProcess start() {
        List<String> shimmed = new ArrayList<>(List.of("sh", "-c", SHIM, "sh", directory.toString()));
        shimmed.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(lab.enter(site, shimmed)).redirectErrorStream(true);
        builder.environment().put("PATH", lab.tools().searchPath());
        builder.environment().putAll(environment);
        try {
            LabProcess process = new LabProcess(toString(), builder.start());
            lab.own(process);
            return process;
        } catch (IOException e) {
            throw new LabException("can't start " + this + ": " + e.getMessage(), e);
        }
    }

    /**
     * Runs the program to its end, with nothing to read on its standard input.
     *
     * @return exit code and output; an exit code other than 0 is no error here: {@link CommandResult#orThrow}
     * @throws LabException if it has not ended after 60 s; it is killed then
     */
    public CommandResult run() {
        try (LabProcess process = start()) {
            process.closeInput();
            int exitCode = process.awaitExit(RUN_LIMIT);
            return new CommandResult(toString(), exitCode, process.lines());
        }
    }

    /** Where it runs and what. */
    @Override
    public String toString() {
        return "[" + site + "] " + String.join(" ", words);
    }
}

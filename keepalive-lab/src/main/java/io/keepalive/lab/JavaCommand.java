package io.keepalive.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A main class to be run on a {@link Host} in a JVM of its own: by default the same JDK and class path as this JVM's,
 * and a small heap, which {@link #options} can change.
 *
 * <p>Not thread-safe; can be started any number of times.
 *
 * @since 0.1
 */
public final class JavaCommand {
    /**
     * For a quick start. Without PerfData, which is a file named by process id: process ids in the lab are not those
     * outside, and another JVM may own that file.
     */
    private static final List<String> FIXED =
            List.of("-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m");

    private final NatLab lab;
    private final Site site;
    private final Class<?> main;
    private final List<String> arguments;
    private final List<String> options = new ArrayList<>();
    private Path binary = Path.of(System.getProperty("java.home"), "bin", "java");
    private String classPath = System.getProperty("java.class.path");

    JavaCommand(NatLab lab, Site site, Class<?> main, List<String> arguments) {
        this.lab = lab;
        this.site = site;
        this.main = main;
        this.arguments = arguments;
    }

    /**
     * Adds options of the JVM, such as {@code -Dname=value}, {@code -javaagent:} or {@code --add-opens=}.
     *
     * @param options behind those that were added before; a later one wins
     * @return this command
     */
    public JavaCommand options(String... options) {
        this.options.addAll(List.of(options));
        return this;
    }

    /**
     * Uses another Java.
     *
     * @param binary the program; the default is bin/java of this JVM's java.home
     * @return this command
     */
    public JavaCommand binary(Path binary) {
        this.binary = binary.toAbsolutePath();
        return this;
    }

    /**
     * Uses another class path.
     *
     * @param classPath the default is this JVM's system property java.class.path, which lacks what is on a module path
     * @return this command
     */
    public JavaCommand classPath(String classPath) {
        this.classPath = classPath;
        return this;
    }

    /**
     * The whole command line, for options that only a {@link Command} has.
     *
     * @return a new command
     */
    public Command toCommand() {
        List<String> words = new ArrayList<>();
        words.add(binary.toString());
        words.addAll(FIXED);
        words.addAll(options);
        words.addAll(List.of("-cp", classPath, main.getName()));
        words.addAll(arguments);
        return new Command(lab, site, words);
    }

    /**
     * Starts it.
     *
     * @return the started process; it ends with the lab at the latest
     */
    public LabProcess start() {
        return toCommand().start();
    }

    /**
     * Runs it to its end: {@link Command#run}.
     *
     * @return exit code and output
     */
    public CommandResult run() {
        return toCommand().run();
    }
}

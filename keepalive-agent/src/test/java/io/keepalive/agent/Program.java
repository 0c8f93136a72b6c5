package io.keepalive.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A program in a JVM of its own, with its two outputs apart. */
final class Program implements AutoCloseable {
    static final String AGENT_JAR = System.getProperty("keepalive.agent.jar", "unset");

    /** JVMs that run for seconds: compiling less makes them three times as fast to start with a large agent. */
    private static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(120);

    private final Process process;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final List<Thread> readers;

    private Program(Process process) {
        this.process = process;
        this.readers = List.of(read(process.getInputStream(), output), read(process.getErrorStream(), errors));
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** The option that brings the agent. */
    static String agent(String settings) {
        return "-javaagent:" + AGENT_JAR + (settings.isEmpty() ? "" : "=" + settings);
    }

    /** Starts a main class of the tests' class path. */
    static Program start(List<String> options, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return java(Map.of(), command);
    }

    /** Starts a JVM with all its arguments. */
    static Program java(Map<String, String> environment, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(SHORT_LIVED);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return new Program(builder.start());
    }

    /** Starts any command. */
    static Program of(String... command) throws IOException {
        return new Program(new ProcessBuilder(command).start());
    }

    private static Thread read(InputStream stream, List<String> lines) {
        Thread reader = new Thread(() -> {
            try (BufferedReader input = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                input.lines().forEach(lines::add);
            } catch (IOException | UncheckedIOException e) {
                lines.add("(" + e + ")");
            }
        });
        reader.setDaemon(true);
        reader.start();
        return reader;
    }

    /** Waits for a line of either output. */
    Program await(Predicate<String> wanted) throws InterruptedException {
        long start = System.nanoTime();
        while (output.stream().noneMatch(wanted) && errors.stream().noneMatch(wanted)) {
            if (!process.isAlive() || System.nanoTime() - start > LIMIT_NANOS) {
                close();
                throw new AssertionError("never printed what was waited for:\n" + output + "\n" + errors);
            }
            Thread.sleep(10);
        }
        return this;
    }

    void writeLine(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    Program awaitReady() throws InterruptedException {
        return await("ready"::equals);
    }

    /** Closes its standard input, at which our programs end, and waits. */
    int end() throws IOException, InterruptedException {
        process.getOutputStream().close();
        return awaitExit();
    }

    int awaitExit() throws InterruptedException {
        if (!process.waitFor(LIMIT_NANOS, TimeUnit.NANOSECONDS)) {
            close();
            throw new AssertionError("did not end:\n" + output + "\n" + errors);
        }
        for (Thread reader : readers) {
            reader.join();
        }
        return process.exitValue();
    }

    List<String> output() {
        return output;
    }

    List<String> errors() {
        return errors;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

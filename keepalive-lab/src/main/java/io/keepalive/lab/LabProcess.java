package io.keepalive.lab;

import java.io.BufferedWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A program that runs, or ran, on a {@link Host}. Its standard output and standard error are collected as lines in the
 * order of printing.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class LabProcess implements AutoCloseable {
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(10);

    /** The last lines of a program that has ended are on their way, unless a daemon of its keeps its output open. */
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(1);

    private final String name;
    private final Process process;
    private final ProcessTree tree;
    private final Output output;
    private final BufferedWriter input;

    LabProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.tree = new ProcessTree(process);
        this.output = Output.of(process.getInputStream(), name);
        this.input = process.outputWriter();
    }

    /**
     * All lines printed so far.
     *
     * @return a copy
     */
    public List<String> lines() {
        return output.lines();
    }

    /**
     * Waits for a line. The search goes on behind the line that the last call found, in what was printed already and
     * then in what is to come: two calls never return the same line.
     *
     * @param wanted accepts the line
     * @param limit how long to wait
     * @return the line
     * @throws LabException if the time is over or the program ends without it; the message shows all lines
     */
    public String awaitLine(Predicate<? super String> wanted, Duration limit) {
        try {
            return output.await(wanted, limit).orElseThrow(() -> {
                String why = output.ended() ? "its output ended" : "waited for " + limit;
                return new LabException("no such line from " + describe() + ": " + why + ", it printed:\n  "
                        + String.join("\n  ", lines()));
            });
        } catch (InterruptedException e) {
            throw LabException.interrupted("waiting for a line from " + describe(), e);
        }
    }

    /**
     * Writes a line to the program's standard input and flushes it.
     *
     * @param line without line end
     */
    public void writeLine(String line) {
        try {
            synchronized (input) {
                input.write(line);
                input.newLine();
                input.flush();
            }
        } catch (IOException e) {
            throw new LabException(
                    "can't write to " + describe() + ", it printed:\n  " + String.join("\n  ", lines()), e);
        }
    }

    /** Ends the program's standard input. */
    public void closeInput() {
        try {
            synchronized (input) {
                input.close();
            }
        } catch (IOException e) {
            // The program has ended, so has its input.
        }
    }

    /**
     * Whether the program runs; a paused one does.
     *
     * @return false once it has ended
     */
    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Waits for the program's end, and for its last line.
     *
     * @param limit how long to wait
     * @return its exit code: 128 + n if signal n killed it
     * @throws LabException if it has not ended by then; the message shows all lines
     */
    public int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new LabException(
                        describe() + " has not ended in " + limit + ", it printed:\n  " + String.join("\n  ", lines()));
            }
            output.awaitEnd(DRAIN_LIMIT);
            return process.exitValue();
        } catch (InterruptedException e) {
            throw LabException.interrupted("waiting for the end of " + describe(), e);
        }
    }

    /**
     * The program's process id as this JVM, outside the lab, sees it.
     *
     * @return the id
     * @throws LabException if the program has ended
     */
    public long pid() {
        return program().pid();
    }

    /** Stops the program, and what it started, in its tracks (SIGSTOP). Returns when it has stopped. */
    public void pause() {
        ProcessHandle program = program();
        tree.signal("STOP");
        try {
            if (!Deadline.in(SETTLE_LIMIT).poll(() -> ProcessTree.isStopped(program) || !program.isAlive())) {
                throw new LabException(describe() + " got SIGSTOP but doesn't stop");
            }
        } catch (InterruptedException e) {
            throw LabException.interrupted("pausing " + describe(), e);
        }
    }

    /** Lets a paused program, and what it started, go on (SIGCONT). */
    public void resume() {
        program();
        tree.signal("CONT");
    }

    /** Asks the program to end (SIGTERM), and returns at once. */
    public void terminate() {
        tree.program().ifPresent(ProcessHandle::destroy);
    }

    /**
     * Kills the program and what it started (SIGKILL), a paused one too, and returns when it is dead. The kernel closes
     * its connections as for any process that ends; {@link NatLab#cut} first to keep the peer from noticing.
     */
    public void kill() {
        try {
            // Before the program is there, there is only what will start it.
            tree.await(SETTLE_LIMIT);
            tree.kill();
            if (!process.waitFor(SETTLE_LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new LabException(describe() + " got SIGKILL but doesn't end");
            }
        } catch (InterruptedException e) {
            throw LabException.interrupted("killing " + describe(), e);
        }
    }

    /** Kills it if it still runs. Idempotent. */
    @Override
    public void close() {
        if (isAlive()) {
            kill();
        }
        closeInput();
    }

    /** Where it runs, what it is, and how it is. */
    @Override
    public String toString() {
        return describe();
    }

    private ProcessHandle program() {
        try {
            Optional<ProcessHandle> program = tree.await(SETTLE_LIMIT);
            return program.orElseThrow(() ->
                    new LabException(describe() + " runs no longer, it printed:\n  " + String.join("\n  ", lines())));
        } catch (InterruptedException e) {
            throw LabException.interrupted("looking for " + describe(), e);
        }
    }

    private String describe() {
        return name + (isAlive() ? " (running)" : " (ended with exit code " + process.exitValue() + ")");
    }
}

package io.keepalive.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The namespaces of one lab, held by one process that ends when its standard input does: with {@link #close}, or with
 * this JVM, however that dies. Thread-safe.
 */
final class Namespaces implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration END_LIMIT = Duration.ofSeconds(10);
    private static final String SCRIPT = script();

    private final Process holder;
    private final boolean rootless;
    private final long pid;

    private Namespaces(Process holder, boolean rootless, long pid) {
        this.holder = holder;
        this.rootless = rootless;
        this.pid = pid;
    }

    static Namespaces create(
            Tools tools, Diagnosis diagnosis, boolean rootless, Duration idleTimeout, Expiry onExpiry) {
        requireLinux();
        tools.requireAllNeeded();
        List<String> command = new ArrayList<>();
        if (rootless) {
            // In two steps: only a network namespace made after the user's ids are mapped gives its /proc/net
            // files to that user.
            command.addAll(List.of("unshare", "--user", "--map-root-user"));
        }
        command.addAll(List.of("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c"));
        String shown = String.join(" ", command) + " <router.sh>";
        command.addAll(List.of(SCRIPT, "router.sh", Long.toString(idleTimeout.toSeconds()), onExpiry.verdict()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PATH", tools.searchPath());
        builder.environment().put("LC_ALL", "C");
        try {
            Process holder = builder.start();
            Output output = Output.of(holder.getInputStream(), "the router");
            String ready = output.await(line -> line.startsWith("READY "), START_LIMIT)
                    .orElseThrow(() -> failed(shown, holder, output, diagnosis, rootless));
            return new Namespaces(holder, rootless, Long.parseLong(ready.substring("READY ".length())));
        } catch (IOException e) {
            throw new LabException("can't start a lab: " + shown + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw LabException.interrupted("starting a lab", e);
        }
    }

    private static void requireLinux() {
        String os = System.getProperty("os.name", "");
        if (!os.toLowerCase(Locale.ROOT).startsWith("linux")) {
            throw new LabException("the lab needs Linux (network namespaces and nftables), this is " + os
                    + "; run it in a Linux virtual machine or in a container started with --privileged");
        }
    }

    private static LabException failed(
            String shown, Process holder, Output output, Diagnosis diagnosis, boolean rootless) {
        // What waits for us to say something will wait no longer.
        holder.destroyForcibly();
        List<String> lines = output.lines();
        String step = lines.stream()
                .filter(line -> line.startsWith("FAILED "))
                .map(line -> line.substring("FAILED ".length()))
                .findFirst()
                .orElse("unshare");
        return new LabException("can't start a lab: " + shown + " failed at step " + step + ", printing:\n  "
                + String.join("\n  ", lines) + "\n" + diagnosis.advice(step, rootless));
    }

    /** The command line that runs a command in here. */
    List<String> enter(Site site, List<String> command) {
        List<String> entered = new ArrayList<>(List.of("nsenter", "--target", Long.toString(pid)));
        if (rootless) {
            entered.addAll(List.of("--user", "--preserve-credentials"));
        }
        entered.addAll(List.of("--mount", "--pid", "--net=" + site.namespace(pid)));
        entered.addAll(command);
        return entered;
    }

    /** The router's view of /proc/net, readable from out here. */
    Path procNet() {
        return Path.of("/proc", Long.toString(pid), "net");
    }

    boolean isAlive() {
        return holder.isAlive();
    }

    /** Ends every process in here. When it returns, the kernel has reaped them all. */
    @Override
    public void close() {
        try {
            holder.getOutputStream().close();
        } catch (IOException e) {
            // The pipe is broken: the holder is gone already.
        }
        try {
            if (!holder.waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                // Takes the script, process 1, with it (--kill-child).
                holder.destroyForcibly();
            }
        } catch (InterruptedException e) {
            // The end of input ends the holder without anybody waiting for it.
            Thread.currentThread().interrupt();
        }
    }

    private static String script() {
        try (InputStream stream = Namespaces.class.getResourceAsStream("router.sh")) {
            if (stream == null) {
                throw new LabException("router.sh is missing beside " + Namespaces.class.getName());
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

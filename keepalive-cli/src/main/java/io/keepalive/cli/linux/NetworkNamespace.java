package io.keepalive.cli.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A network namespace, named by its inode.
 *
 * @param inode the number in {@code net:[4026531840]}
 * @param path a file that stands for it: {@code /proc/PID/ns/net} or {@code /run/netns/NAME}
 */
public record NetworkNamespace(long inode, Path path) {
    private static final Pattern LINK = Pattern.compile("net:\\[(\\d+)]");

    /** Work in another namespace. */
    public interface Work<T> {
        T run() throws IOException;
    }

    /** That of this process. */
    public static NetworkNamespace own() throws IOException {
        return of(Path.of("/proc/self/ns/net"));
    }

    /** That of another process; reading it needs the same rights as tracing the process. */
    public static NetworkNamespace ofProcess(long pid) throws IOException {
        return of(Path.of("/proc/" + pid + "/ns/net"));
    }

    /** That which a file stands for. */
    public static NetworkNamespace of(Path path) throws IOException {
        if (Files.isSymbolicLink(path)) {
            Matcher matcher = LINK.matcher(Files.readSymbolicLink(path).toString());
            if (matcher.matches()) {
                return new NetworkNamespace(Long.parseLong(matcher.group(1)), path);
            }
        }
        return new NetworkNamespace(((Number) Files.getAttribute(path, "unix:ino")).longValue(), path);
    }

    /** The folder of the process by which this namespace is named; null if it is named by a file of its own. */
    public @Nullable Path process() {
        return path.startsWith("/proc") && path.endsWith("ns/net")
                ? Path.of("/").resolve(path.subpath(0, path.getNameCount() - 2))
                : null;
    }

    /** A name for people: that of {@code ip netns}, or the inode. */
    public String label() {
        return process() == null ? path.getFileName().toString() : Long.toString(inode);
    }

    /**
     * Runs something on a thread of its own that has entered this namespace; sockets opened there stay there. Entering needs
     * CAP_SYS_ADMIN.
     */
    public <T> T call(SystemCalls calls, Work<T> work) throws IOException {
        FutureTask<T> task = new FutureTask<>(() -> {
            int descriptor = calls.open(path.toString());
            try {
                calls.setNamespace(descriptor, Linux.CLONE_NEWNET);
            } finally {
                calls.close(descriptor);
            }
            return work.run();
        });
        // A platform thread that ends afterwards: setns changes the calling thread alone.
        Thread thread = new Thread(task, "netns-" + inode);
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}

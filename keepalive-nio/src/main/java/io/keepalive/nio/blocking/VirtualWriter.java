package io.keepalive.nio.blocking;

import io.keepalive.loss.ConnectionLostException;
import java.net.SocketException;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Carries out a virtual thread's write on an I/O worker, while the virtual thread waits: one that waits for a carrier in the
 * middle of a frame would silence its connection.
 */
final class VirtualWriter {
    /** How long a write may go on after an interrupt: one that is not blocked is completed. */
    private static final long AFTER_INTERRUPT_MILLIS = 1000;

    private VirtualWriter() {}

    /** What writes. */
    interface Write {
        void run() throws ConnectionLostException;
    }

    /**
     * Returns when the write is complete. An interrupt ends the connection if the write is blocked, as it does for a socket
     * of the JDK on a virtual thread.
     */
    static void write(BlockingConnection link, Write write) throws ConnectionLostException {
        FutureTask<Void> task = new FutureTask<>(() -> {
            write.run();
            return null;
        });
        link.run(task);
        try {
            await(link, task);
        } catch (ExecutionException e) {
            throw asThrown(Objects.requireNonNull(e.getCause()));
        }
    }

    private static void await(BlockingConnection link, FutureTask<Void> task)
            throws ConnectionLostException, ExecutionException {
        try {
            task.get();
        } catch (InterruptedException e) {
            awaitInterrupted(link, task);
        }
    }

    private static void awaitInterrupted(BlockingConnection link, FutureTask<Void> task)
            throws ConnectionLostException, ExecutionException {
        try {
            task.get(AFTER_INTERRUPT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | InterruptedException e) {
            throw link.end().because(new SocketException("Closed by interrupt"));
        } finally {
            Thread.currentThread().interrupt();
        }
    }

    private static ConnectionLostException asThrown(Throwable cause) {
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return (ConnectionLostException) cause;
    }
}

package io.keepalive.socket;

import io.keepalive.internal.DaemonThreads;
import io.keepalive.internal.DurationText;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.net.Socket;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Ends connections on which a blocked write makes no progress: the substitute for a user timeout where none can be had,
 * on every system and JDK.
 *
 * <pre>{@code
 * WriteTimeouts guard = WriteTimeouts.start(Duration.ofSeconds(30)); // one for the whole program
 * OutputStream output = guard.outputOf(socket); // write to this one
 * }</pre>
 *
 * <p>When the operating system has taken nothing of a write for the limit, the connection is closed hard (with a reset
 * and without waiting, {@code SO_LINGER} 0, since closing a TLS socket would otherwise wait behind the blocked writer),
 * and the write throws {@link ConnectionLostException} with {@link LossCause#WRITE_STALLED}. Other threads that use the
 * socket get what the JDK has for a closed one; {@link GuardedOutputStream#loss()} has the cause.
 *
 * <p>It sees blocked writes only. What fits into the send buffer is written at once, as far as the program can see, and
 * waits unacknowledged in the kernel: only a user timeout bounds that. And like a user timeout it ends the connection
 * of a healthy peer that does not read for that long.
 *
 * <p>A blocking {@code SocketChannel} is guarded through its {@code socket()}. {@code -Dkeepalive.disabled=true} suspends
 * every guard.
 *
 * <p>Costs two counter increments per write and nothing per byte; no clock is read. One daemon thread, which only
 * decides: each connection is ended by a thread of its own, from the TCP socket below TLS where that can be reached, since
 * {@code close()} of some providers waits for the blocked writer. Thread-safe.
 *
 * @since 0.1
 */
public final class WriteTimeouts implements AutoCloseable {
    private final long limitNanos;

    /** A stream is in it until it is ended, closed, or dropped by the application. */
    private final Set<StreamReference> streams = ConcurrentHashMap.newKeySet();

    private final ReferenceQueue<GuardedOutputStream> dropped = new ReferenceQueue<>();
    private volatile boolean closed;
    private volatile @Nullable Thread thread;

    private WriteTimeouts(Duration limit) {
        this.limitNanos = limit.toNanos();
    }

    /** Weak, since asking the socket whether it is closed may block. A blocked write is a reason for its stream to live. */
    private static final class StreamReference extends WeakReference<GuardedOutputStream> {
        StreamReference(GuardedOutputStream stream, ReferenceQueue<GuardedOutputStream> dropped) {
            super(stream, dropped);
        }
    }

    /**
     * Starts a guard.
     *
     * @param limit how long a write may make no progress, 10 ms to 1 day; a stall is found within 1.25 × the limit, or
     *     the limit + 2 s where that is less
     * @return a guard that is to be closed
     * @throws IllegalArgumentException if out of range
     */
    public static WriteTimeouts start(Duration limit) {
        Objects.requireNonNull(limit, "limit");
        if (limit.compareTo(Duration.ofMillis(10)) < 0 || limit.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(
                    "limit: " + DurationText.format(limit) + " (expected: 10ms to 1 day; sensible is the longest time"
                            + " for which a healthy peer may not read, 30s for instance)");
        }
        WriteTimeouts guard = new WriteTimeouts(limit);
        guard.thread = DaemonThreads.start("keepalive-stall-guard", guard::run);
        return guard;
    }

    /**
     * Guards the writes to a socket.
     *
     * @param socket a connected socket, {@code SSLSocket} included
     * @return the stream to write to instead of the socket's own; closing it closes the socket
     * @throws IOException if the socket is closed or not connected
     * @throws IllegalStateException if this guard is closed
     */
    public GuardedOutputStream outputOf(Socket socket) throws IOException {
        if (closed) {
            throw new IllegalStateException("the guard is closed; this socket would not be watched");
        }
        OutputStream output = socket.getOutputStream();
        WriteStallWatch watch = new WriteStallWatch(limitNanos, System.nanoTime());
        GuardedOutputStream stream = new GuardedOutputStream(socket, output, watch);
        StreamReference reference = new StreamReference(stream, dropped);
        streams.add(reference);
        stream.onClose(() -> streams.remove(reference));
        return stream;
    }

    /** Stops guarding. Sockets stay open, and their streams can be used on, unguarded. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    @SuppressWarnings("CatchingUnchecked") // whatever one connection throws, the others are guarded
    private void run() {
        while (!closed) {
            LockSupport.parkNanos(this, WriteStallWatch.tickNanos(limitNanos));
            Thread.interrupted(); // no caller has a reason to; parking would return at once ever after
            try {
                tick(System.nanoTime());
            } catch (Throwable e) {
                // No memory, for instance: the next tick looks again.
            }
        }
        streams.clear();
    }

    private void tick(long nowNanos) {
        for (Reference<?> reference = dropped.poll(); reference != null; reference = dropped.poll()) {
            streams.remove(reference);
        }
        // With the switch on nothing is even looked at, so that switching it off starts no verdict half-way.
        if (Boolean.getBoolean("keepalive.disabled")) {
            return;
        }
        streams.removeIf(reference -> {
            GuardedOutputStream stream = reference.get();
            return stream != null && stream.isStalled(nowNanos) && end(stream);
        });
    }

    /**
     * Ends a connection on a thread of its own, since every call on its socket may block.
     *
     * @return false if there is no thread for it now; the next tick tries again
     */
    private boolean end(GuardedOutputStream stream) {
        Duration limit = Duration.ofNanos(limitNanos);
        try {
            DaemonThreads.start("keepalive-stall-end", () -> stream.end(limit));
            return true;
        } catch (OutOfMemoryError e) {
            return false;
        }
    }
}

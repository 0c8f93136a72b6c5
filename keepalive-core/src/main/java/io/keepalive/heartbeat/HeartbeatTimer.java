package io.keepalive.heartbeat;

import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A {@link HeartbeatWheel} with a thread of its own, for connections that no loop serves. The thread is a daemon, has no
 * context class loader, starts with the first heartbeat and ends with {@link #close}.
 *
 * <p>Thread-safe. Ticks are made by the timer's thread without any lock; one that was under way when
 * {@link #remove} was called may end afterwards.
 *
 * @since 0.1
 */
public final class HeartbeatTimer implements AutoCloseable {
    private final HeartbeatWheel wheel;
    private final String name;
    private final Queue<Runnable> changes = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;
    private volatile @Nullable Thread thread;

    /**
     * Makes a timer without a thread yet.
     *
     * @param name of the thread
     * @param resolution how late a tick may be: {@link HeartbeatWheel#HeartbeatWheel(Duration, long)}
     * @throws IllegalArgumentException if the resolution is out of range
     */
    public HeartbeatTimer(String name, Duration resolution) {
        this.name = Objects.requireNonNull(name, "name");
        this.wheel = new HeartbeatWheel(resolution, System.nanoTime());
    }

    /**
     * Ticks a heartbeat from now on.
     *
     * @param connection whose heartbeat was made with {@code System.nanoTime()}, and is on no wheel; the timer's thread
     *     ticks it
     * @throws IllegalStateException if this timer is closed
     */
    public void add(HeartbeatWheel.Connection connection) {
        Objects.requireNonNull(connection, "connection");
        if (closed) {
            throw new IllegalStateException("add: the timer '" + name + "' is closed (expected: an open one)");
        }
        change(() -> wheel.add(connection));
    }

    /**
     * Ticks it no more. Does nothing once the timer is closed, as does {@link #reschedule}.
     *
     * @param heartbeat on this timer, or on none
     */
    public void remove(Heartbeat heartbeat) {
        change(() -> wheel.remove(heartbeat));
    }

    /**
     * To be called after something outside a tick made a heartbeat's next one due earlier.
     *
     * @param heartbeat on this timer, or on none
     */
    public void reschedule(Heartbeat heartbeat) {
        change(() -> wheel.reschedule(heartbeat));
    }

    /** Ends the thread; nothing is ticked any more. The connections are left as they are. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void change(Runnable change) {
        if (closed) {
            return;
        }
        changes.add(change);
        if (thread == null) {
            start();
        }
        LockSupport.unpark(thread);
    }

    private synchronized void start() {
        if (thread == null) {
            Thread started = new Thread(null, this::run, name, 0, false);
            started.setDaemon(true);
            started.setContextClassLoader(null); // or it would keep a whole web application from being collected
            started.start();
            thread = started;
        }
    }

    private void run() {
        while (!closed) {
            for (Runnable change = changes.poll(); change != null; change = changes.poll()) {
                try {
                    change.run();
                } catch (RuntimeException e) {
                    Thread current = Thread.currentThread();
                    current.getUncaughtExceptionHandler().uncaughtException(current, e);
                }
            }
            wheel.advance(System.nanoTime());
            long nanos = wheel.nanosToNext(System.nanoTime());
            if (changes.isEmpty() && !closed && nanos > 0) {
                LockSupport.parkNanos(this, nanos);
            }
            Thread.interrupted(); // nobody has a reason to; parking would return at once ever after
        }
    }
}

package io.keepalive.heartbeat;

import io.keepalive.internal.DaemonThreads;
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
 * <p>Thread-safe. Inputs of a heartbeat that make its next tick due earlier wake the thread up by themselves. The thread ticks
 * without any lock; a tick that was under way when {@link #remove} was called may end afterwards.
 *
 * @param <C> the owner of a heartbeat: a connection
 * @since 0.1
 */
public final class HeartbeatTimer<C> implements AutoCloseable {
    /** After an error of the timer itself, for want of memory for instance. */
    private static final long RETRY_NANOS = 10_000_000;

    private final HeartbeatWheel<C> wheel;
    private final DueListener dueListener = this::onDueEarlier;
    private final String name;
    private final Queue<Runnable> changes = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;
    private volatile @Nullable Thread thread;

    /**
     * Makes a timer without a thread yet.
     *
     * @param name of the thread
     * @param resolution how late a tick may be: {@link HeartbeatConfig#resolution()}
     * @param ticker called by the timer's thread for each tick that is due
     * @throws IllegalArgumentException if the resolution is out of range
     */
    public HeartbeatTimer(String name, Duration resolution, HeartbeatWheel.Ticker<? super C> ticker) {
        this.name = Objects.requireNonNull(name, "name");
        this.wheel = new HeartbeatWheel<>(resolution, ticker, System.nanoTime());
    }

    /**
     * Ticks a heartbeat from now on.
     *
     * @param heartbeat made with {@code System.nanoTime()}, and on no wheel; the timer's thread ticks it
     * @param owner passed to the ticker
     * @throws IllegalStateException if this timer is closed
     */
    public void add(Heartbeat heartbeat, C owner) {
        Objects.requireNonNull(heartbeat, "heartbeat");
        Objects.requireNonNull(owner, "owner");
        if (closed) {
            throw new IllegalStateException("add: the timer '" + name + "' is closed (expected: an open one)");
        }
        change(() -> wheel.add(heartbeat, owner, dueListener));
    }

    /**
     * Stops ticking a heartbeat. Does nothing once the timer is closed.
     *
     * @param heartbeat on this timer, or on none
     */
    public void remove(Heartbeat heartbeat) {
        change(() -> wheel.remove(heartbeat));
    }

    private void onDueEarlier(WheelEntry entry) {
        change(() -> wheel.reschedule(entry));
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
            thread = DaemonThreads.start(name, this::run);
        }
    }

    @SuppressWarnings("CatchingUnchecked") // whatever is thrown, no connection is left without its ticks
    private void run() {
        while (!closed) {
            long nanos = RETRY_NANOS;
            try {
                nanos = advance();
            } catch (Throwable e) {
                HeartbeatWheel.report(e);
            }
            if (changes.isEmpty() && !closed && nanos > 0) {
                LockSupport.parkNanos(this, nanos);
            }
            Thread.interrupted(); // nothing should interrupt it; parking would return at once ever after
        }
    }

    /** Makes what is due; returns the time to the next tick. */
    @SuppressWarnings("CatchingUnchecked")
    private long advance() {
        for (Runnable change = changes.poll(); change != null; change = changes.poll()) {
            try {
                change.run();
            } catch (Throwable e) {
                HeartbeatWheel.report(e);
            }
        }
        wheel.advance(System.nanoTime());
        return wheel.nanosToNext(System.nanoTime());
    }
}

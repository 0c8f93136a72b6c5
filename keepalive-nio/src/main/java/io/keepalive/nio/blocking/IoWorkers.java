package io.keepalive.nio.blocking;

import io.keepalive.internal.DaemonThreads;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads for I/O that may block for long: platform daemons, as many as there are tasks, which are reused. Never virtual
 * threads: an application that computes on as many virtual threads as there are cores would stop every BEAT, PONG, close and
 * PUMPED reader. Handing over a task takes no lock: a {@code ThreadPoolExecutor} queues for one when it makes a thread, and
 * the scheduler could end up behind a virtual thread without a carrier.
 */
final class IoWorkers {
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Takes the place of the next task of a worker that has ended. */
    @SuppressWarnings("UnnecessaryLambda") // compared by identity
    private static final Runnable ENDED = () -> {};

    private final String name;
    private final Deque<Worker> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean isShutDown;

    IoWorkers(String name) {
        this.name = name;
    }

    /** Runs a task at once, on a thread of its own while it lasts; after {@link #shutDown()}, too. */
    void run(Runnable task) {
        for (Worker worker = idle.pollFirst(); worker != null; worker = idle.pollFirst()) {
            if (worker.take(task)) {
                return;
            }
        }
        DaemonThreads.start(name, new Worker(task));
    }

    /** Ends the threads that are idle, and the others after their tasks. */
    void shutDown() {
        isShutDown = true;
        idle.forEach(Worker::wake);
    }

    private final class Worker implements Runnable {
        /** Null while idle. */
        private final AtomicReference<@Nullable Runnable> next;

        private volatile @Nullable Thread thread;

        Worker(Runnable first) {
            next = new AtomicReference<>(first);
        }

        boolean take(Runnable task) {
            boolean isTaken = next.compareAndSet(null, task);
            wake();
            return isTaken;
        }

        void wake() {
            LockSupport.unpark(thread);
        }

        @Override
        public void run() {
            thread = Thread.currentThread();
            for (Runnable task = next.get(); task != ENDED && task != null; task = await()) {
                runReporting(task);
                Thread.interrupted(); // meant for the task
            }
        }

        private @Nullable Runnable await() {
            next.set(null);
            idle.addFirst(this);
            long endNanos = System.nanoTime() + IDLE_NANOS;
            while (next.get() == null) {
                long leftNanos = isShutDown ? 0 : endNanos - System.nanoTime();
                if (leftNanos > 0) {
                    LockSupport.parkNanos(IoWorkers.this, leftNanos);
                } else if (next.compareAndSet(null, ENDED)) {
                    idle.remove(this);
                }
            }
            return next.get();
        }
    }

    @SuppressWarnings("CatchingUnchecked") // the thread goes on
    private static void runReporting(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }
}

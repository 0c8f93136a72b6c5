package io.keepalive.nio.blocking;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Finds out whether virtual threads get a carrier: by one of its own, which is to run after each {@link #request}. A virtual
 * thread that waits in a read is woken by a poller that may be virtual itself, so the probe goes to the end of the queue of
 * runnable threads several times.
 */
final class CarrierProbe {
    /** For the poller, for the reader, and one more. */
    private static final int PASSES = 3;

    private final IoWorkers workers;
    private final AtomicBoolean isRunning = new AtomicBoolean();
    /** The number of the last request. */
    private final AtomicLong requested = new AtomicLong();
    /** The number of the last request that a run was for. */
    private volatile long ran;

    CarrierProbe(IoWorkers workers) {
        this.workers = workers;
    }

    /** Requests a run that begins after this call; returns its number, which is more than 0. */
    long request() {
        long number = requested.incrementAndGet();
        if (isRunning.compareAndSet(false, true)) {
            workers.run(() -> VirtualThreads.start(this::run)); // starting one may wait for other virtual threads
        }
        return number;
    }

    /** Whether the run of that number, or a later one, is complete. */
    boolean hasRun(long number) {
        return ran >= number;
    }

    @SuppressWarnings("ThreadPriorityCheck") // the scheduler of virtual threads is what it asks about
    private void run() {
        do {
            long number = requested.get();
            for (int i = 0; i < PASSES; i++) {
                Thread.yield();
            }
            ran = number;
            isRunning.set(false);
        } while (ran != requested.get() && isRunning.compareAndSet(false, true));
    }
}

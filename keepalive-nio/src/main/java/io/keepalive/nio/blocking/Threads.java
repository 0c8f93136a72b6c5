package io.keepalive.nio.blocking;

import io.keepalive.internal.DaemonThreads;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for I/O that may block for long: platform daemons, which are reused. Never virtual threads: an application that
 * computes on as many virtual threads as there are cores would stop every BEAT, PONG, close and PUMPED reader.
 */
final class Threads {
    private static final long IDLE_SECONDS = 10;

    private Threads() {}

    /** The queue hands over without a lock, so that no caller ever waits behind a virtual thread without a carrier. */
    static ExecutorService start(String name) {
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> DaemonThreads.create(name, task));
    }
}

package io.keepalive.benchmarks.node;

import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** Virtual threads, found by reflection: this is compiled for JDK 17. */
public final class VirtualThreads {
    private static final int FIRST_FEATURE = 21;

    private VirtualThreads() {}

    /** Whether this JDK has them. */
    public static boolean exist() {
        return Runtime.version().feature() >= FIRST_FEATURE;
    }

    /** A virtual thread for each task; platform threads where there are no virtual ones. */
    static Executor executor() {
        if (!exist()) {
            return Executors.newCachedThreadPool(task -> daemon(task, "application"));
        }
        try {
            return (Executor)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A platform thread with a small stack. */
    static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(null, task, name, 256 * 1024);
        thread.setDaemon(true);
        return thread;
    }
}

package io.keepalive.internal;

import java.security.AccessController;
import java.security.PrivilegedAction;

/**
 * Makes threads that keep nothing of their creator: no context class loader, no inheritable thread locals, and, on JDK 17
 * to 23, no access control context, whose protection domains hold the class loaders of all callers. Otherwise a thread of a
 * shared library would keep the web application that happened to need it first.
 */
public final class DaemonThreads {
    private DaemonThreads() {}

    /**
     * Starts a daemon thread.
     *
     * @throws OutOfMemoryError if the system has no room for another thread
     */
    public static Thread start(String name, Runnable task) {
        Thread thread = create(name, task);
        thread.start();
        return thread;
    }

    /** A daemon thread that has not been started. */
    @SuppressWarnings("removal") // the one way to a thread without its creator's context on JDK 17
    public static Thread create(String name, Runnable task) {
        return AccessController.doPrivileged((PrivilegedAction<Thread>) () -> {
            Thread thread = new Thread(null, task, name, 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(null);
            return thread;
        });
    }
}

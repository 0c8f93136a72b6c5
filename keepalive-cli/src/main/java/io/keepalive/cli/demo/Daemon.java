package io.keepalive.cli.demo;

import java.io.IOException;

/** Threads that do I/O until a socket is closed under them, and don't keep the JVM alive. */
final class Daemon {
    private Daemon() {}

    /** What such a thread does. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    static void start(String name, Work work) {
        Thread thread = new Thread(() -> run(work), name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void run(Work work) {
        try {
            work.run();
        } catch (IOException e) {
            // The sockets' owner has closed them; the code that waits for a reply reports what is missing.
        }
    }
}

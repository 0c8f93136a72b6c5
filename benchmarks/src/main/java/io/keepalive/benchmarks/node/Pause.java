package io.keepalive.benchmarks.node;

import java.util.concurrent.TimeUnit;

/** Holds up every caller, for as long as was set last. */
final class Pause {
    private volatile long untilNanos = System.nanoTime();

    void start(long millis) {
        untilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    void pass() {
        long leftNanos = untilNanos - System.nanoTime();
        if (leftNanos > 0) {
            sleep(TimeUnit.NANOSECONDS.toMillis(leftNanos));
        }
    }

    static void sleep(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

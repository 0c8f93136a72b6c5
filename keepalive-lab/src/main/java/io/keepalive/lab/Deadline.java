package io.keepalive.lab;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The instant at which a wait gives up. */
record Deadline(long atNanos) {

    private static final long POLL_MILLIS = 5;

    static Deadline in(Duration limit) {
        return new Deadline(System.nanoTime() + limit.toNanos());
    }

    /** Rounded up, so that 0 means over. */
    long leftMillis() {
        long leftNanos = atNanos - System.nanoTime();
        return leftNanos <= 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1;
    }

    /** Polls a condition without a signal, such as another process's state; false when the time is over. */
    boolean poll(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            if (leftMillis() == 0) {
                return false;
            }
            Thread.sleep(POLL_MILLIS);
        }
        return true;
    }
}

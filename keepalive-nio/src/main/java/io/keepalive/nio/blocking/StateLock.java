package io.keepalive.nio.blocking;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock for critical sections of microseconds, taken by trying and backing off, never by queueing. A queued lock is handed to
 * its first waiter; if that is a virtual thread for which no carrier is free, a platform thread behind it waits for as long as
 * the application computes, although nobody holds the lock.
 */
final class StateLock {
    /** Longer than most critical sections. */
    private static final int SPINS = 50;

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(10);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ReentrantLock lock = new ReentrantLock();

    void lock() {
        if (!tryLock()) {
            backOff();
        }
    }

    /**
     * Waits for no longer than most critical sections last.
     *
     * @return whether the lock is held now
     */
    boolean tryLock() {
        for (int i = 0; i < SPINS; i++) {
            if (lock.tryLock()) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    /** Uses up a permit of {@link LockSupport#park}: a caller that waits for one has to check its condition after this. */
    @SuppressWarnings("ThreadPriorityCheck") // no more than a pause
    private void backOff() {
        long pauseNanos = FIRST_PAUSE_NANOS;
        while (!lock.tryLock()) {
            Thread.yield(); // parking does not wait if the thread is interrupted
            LockSupport.parkNanos(this, pauseNanos);
            pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
        }
    }

    void unlock() {
        lock.unlock();
    }
}

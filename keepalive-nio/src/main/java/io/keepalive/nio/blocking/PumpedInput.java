package io.keepalive.nio.blocking;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** {@link ReadMode#PUMPED}: a thread reads ahead into a ring, as long as it has room. */
final class PumpedInput extends FrameInput {
    private static final int RING_BYTES = 64 * 1024;

    private final byte[] ring = new byte[RING_BYTES];
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notEmpty = lock.newCondition();
    private final Condition notFull = lock.newCondition();
    private int first;
    private int size;
    private boolean ended;
    private volatile boolean isReading = true;

    PumpedInput(BlockingConnection link) {
        super(link);
    }

    @Override
    void start() {
        link.run(this::pump);
    }

    // ---- the pump

    private void pump() {
        try {
            while (fill()) {
                // until the end, beyond END: the peer goes on to ask
            }
        } catch (IOException e) {
            // Recorded; who reads is told.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            isReading = false;
            finish();
        }
    }

    private boolean fill() throws IOException, InterruptedException {
        int at;
        int room;
        lock.lock();
        try {
            while (size == RING_BYTES && !link.end().isThere()) {
                isReading = false;
                notFull.await();
            }
            isReading = true;
            at = (first + size) % RING_BYTES;
            room = Math.min(RING_BYTES - size, RING_BYTES - at);
        } finally {
            lock.unlock();
        }
        int count;
        try {
            count = link.receive(ring, at, room);
        } catch (SocketTimeoutException e) {
            return true; // meant for the application, which waits for as long by itself
        }
        lock.lock();
        try {
            size += Math.max(0, count);
            ended |= count < 0 || link.isInputEnded();
            if (count != 0 || ended) {
                notEmpty.signalAll();
            }
        } finally {
            lock.unlock();
        }
        return count >= 0;
    }

    private void finish() {
        lock.lock();
        try {
            notEmpty.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // ---- the application

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        lock.lock();
        try {
            await();
            if (size == 0) {
                link.end().requireNone();
                return -1;
            }
            int count = Math.min(length, Math.min(size, RING_BYTES - first));
            System.arraycopy(ring, first, bytes, offset, count);
            first = (first + count) % RING_BYTES;
            size -= count;
            notFull.signal();
            return count;
        } finally {
            lock.unlock();
        }
    }

    private void await() throws IOException {
        long leftNanos = TimeUnit.MILLISECONDS.toNanos(
                size == 0 && !link.end().isThere() && !ended ? link.readTimeoutMillis() : 0);
        boolean isLimited = leftNanos > 0;
        try {
            while (size == 0 && !ended && !link.end().isThere()) {
                if (!isLimited) {
                    notEmpty.await();
                } else if (leftNanos <= 0) {
                    throw new SocketTimeoutException("Read timed out");
                } else {
                    leftNanos = notEmpty.awaitNanos(leftNanos);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted in read");
        }
    }

    @Override
    public int available() throws IOException {
        lock.lock();
        try {
            if (size == 0) {
                link.end().requireNone();
            }
            return size;
        } finally {
            lock.unlock();
        }
    }

    @Override
    boolean isReading() {
        return isReading;
    }

    @Override
    void wake() {
        lock.lock();
        try {
            notEmpty.signalAll();
            notFull.signalAll();
        } finally {
            lock.unlock();
        }
    }
}

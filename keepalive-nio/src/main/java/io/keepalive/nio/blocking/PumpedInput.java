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

    /** What a connection costs whose peer is silent. */
    private static final int FIRST_BYTES = 512;

    /** The JDK keeps a direct buffer of the size of the largest read for each thread. */
    private static final int READ_BYTES = 16 * 1024;

    /** Grows with what the peer sends; guarded by {@link #lock}, replaced by the pump only. */
    private byte[] ring = new byte[FIRST_BYTES];

    private final FloodBrake brake = new FloodBrake();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notEmpty = lock.newCondition();
    private final Condition notFull = lock.newCondition();
    private int first;
    private int size;
    private boolean ended;
    /** Bytes were read that are not in the ring yet: the end that came with them is not to overtake them. */
    private volatile boolean arriving;

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
            arriving = false;
            finish();
        }
    }

    private boolean fill() throws IOException, InterruptedException {
        byte[] target;
        int at;
        int room;
        lock.lock();
        try {
            while (size == RING_BYTES && !link.end().isThere()) {
                isReading = false;
                notFull.await();
            }
            isReading = true;
            if (size == ring.length && size < RING_BYTES) {
                grow();
            }
            target = ring;
            at = (first + size) % target.length;
            room = Math.min(READ_BYTES, Math.min(target.length - size, target.length - at));
        } finally {
            lock.unlock();
        }
        int count;
        try {
            count = link.reader().receive(target, at, room);
        } catch (SocketTimeoutException e) {
            return true; // meant for the application, which waits for as long by itself
        }
        lock.lock();
        try {
            size += Math.max(0, count);
            arriving = false;
            ended |= count < 0 || link.reader().isInputEnded();
            if (count != 0 || ended || link.end().isThere()) {
                notEmpty.signalAll();
            }
        } finally {
            lock.unlock();
        }
        brake.onRead(count);
        return count >= 0;
    }

    /** With the lock. */
    private void grow() {
        byte[] larger = new byte[Math.min(RING_BYTES, 4 * ring.length)];
        int head = Math.min(size, ring.length - first);
        System.arraycopy(ring, first, larger, 0, head);
        System.arraycopy(ring, 0, larger, head, size - head);
        ring = larger;
        first = 0;
    }

    @Override
    void onBytes() {
        arriving = true;
    }

    /** Whether nothing more will come into the ring. With the lock. */
    private boolean isOver() {
        return ended || (link.end().isThere() && !arriving);
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
            int count = Math.min(length, Math.min(size, ring.length - first));
            System.arraycopy(ring, first, bytes, offset, count);
            first = (first + count) % ring.length;
            size -= count;
            notFull.signal();
            return count;
        } finally {
            lock.unlock();
        }
    }

    private void await() throws IOException {
        long leftNanos = TimeUnit.MILLISECONDS.toNanos(size == 0 && !isOver() ? link.readTimeoutMillis() : 0);
        boolean isLimited = leftNanos > 0;
        try {
            while (size == 0 && !isOver()) {
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

package io.keepalive.nio.blocking;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** {@link ReadMode#PUMPED}: a thread reads ahead into a ring, as long as it has room. */
final class PumpedInput extends FrameInput {
    private static final int RING_BYTES = 64 * 1024;

    /** What a connection costs whose peer is silent. */
    private static final int FIRST_BYTES = 512;

    /** The JDK keeps a direct buffer of the size of the largest read for each thread. */
    private static final int READ_BYTES = 16 * 1024;

    /** Guards the ring; never waited for by queueing, since the application's threads may be virtual. */
    private final StateLock lock = new StateLock();

    /** One of the application's threads takes from the ring at a time. */
    private final ReentrantLock taking = new ReentrantLock();

    private final FloodBrake brake = new FloodBrake();
    /** Grows with what the peer sends; guarded by {@link #lock}, replaced by the pump only. */
    private byte[] ring = new byte[FIRST_BYTES];
    /** Guarded by {@link #lock}. */
    private int first;
    /** Changed with {@link #lock}. */
    private volatile int size;
    /** By the pump only. */
    private volatile boolean ended;
    /** Bytes were read that are not in the ring yet: the end that came with them is not to overtake them. */
    private volatile boolean arriving;

    private volatile boolean isReading = true;
    private volatile @Nullable Thread pump;
    /** Waits for bytes. */
    private volatile @Nullable Thread taker;

    PumpedInput(BlockingConnection link) {
        super(link);
    }

    @Override
    void start() {
        link.run(this::pump);
    }

    // ---- the pump

    private void pump() {
        pump = Thread.currentThread();
        try {
            while (fill()) {
                // until the end, beyond END: the peer goes on to ask
            }
        } catch (IOException e) {
            // Recorded; who reads is told.
        } finally {
            isReading = false;
            arriving = false;
            LockSupport.unpark(taker);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // with the lock
    private boolean fill() throws IOException {
        awaitRoom();
        byte[] target;
        int at;
        int room;
        lock.lock();
        try {
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
        boolean isLast = count < 0 || link.reader().isInputEnded();
        lock.lock();
        try {
            size += Math.max(0, count);
            ended |= isLast;
            arriving = false;
        } finally {
            lock.unlock();
        }
        if (count != 0 || isLast || link.end().isThere()) {
            LockSupport.unpark(taker);
        }
        brake.onRead(count, false);
        return count >= 0;
    }

    private void awaitRoom() {
        while (size == RING_BYTES && !link.end().isThere()) {
            if (isReading) {
                isReading = false; // before the last look, or who takes does not wake this thread
            } else {
                LockSupport.park(this);
                Thread.interrupted(); // nothing should interrupt it; parking would return at once ever after
            }
        }
        isReading = true;
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

    /** Whether nothing more will come into the ring. */
    private boolean isOver() {
        return ended || (link.end().isThere() && !arriving);
    }

    // ---- the application

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        try {
            taking.lockInterruptibly();
        } catch (InterruptedException e) {
            throw interrupted();
        }
        try {
            await();
            if (size == 0) {
                link.end().requireNone();
                return -1;
            }
            return take(bytes, offset, length);
        } finally {
            taking.unlock();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // with the lock
    private int take(byte[] bytes, int offset, int length) {
        int count;
        lock.lock();
        try {
            count = Math.min(length, Math.min(size, ring.length - first));
            System.arraycopy(ring, first, bytes, offset, count);
            first = (first + count) % ring.length;
            size -= count;
        } finally {
            lock.unlock();
        }
        if (!isReading) {
            LockSupport.unpark(pump);
        }
        return count;
    }

    private void await() throws IOException {
        long limitNanos = TimeUnit.MILLISECONDS.toNanos(size == 0 && !isOver() ? link.readTimeoutMillis() : 0);
        long startNanos = limitNanos == 0 ? 0 : System.nanoTime();
        taker = Thread.currentThread();
        try {
            while (size == 0 && !isOver()) {
                if (Thread.interrupted()) {
                    throw interrupted();
                }
                if (limitNanos == 0) {
                    LockSupport.park(this);
                } else {
                    parkUntil(startNanos + limitNanos);
                }
            }
        } finally {
            taker = null;
        }
    }

    private void parkUntil(long endNanos) throws SocketTimeoutException {
        long leftNanos = endNanos - System.nanoTime();
        if (leftNanos <= 0) {
            throw new SocketTimeoutException("Read timed out");
        }
        LockSupport.parkNanos(this, leftNanos);
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted in read");
    }

    @Override
    public int available() throws IOException {
        int count = size;
        if (count == 0) {
            link.end().requireNone();
        }
        return count;
    }

    @Override
    boolean isReading() {
        return isReading;
    }

    @Override
    void wake() {
        LockSupport.unpark(taker);
        LockSupport.unpark(pump);
    }
}

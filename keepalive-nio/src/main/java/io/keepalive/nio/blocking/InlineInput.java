package io.keepalive.nio.blocking;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** {@link ReadMode#INLINE}: reads straight into the application's array, in which the frames are taken apart. */
final class InlineInput extends FrameInput {
    private final ReentrantLock reading = new ReentrantLock();
    private final FloodBrake brake = new FloodBrake();
    private volatile boolean isReading;
    private volatile boolean isVirtual;
    /** The run of the probe since the last tick; 0 for none. Of the thread that ticks. */
    private volatile long probe;

    InlineInput(BlockingConnection link) {
        super(link);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        boolean isCurrentVirtual = VirtualThreads.isCurrent();
        reading.lock();
        try {
            isVirtual = isCurrentVirtual;
            long startNanos = System.nanoTime();
            while (!link.reader().isInputEnded()) {
                isReading = true;
                int count = link.reader().receive(bytes, offset, length);
                brake.onRead(count, isCurrentVirtual);
                if (count != 0) {
                    return count;
                }
                requireInTime(startNanos);
            }
            link.end().requireNone();
            return -1;
        } finally {
            isReading = false;
            reading.unlock();
        }
    }

    /** Beats end the wait in the socket, but not that of the application. */
    private void requireInTime(long startNanos) throws IOException {
        long limitNanos = TimeUnit.MILLISECONDS.toNanos(link.readTimeoutMillis());
        if (limitNanos > 0 && System.nanoTime() - startNanos >= limitNanos) {
            throw new SocketTimeoutException("Read timed out");
        }
    }

    @Override
    public int available() throws IOException {
        link.end().requireNone();
        return Math.min(link.reader().dataRemaining(), link.reader().available());
    }

    @Override
    boolean isReading() {
        return isReading;
    }

    @Override
    boolean hadProcessor() {
        return probe == 0 || link.carriers().hasRun(probe);
    }

    @Override
    void onTicked(boolean isSuspect) {
        probe = isSuspect && isReading && isVirtual ? link.carriers().request() : 0;
    }
}

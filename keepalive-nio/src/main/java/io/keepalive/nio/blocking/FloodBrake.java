package io.keepalive.nio.blocking;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Bounds what a peer can make a reader do without end. After {@value #READS} reads in a row that held control frames only, the
 * reader pauses for 1 ms: a flood of BEATs then gets some per cent of a core; a peer that beats is delayed by 1 ms once in
 * {@value #READS} beats.
 *
 * <p>A virtual thread whose socket always has something never leaves its carrier by itself: once in 10 ms it pauses for a moment.
 * It parks, since {@link Thread#yield} puts it in the carrier's own queue, and as long as that is not empty the carrier takes
 * nothing from the queue of those that were woken by a timer or a socket.
 *
 * <p>Confined to the reading thread.
 */
final class FloodBrake {
    private static final int READS = 16;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long MOMENT_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private int withoutData;
    private int withData;
    private long turnNanos = System.nanoTime();

    /** A read returned so many bytes of DATA. */
    void onRead(int dataBytes, boolean isVirtual) {
        if (dataBytes == 0) {
            if (++withoutData >= READS) {
                withoutData = 0;
                LockSupport.parkNanos(this, PAUSE_NANOS);
            }
            return;
        }
        withoutData = 0;
        if (isVirtual && ++withData >= READS) {
            withData = 0;
            if (System.nanoTime() - turnNanos >= TURN_NANOS) {
                LockSupport.parkNanos(this, MOMENT_NANOS);
                turnNanos = System.nanoTime();
            }
        }
    }
}

package io.keepalive.nio.blocking;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Bounds what a peer can make a reader do without end: after {@value #READS} reads in a row that held control frames only,
 * the reader pauses for 1 ms. A flood of BEATs then gets some per cent of a core; a peer that beats is delayed by 1 ms once in
 * {@value #READS} beats. Confined to the reading thread.
 */
final class FloodBrake {
    private static final int READS = 16;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private int withoutData;

    /** A read returned so many bytes of DATA. */
    void onRead(int dataBytes) {
        if (dataBytes != 0) {
            withoutData = 0;
        } else if (++withoutData >= READS) {
            withoutData = 0;
            LockSupport.parkNanos(this, PAUSE_NANOS);
        }
    }
}

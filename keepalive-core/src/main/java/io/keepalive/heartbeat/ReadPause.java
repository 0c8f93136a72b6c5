package io.keepalive.heartbeat;

/**
 * How long the application has held back reading (rule 5). Bytes that were read meanwhile start the limit anew, and a local
 * pause does not count: the application could not read either.
 *
 * <pre>
 *               not reading at a tick                  the limit passed, at a tick on time
 *    READING ─────────────────────────▶ PAUSED ─────────────────────────────────────▶ exceeded
 *       ▲          reading again, or      │
 *       └──────── the input has ended ────┘
 * </pre>
 */
final class ReadPause {
    private boolean paused;
    private long sinceNanos;

    boolean isPaused() {
        return paused;
    }

    /**
     * The application did not read at a tick.
     *
     * @param receivedSome whether bytes were read since the last tick nevertheless
     */
    void onNotReading(long nowNanos, boolean receivedSome) {
        if (!paused || receivedSome) {
            sinceNanos = nowNanos;
        }
        paused = true;
    }

    /**
     * The application reads, or there is nothing to read any more.
     *
     * @return whether reading was paused before
     */
    boolean end() {
        boolean wasPaused = paused;
        paused = false;
        return wasPaused;
    }

    void onLocalPause(long nanos) {
        sinceNanos += nanos;
    }

    long pausedNanos(long nowNanos) {
        return nowNanos - sinceNanos;
    }

    /** Only while paused. */
    long deadlineNanos(long limitNanos) {
        return sinceNanos + limitNanos;
    }
}

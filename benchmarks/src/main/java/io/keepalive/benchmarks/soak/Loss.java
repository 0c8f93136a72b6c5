package io.keepalive.benchmarks.soak;

import java.util.concurrent.TimeUnit;

/**
 * A connection that a party reported as lost.
 *
 * @param atNanos when
 * @param party that reported it
 * @param style of the connection
 * @param cause as reported
 * @param silentNanos for how long nothing had been received; -1 if unknown
 */
record Loss(long atNanos, Party party, String style, String cause, long silentNanos) {
    @Override
    public String toString() {
        return party + " " + style + " " + cause + " after "
                + TimeUnit.NANOSECONDS.toMillis(silentNanos) + " ms of silence, at "
                + TimeUnit.NANOSECONDS.toMillis(atNanos)
                + " ms";
    }
}

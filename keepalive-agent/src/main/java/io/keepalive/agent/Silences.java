package io.keepalive.agent;

/**
 * How long what has not happened on a connection, as the program's calls tell it.
 *
 * @param receivedNanos since data was received, or since the connection was opened
 * @param writtenNanos since data was sent, or since the connection was opened
 * @param stallNanos how long a write has been waiting; 0 if none is
 * @param gapNanos the silence in both directions before the write that may be unanswered; 0 if there is none
 */
record Silences(long receivedNanos, long writtenNanos, long stallNanos, long gapNanos) {

    /** The values that {@code KeepAliveConnection} returns. */
    static Silences of(long[] nanos) {
        return new Silences(nanos[0], nanos[1], nanos[2], nanos[3]);
    }

    /** The same with the longer one of two stalls. */
    Silences withStall(long otherNanos) {
        return otherNanos <= stallNanos ? this : new Silences(receivedNanos, writtenNanos, otherNanos, gapNanos);
    }

    /** Whether what was received last came after what was sent last. */
    boolean endWithReceiving() {
        return receivedNanos <= writtenNanos;
    }
}

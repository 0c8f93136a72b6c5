package io.keepalive.cli.probe;

import java.util.concurrent.TimeUnit;

/**
 * What a search is for.
 *
 * @param resolutionNanos how exact the answer shall be; 0: as exact as a policy needs, see {@link #resolutionNanos(long)}
 * @param maxNanos the longest idle length to try
 * @param guessNanos the timeout to try first; 0: none
 * @param confirm whether to stop when the guess is confirmed or refuted
 * @param votes connections a round
 */
record Goal(long resolutionNanos, long maxNanos, long guessNanos, boolean confirm, int votes) {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** A policy probes at half the timeout: a seventh of the timeout less does not matter to it. */
    private static final int PARTS = 7;

    /** A guess is confirmed by two rounds, however exact it is. */
    private static final int PARTS_OF_GUESS = 32;

    /** How wide the interval may be around this length. */
    long resolutionNanos(long idleNanos) {
        if (resolutionNanos > 0) {
            return resolutionNanos;
        }
        return part(idleNanos, PARTS);
    }

    private static long part(long nanos, int parts) {
        return Math.max(1, Math.round((double) nanos / parts / SECOND)) * SECOND;
    }

    /** How wide the intervals are that a search distinguishes before it goes into detail. */
    long cellNanos(long idleNanos) {
        return Math.max(
                idleNanos < Lengths.SHORT_NANOS ? SECOND : part(idleNanos, PARTS), resolutionNanos / SECOND * SECOND);
    }

    private long guessResolutionNanos() {
        return resolutionNanos > 0 ? resolutionNanos : part(guessNanos, PARTS_OF_GUESS);
    }

    boolean hasGuess() {
        return guessNanos > 0;
    }

    /** The greatest length that must live if the guess is right. */
    long belowGuessNanos() {
        long resolution = guessResolutionNanos();
        long below = guessNanos - resolution / 2;
        return Math.max(resolution <= SECOND ? below : Lengths.snap(below, SECOND), Lengths.SHORTEST_NANOS);
    }

    /** The least length that must die if the guess is right. */
    long aboveGuessNanos() {
        return belowGuessNanos() + guessResolutionNanos();
    }
}

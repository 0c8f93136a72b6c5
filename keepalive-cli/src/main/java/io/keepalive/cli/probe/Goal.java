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

    /** A policy probes at half the timeout: 3 % more or less don't matter to it. */
    private static final int PARTS = 32;

    /** How wide the interval may be around this length. */
    long resolutionNanos(long idleNanos) {
        if (resolutionNanos > 0) {
            return resolutionNanos;
        }
        return Math.max(1, Math.round((double) idleNanos / PARTS / SECOND)) * SECOND;
    }

    boolean hasGuess() {
        return guessNanos > 0;
    }

    /** The greatest length that must live if the guess is right. */
    long belowGuessNanos() {
        long resolution = resolutionNanos(guessNanos);
        long below = guessNanos - resolution / 2;
        return Math.max(resolution <= SECOND ? below : Lengths.snap(below, SECOND), Lengths.SHORTEST_NANOS);
    }

    /** The least length that must die if the guess is right. */
    long aboveGuessNanos() {
        return belowGuessNanos() + resolutionNanos(guessNanos);
    }
}

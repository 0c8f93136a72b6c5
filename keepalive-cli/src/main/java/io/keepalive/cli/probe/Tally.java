package io.keepalive.cli.probe;

import java.util.Optional;

/**
 * The votes about one idle length.
 *
 * @param lived connections that lived
 * @param died connections that died
 * @param rounds that voted
 */
record Tally(int lived, int died, int rounds) {
    static final Tally NONE = new Tally(0, 0, 0);

    /** After so many rounds without a decision the length is mixed: time is not the problem. */
    static final int MOST_ROUNDS = 4;

    Tally plus(Round round) {
        return new Tally(lived + round.lived(), died + round.died(), rounds + (round.valid() == 0 ? 0 : 1));
    }

    int votes() {
        return lived + died;
    }

    int minority() {
        return Math.min(lived, died);
    }

    /** True: it lives; false: it dies; empty: not decided. */
    Optional<Boolean> verdict(int margin) {
        if (Math.abs(lived - died) < Math.max(1, margin)) {
            return Optional.empty();
        }
        return Optional.of(lived > died);
    }

    boolean isMixed(int margin) {
        return rounds >= MOST_ROUNDS && verdict(margin).isEmpty();
    }
}

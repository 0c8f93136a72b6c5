package io.keepalive.cli.probe;

import java.util.List;
import java.util.function.Predicate;

/**
 * Several connections that were treated alike at the same time.
 *
 * @param test what was done to them
 * @param trials what became of them
 */
record Round(Step.Test test, List<Trial> trials) {
    Round {
        trials = List.copyOf(trials);
    }

    int lived() {
        return count(trial -> trial.fate() == Fate.LIVED);
    }

    /** Deaths that count: a connection that died after a longer silence than planned proves nothing about the plan. */
    int died() {
        return count(trial -> trial.fate().isDeath() && trial.idleNanos() <= test.nanos() + Lengths.LATE_NANOS);
    }

    int early() {
        return count(trial -> trial.fate().isEarly());
    }

    int neverIdle() {
        return count(trial -> trial.fate() == Fate.NEVER_IDLE);
    }

    /** Connections that prove something. */
    int valid() {
        return lived() + died() + neverIdle();
    }

    private int count(Predicate<Trial> condition) {
        return (int) trials.stream().filter(condition).count();
    }
}

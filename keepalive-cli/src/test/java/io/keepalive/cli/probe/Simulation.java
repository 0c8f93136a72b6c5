package io.keepalive.cli.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A search at a box, run to its end in virtual time.
 *
 * @param timeouts what the box had at the beginning of each round, in this order
 * @param begins when each round began
 * @param elapsedNanos how long it took
 */
record Simulation(Search search, List<Long> timeouts, List<Long> begins, long elapsedNanos) {
    /** What a death takes to be proven: five probes and a control connection, measured in the lab. */
    private static final long DEATH_NANOS = 600_000_000;

    private static final int MOST_STEPS = 200;

    /** Of each resolution and longest length. */
    private static final Map<List<Long>, Plan> PLANS = new ConcurrentHashMap<>();

    static Simulation run(SimulatedBox box, Goal goal, Random random) {
        Search search = Search.of(
                goal, PLANS.computeIfAbsent(List.of(goal.resolutionNanos(), goal.maxNanos()), unused -> Plan.of(goal)));
        List<Long> timeouts = new ArrayList<>();
        List<Long> begins = new ArrayList<>();
        long now = 0;
        while (search.next() instanceof Step.Test test) {
            assertThat(timeouts.size()).as("steps at %s", box).isLessThan(MOST_STEPS);
            timeouts.add(box.timeoutNanos(now));
            begins.add(now);
            Round round = box.run(test, goal.votes(), now, random);
            search = search.with(round);
            now += round.trials().stream().mapToLong(Simulation::nanos).max().orElse(0);
        }
        return new Simulation(search, timeouts, begins, now);
    }

    private static long nanos(Trial trial) {
        return trial.idleNanos() + (trial.fate().isDeath() && !trial.fate().isEarly() ? DEATH_NANOS : 0);
    }

    Verdict verdict() {
        return Verdict.of(search);
    }

    /** The idle lengths in seconds. */
    List<Double> lengths() {
        return search.history().rounds().stream()
                .map(round -> round.test().nanos() / 1e9)
                .toList();
    }
}

package io.keepalive.cli.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.cli.probe.Step.Outcome;
import io.keepalive.cli.probe.Verdict.ProbesCount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The search against 10,000 paths with noise. */
class SimulatedBoxesTest {
    private static final int BOXES = 10_000;
    private static final int VOTES = 5;
    private static final long SECOND = 1_000_000_000L;
    private static final List<Fate> DEATHS = List.of(Fate.SILENT, Fate.RESET_ON_PROBE, Fate.RESET, Fate.CLOSED);

    /** Up to 3 % of the votes are wrong either way; half of the boxes count whole seconds exactly, half are off. */
    private static SimulatedBox box(Random random) {
        long timeout = Math.round(Math.exp(random.nextDouble(Math.log(2), Math.log(1800)))) * SECOND;
        boolean none = random.nextInt(20) == 0;
        return new SimulatedBox(
                none ? 0 : timeout,
                DEATHS.get(random.nextInt(DEATHS.size())),
                random.nextBoolean() ? 0 : SECOND / 4,
                random.nextDouble() * 0.03,
                random.nextDouble() * 0.03);
    }

    private static Goal goal(Random random, SimulatedBox box) {
        long guess = random.nextInt(3) > 0 ? 0 : random.nextBoolean() ? box.timeoutNanos() : 240 * SECOND;
        return new Goal(
                random.nextBoolean() ? SECOND : 0, Duration.ofMinutes(40).toNanos(), guess, false, VOTES);
    }

    private static Search run(SimulatedBox box, Goal goal, Random random) {
        Search search = Search.of(goal);
        for (int steps = 0; search.next() instanceof Step.Test test; steps++) {
            assertThat(steps).as("steps at %s", box).isLessThan(100);
            search = search.with(box.run(test, goal.votes(), random));
        }
        return search;
    }

    @Test
    void search_tenThousandNoisyBoxes_noVerdictIsWrongAndFewAreMissing() {
        List<String> wrong = new ArrayList<>();
        List<String> undecided = new ArrayList<>();
        for (int seed = 0; seed < BOXES; seed++) {
            Random random = new Random(seed);
            SimulatedBox box = box(random);
            Goal goal = goal(random, box);
            Search search = run(box, goal, random);
            Verdict verdict = Verdict.of(search);
            String report = seed + ": " + box + " " + goal + " -> " + verdict;
            if (!verdict.outcome().isDecided()) {
                undecided.add(report);
            } else if (!isRight(verdict, box, goal)) {
                wrong.add(report);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(undecided).hasSizeLessThanOrEqualTo(BOXES / 100);
    }

    private static boolean isRight(Verdict verdict, SimulatedBox box, Goal goal) {
        if (box.timeoutNanos() == 0) {
            return verdict.outcome() == Outcome.NOT_REACHED && verdict.mechanism() == Mechanism.NONE_OBSERVED;
        }
        long atLeast = verdict.atLeastNanos().orElse(0);
        long lessThan = verdict.lessThanNanos().orElse(Long.MAX_VALUE);
        boolean exact = atLeast <= box.timeoutNanos()
                && box.timeoutNanos() < lessThan
                && (lessThan - atLeast <= goal.resolutionNanos(lessThan) + SECOND / 2
                        || lessThan <= Lengths.SHORTEST_NANOS);
        boolean probes = verdict.probesCount() == ProbesCount.UNKNOWN
                || (verdict.probesCount() == ProbesCount.NO) == (box.death() == Fate.CLOSED);
        return exact && probes && verdict.mechanism() == Mechanism.of(box.death());
    }

    @Test
    void search_cleanBoxesOfOneSecondResolution_takesAtMostEightTimesTheTimeout() {
        for (long seconds : new long[] {3, 4, 5, 6, 7, 8, 10, 12, 25}) {
            assertThat(spentNanos(seconds, 0)).as("%s s", seconds).isLessThanOrEqualTo(8 * seconds * SECOND);
        }
    }

    @Test
    void search_rightGuess_takesAtMostTwiceTheTimeout() {
        for (long seconds : new long[] {3, 7, 25, 60, 240, 350}) {
            assertThat(spentNanos(seconds, seconds)).as("%s s", seconds).isLessThanOrEqualTo(2 * seconds * SECOND);
        }
    }

    private static long spentNanos(long timeoutSeconds, long guessSeconds) {
        SimulatedBox box = new SimulatedBox(timeoutSeconds * SECOND, Fate.SILENT, 0, 0, 0);
        Goal goal = new Goal(SECOND, Duration.ofMinutes(20).toNanos(), guessSeconds * SECOND, false, VOTES);
        Search search = run(box, goal, new Random(1));
        assertThat(Verdict.of(search).outcome()).isEqualTo(Outcome.FOUND);
        return search.history().rounds().stream()
                .mapToLong(round -> round.test().nanos())
                .sum();
    }
}

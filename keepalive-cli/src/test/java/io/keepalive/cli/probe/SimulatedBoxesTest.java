package io.keepalive.cli.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.Middlebox;
import io.keepalive.cli.probe.SimulatedBox.Change;
import io.keepalive.cli.probe.SimulatedBox.Noise;
import io.keepalive.cli.probe.Step.Outcome;
import io.keepalive.cli.probe.Verdict.ProbesCount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The search against 10,000 paths with noise, a quarter of which change their timeout while it is measured. */
class SimulatedBoxesTest {
    private static final int BOXES = Integer.getInteger("keepalive.probe.boxes", 10_000);
    private static final int VOTES = 5;
    private static final long SECOND = 1_000_000_000L;
    private static final long MAX = Duration.ofMinutes(40).toNanos();
    private static final List<Fate> DEATHS = List.of(Fate.SILENT, Fate.RESET_ON_PROBE, Fate.RESET, Fate.CLOSED);

    /**
     * Up to 3 % of the votes are wrong either way, up to 2 % of the connections are dropped at random, up to 2 % not made;
     * half of the boxes count whole seconds exactly, half are off by up to a quarter.
     */
    private static SimulatedBox box(Random random) {
        long timeout = timeout(random);
        Noise noise = new Noise(
                random.nextBoolean() ? 0 : SECOND / 4,
                random.nextDouble() * 0.03,
                random.nextDouble() * 0.03,
                random.nextDouble() * 0.02,
                random.nextDouble() * 0.02);
        Fate death = DEATHS.get(random.nextInt(DEATHS.size()));
        return switch (random.nextInt(20)) {
            case 0 -> new SimulatedBox(0, death, SimulatedBox.NEVER, noise, 0);
            case 1 -> new SimulatedBox(timeout, death, SimulatedBox.NEVER, noise, timeout(random));
            case 2, 3, 4, 5, 6 ->
                new SimulatedBox(
                        timeout,
                        death,
                        new Change(Math.round(random.nextDouble() * 7 * timeout), changed(timeout, random)),
                        noise,
                        0);
            default -> new SimulatedBox(timeout, death, SimulatedBox.NEVER, noise, 0);
        };
    }

    private static long timeout(Random random) {
        return Math.round(Math.exp(random.nextDouble(Math.log(2), Math.log(1800)))) * SECOND;
    }

    /** By a second, or to a quarter to four times. */
    private static long changed(long timeout, Random random) {
        long to = random.nextInt(3) == 0
                ? timeout + (random.nextBoolean() ? SECOND : -SECOND)
                : Math.round(timeout * Math.exp(random.nextDouble(Math.log(0.25), Math.log(4))) / SECOND) * SECOND;
        return Math.max(2 * SECOND, to);
    }

    private static Goal goal(Random random, SimulatedBox box) {
        long guess = random.nextInt(3) > 0
                ? 0
                : random.nextBoolean() ? Math.max(2 * SECOND, box.timeoutNanos()) : 240 * SECOND;
        return new Goal(random.nextBoolean() ? SECOND : 0, MAX, guess, guess > 0 && random.nextInt(3) == 0, VOTES);
    }

    @Test
    void search_tenThousandNoisyBoxes_noVerdictIsWrongAndFewAreMissing() {
        List<String> wrong = new ArrayList<>();
        List<String> undecided = new ArrayList<>();
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        for (int seed = 0; seed < BOXES; seed++) {
            Random random = new Random(seed);
            SimulatedBox box = box(random);
            Goal goal = goal(random, box);
            Simulation simulation = Simulation.run(box, goal, random);
            Verdict verdict = simulation.verdict();
            outcomes.merge(verdict.outcome(), 1, Integer::sum);
            String report = seed + ": " + box + " " + goal + " " + simulation.lengths() + " " + simulation.timeouts()
                    + " -> " + verdict;
            if (!verdict.outcome().isDecided()) {
                undecided.add(report);
            } else if (!isRight(simulation, box, goal)) {
                wrong.add(report);
            }
        }
        System.out.println(BOXES + " simulated boxes: " + outcomes + ", wrong " + wrong.size());
        assertThat(wrong).isEmpty();
        assertThat(undecided).hasSizeLessThanOrEqualTo(BOXES / 100);
        assertThat(outcomes).as("what the boxes bring about").containsKeys(Outcome.VARIES, Outcome.NEVER_IDLE);
    }

    private static boolean isRight(Simulation simulation, SimulatedBox box, Goal goal) {
        Verdict verdict = simulation.verdict();
        List<Long> timeouts = simulation.timeouts();
        long now = box.timeoutNanos() == 0 ? Long.MAX_VALUE : timeouts.get(timeouts.size() - 1);
        long atLeast = verdict.atLeastNanos().orElse(0);
        long lessThan = verdict.lessThanNanos().orElse(Long.MAX_VALUE);
        if (verdict.outcome() == Outcome.NEVER_IDLE) {
            return box.peerKeepaliveNanos() > 0
                    && box.peerKeepaliveNanos() <= box.timeoutNanos() + SECOND
                    && verdict.mechanism() == Mechanism.KEPT_ALIVE_BY_PEER;
        }
        if (atLeast > now) {
            return false; // a policy for it would not help
        }
        return switch (verdict.outcome()) {
            case NOT_REACHED, LONGER_THAN_GUESS ->
                verdict.lessThanNanos().isEmpty() && verdict.mechanism() == Mechanism.NONE_OBSERVED;
            case SHORTER_THAN_GUESS -> timeouts.stream().anyMatch(timeout -> timeout < lessThan);
            case VARIES ->
                isChanging(timeouts) && timeouts.stream().allMatch(timeout -> atLeast <= timeout && timeout < lessThan);
            case FOUND ->
                (isExact(verdict, goal) || isChanging(timeouts))
                        && isSupported(simulation, goal)
                        && isMechanism(verdict, box);
            default -> false;
        };
    }

    private static boolean isChanging(List<Long> timeouts) {
        return timeouts.stream().distinct().count() > 1;
    }

    private static boolean isExact(Verdict verdict, Goal goal) {
        long atLeast = verdict.atLeastNanos().orElse(0);
        long lessThan = verdict.lessThanNanos().orElse(Long.MAX_VALUE);
        return lessThan - atLeast <= goal.resolutionNanos(lessThan) + SECOND / 2 || lessThan <= Lengths.SHORTEST_NANOS;
    }

    /** The interval has a timeout of the box; a guess that two rounds confirmed may lie between two. */
    private static boolean isSupported(Simulation simulation, Goal goal) {
        Verdict verdict = simulation.verdict();
        long atLeast = verdict.atLeastNanos().orElse(0);
        long lessThan = verdict.lessThanNanos().orElse(Long.MAX_VALUE);
        List<Long> timeouts = simulation.timeouts();
        return timeouts.stream().anyMatch(timeout -> atLeast <= timeout && timeout < lessThan)
                || (goal.hasGuess()
                        && lessThan == goal.aboveGuessNanos()
                        && timeouts.stream().anyMatch(timeout -> timeout < lessThan));
    }

    private static boolean isMechanism(Verdict verdict, SimulatedBox box) {
        boolean probes = verdict.probesCount() == ProbesCount.UNKNOWN
                || (verdict.probesCount() == ProbesCount.NO) == (box.death() == Fate.CLOSED);
        return probes && verdict.mechanism() == Mechanism.of(box.death());
    }

    /** The box changes once, between any two rounds of any pair of timeouts; noise apart that is every box there is. */
    @Test
    void search_oneChangeAtAnyTime_neverClaimsMoreThanTheTimeoutOfTheEnd() {
        for (long from = 2; from <= 24; from++) {
            for (long to = 2; to <= 24; to++) {
                for (int rounds = 1; rounds <= 8; rounds++) {
                    Simulation simulation = changedAfter(rounds, from * SECOND, to * SECOND);
                    Verdict verdict = simulation.verdict();
                    String report = from + " s to " + to + " s after " + simulation.lengths() + ": " + verdict;
                    List<Long> timeouts = simulation.timeouts();
                    long atLeast = verdict.atLeastNanos().orElse(0);
                    long lessThan = verdict.lessThanNanos().orElse(Long.MAX_VALUE);
                    assertThat(atLeast).as(report).isLessThanOrEqualTo(timeouts.get(timeouts.size() - 1));
                    assertThat(timeouts).as(report).anyMatch(timeout -> atLeast <= timeout && timeout < lessThan);
                    if (verdict.outcome() == Outcome.VARIES) {
                        assertThat(timeouts).as(report).allMatch(timeout -> atLeast <= timeout && timeout < lessThan);
                    }
                }
            }
        }
    }

    private static Simulation changedAfter(int rounds, long from, long to) {
        SimulatedBox box = SimulatedBox.quiet(from, Fate.SILENT);
        Goal goal = new Goal(SECOND, MAX, 0, false, VOTES);
        List<Long> begins = Simulation.run(box, goal, new Random(1)).begins();
        return Simulation.run(box.changing(begins.get(Math.min(rounds, begins.size() - 1)), to), goal, new Random(1));
    }

    @Test
    void search_shortTimeoutFromNothingToTheSecond_takesAtMostEightTimesTheTimeout() {
        for (long seconds = 3; seconds <= 25; seconds++) {
            for (Fate death : DEATHS) {
                assertThat(timesTheTimeout(seconds, 0, SECOND, death))
                        .as("%s s %s", seconds, death)
                        .isLessThanOrEqualTo(8);
            }
        }
    }

    @Test
    void search_everyTimeoutFromNothing_takesAtMostEightTimesTheTimeout() {
        double sum = 0;
        double most = 0;
        for (long seconds = 3; seconds <= 1200; seconds++) {
            double times = timesTheTimeout(seconds, 0, 0, Fate.SILENT);
            sum += times;
            most = Math.max(most, times);
            assertThat(times).as("%s s", seconds).isLessThanOrEqualTo(8);
        }
        System.out.printf(
                Locale.ROOT, "3 s to 1200 s from nothing: %.1f times the timeout, at most %.1f%n", sum / 1198, most);
    }

    @Test
    void search_timeoutOfTheCatalogueFromNothingToTheSecond_takesAtMostEightTimesTheTimeout() {
        for (Middlebox known : Middlebox.values()) {
            long seconds = known.idleTimeout().toSeconds();
            if (seconds % 10 == 0 && seconds >= 60 && seconds <= 1200) {
                assertThat(timesTheTimeout(seconds, 0, SECOND, Fate.SILENT))
                        .as("%s", known)
                        .isLessThanOrEqualTo(8);
            }
        }
    }

    @Test
    void search_rightGuess_takesAtMostTwoAndAHalfTimesTheTimeout() {
        for (long seconds : new long[] {3, 4, 5, 7, 10, 25, 60, 240, 350, 1200}) {
            for (Fate death : List.of(Fate.SILENT, Fate.RESET_ON_PROBE, Fate.CLOSED)) {
                assertThat(timesTheTimeout(seconds, seconds, SECOND, death))
                        .as("%s s %s", seconds, death)
                        .isLessThanOrEqualTo(2.5);
            }
            // Seen, not seen with probes, seen again.
            assertThat(timesTheTimeout(seconds, seconds, SECOND, Fate.RESET))
                    .as("%s s", seconds)
                    .isLessThanOrEqualTo(3.4);
        }
    }

    private static double timesTheTimeout(long timeoutSeconds, long guessSeconds, long resolutionNanos, Fate death) {
        SimulatedBox box = SimulatedBox.quiet(timeoutSeconds * SECOND, death);
        Goal goal = new Goal(resolutionNanos, Duration.ofMinutes(30).toNanos(), guessSeconds * SECOND, false, VOTES);
        Simulation simulation = Simulation.run(box, goal, new Random(1));
        assertThat(simulation.verdict().outcome()).isEqualTo(Outcome.FOUND);
        return (double) simulation.elapsedNanos() / box.timeoutNanos();
    }
}

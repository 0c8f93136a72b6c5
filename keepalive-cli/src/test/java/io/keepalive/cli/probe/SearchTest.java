package io.keepalive.cli.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.Middlebox;
import io.keepalive.cli.probe.Step.Done;
import io.keepalive.cli.probe.Step.Idle;
import io.keepalive.cli.probe.Step.Outcome;
import io.keepalive.cli.probe.Step.Refreshed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SearchTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Goal FROM_NOTHING = new Goal(SECOND, 1200 * SECOND, 0, false, 3);

    private static Goal guess(long seconds, boolean confirm) {
        return new Goal(SECOND, 1200 * SECOND, seconds * SECOND, confirm, 3);
    }

    private static List<Trial> all(Fate fate, long nanos) {
        return Collections.nCopies(3, new Trial(fate, nanos));
    }

    /** Runs at a box that may change after each round. */
    private static Search run(Goal goal, long... timeoutSecondsByRound) {
        Search search = Search.of(goal);
        for (int i = 0; search.next() instanceof Step.Test test && i < 100; i++) {
            long timeout = timeoutSecondsByRound[Math.min(i, timeoutSecondsByRound.length - 1)] * SECOND;
            search = search.with(SimulatedBox.quiet(timeout, Fate.SILENT).run(test, 3, 0, new Random(i)));
        }
        return search;
    }

    private static List<Double> lengths(Search search) {
        return search.history().rounds().stream()
                .map(round -> round.test().nanos() / 1e9)
                .toList();
    }

    @Test
    void next_fromNothing_rungsThenBisectionThenTheLongestThatLivedAgain() {
        Search search = run(FROM_NOTHING, 7);

        assertThat(lengths(search)).containsExactly(6.5, 17.5, 9.5, 7.5, 6.5);
        assertThat(search.next()).isEqualTo(new Done(Outcome.FOUND));
        assertThat(Verdict.of(search).atLeastNanos()).hasValue(6_500_000_000L);
        assertThat(Verdict.of(search).lessThanNanos()).hasValue(7_500_000_000L);
    }

    @Test
    void next_rightGuess_twoRoundsTheLongestThatLivesLast() {
        assertThat(lengths(run(guess(240, false), 240))).containsExactly(240.5, 239.5);
    }

    @Test
    void next_guessTooLong_goesOnFromBelow() {
        Search search = run(guess(240, false), 7);

        assertThat(lengths(search)).startsWith(240.5, 239.5).endsWith(7.5, 6.5);
        assertThat(Verdict.of(search).lessThanNanos()).hasValue(7_500_000_000L);
    }

    @Test
    void next_guessToConfirm_stopsWhenRefuted() {
        assertThat(run(guess(240, true), 100).next()).isEqualTo(new Done(Outcome.SHORTER_THAN_GUESS));
        assertThat(run(guess(240, true), 300).next()).isEqualTo(new Done(Outcome.LONGER_THAN_GUESS));
        assertThat(run(guess(240, true), 240).next()).isEqualTo(new Done(Outcome.FOUND));
    }

    @Test
    void next_timeoutOfTheCatalogue_isFoundToTheSecond() {
        Search search = run(new Goal(0, 1200 * SECOND, 0, false, 3), 350);

        assertThat(lengths(search)).endsWith(350.5, 349.5);
        assertThat(Verdict.of(search).fits()).contains(Middlebox.AWS_GATEWAY_LOAD_BALANCER);
        assertThat(Verdict.of(search).fits()).doesNotContain(Middlebox.AWS_NAT_GATEWAY); // it resets
    }

    @Test
    void next_closedEarly_measuresWithProbesOnce() {
        Search search = Search.of(FROM_NOTHING).with(new Round(new Idle(7_500_000_000L), all(Fate.CLOSED, 5 * SECOND)));

        assertThat(search.next()).isEqualTo(new Refreshed(2 * SECOND, 6 * SECOND));
        Search counted = search.with(new Round((Step.Test) search.next(), all(Fate.CLOSED, 5 * SECOND)));
        assertThat(counted.next()).isEqualTo(new Done(Outcome.FOUND));
        assertThat(Verdict.of(counted).probesCount()).isEqualTo(Verdict.ProbesCount.NO);
        assertThat(Advice.policy(Verdict.of(counted))).isEmpty();
    }

    @Test
    void next_votesDisagree_triesTheSameLengthAgain() {
        List<Trial> split = new ArrayList<>(all(Fate.LIVED, 7_500_000_000L));
        split.set(0, new Trial(Fate.SILENT, 7_500_000_000L));
        Search search = Search.of(FROM_NOTHING).with(new Round(new Idle(7_500_000_000L), split));

        assertThat(search.next()).isEqualTo(new Idle(7_500_000_000L));
    }

    @Test
    void next_timeoutGoesDownBeforeTheLastRound_isNoticedAndBothAreReported() {
        Search search = run(FROM_NOTHING, 9, 9, 9, 9, 9, 9, 4);

        assertThat(search.next()).isEqualTo(new Done(Outcome.VARIES));
        assertThat(Verdict.of(search).atLeastNanos()).hasValue(3_500_000_000L);
        assertThat(Verdict.of(search).lessThanNanos()).hasValue(9_500_000_000L);
        assertThat(Verdict.current(search).lessThanNanos()).hasValue(4_500_000_000L);
        assertThat(Advice.policy(Verdict.of(search))).contains(KeepAlive.outliving(Duration.ofSeconds(3)));
        assertThat(VerdictText.of(search).toString())
                .contains("The idle timeout varies: between 3.5 s and 9.5 s", "now        between 3.5 s and 4.5 s");
    }

    @Test
    void next_timeoutGoesUpBeforeTheBoundsAreSeenAgain_isNoticed() {
        Search search = run(FROM_NOTHING, 9, 9, 9, 9, 9, 25);

        assertThat(search.next()).isEqualTo(new Done(Outcome.VARIES));
        assertThat(Verdict.of(search).atLeastNanos()).hasValue(6_500_000_000L);
        assertThat(Verdict.of(search).lessThanNanos()).hasValue(25_500_000_000L);
    }

    @Test
    void next_timeoutChangesAllTheTime_isUnstable() {
        Map<Long, Boolean> seen = new HashMap<>();
        Search search = Search.of(FROM_NOTHING);
        for (int i = 0; search.next() instanceof Step.Test test && i < 100; i++) {
            boolean lives = seen.containsKey(test.nanos()) ? !seen.get(test.nanos()) : test.nanos() < 7 * SECOND;
            seen.put(test.nanos(), lives);
            search = search.with(new Round(test, all(lives ? Fate.LIVED : Fate.SILENT, test.nanos())));
        }
        assertThat(search.next()).isEqualTo(new Done(Outcome.UNSTABLE));
    }

    @Test
    void next_peerIsNeverSilent_stops() {
        Search search =
                Search.of(FROM_NOTHING).with(new Round(new Idle(3_500_000_000L), all(Fate.NEVER_IDLE, 3 * SECOND)));

        assertThat(search.next()).isEqualTo(new Done(Outcome.NEVER_IDLE));
    }

    @Test
    void next_everythingLives_endsAtTheLongest() {
        Search search = run(new Goal(SECOND, 10 * SECOND, 0, false, 3), 3600);

        assertThat(lengths(search)).startsWith(4.5).endsWith(10.5).hasSizeLessThan(7);
        assertThat(Verdict.of(search).lessThanNanos()).isEmpty();
        assertThat(Verdict.of(search).mechanism()).isEqualTo(Mechanism.NONE_OBSERVED);
    }

    @Test
    void with_roundsReplayed_leadsToTheSameStep() {
        Search search = run(FROM_NOTHING, 25);
        Search replayed = Search.of(FROM_NOTHING);
        for (Round round : search.history().rounds()) {
            assertThat(replayed.next()).isEqualTo(round.test());
            replayed = replayed.with(round);
        }
        assertThat(Verdict.of(replayed)).isEqualTo(Verdict.of(search));
    }

    @Test
    void remainingNanos_fromNothing_coversEveryTimeoutUpToTheLongest() {
        assertThat(Search.of(FROM_NOTHING).remainingNanos()).isGreaterThan(1200 * SECOND);
        assertThat(run(FROM_NOTHING, 7).remainingNanos()).isZero();
        Search between = Search.of(FROM_NOTHING)
                .with(new Round(new Idle(3_500_000_000L), all(Fate.LIVED, 3_500_000_000L)))
                .with(new Round(new Idle(7_500_000_000L), all(Fate.SILENT, 7_500_000_000L)));
        assertThat(between.remainingNanos()).as("4.5 to 6.5, 7.5, 6.5").isBetween(20 * SECOND, 45 * SECOND);
    }
}

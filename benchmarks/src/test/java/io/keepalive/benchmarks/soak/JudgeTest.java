package io.keepalive.benchmarks.soak;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** In virtual time: no silence below 4.5 s is a death, every one from 5.25 s on; beats every second, 2 s of slack. */
class JudgeTest {
    private static final long FROM = 100_000;

    private Model model = heardEvery(1000);
    private final List<Outage> outages = new ArrayList<>();
    private final List<Loss> losses = new ArrayList<>();

    private static Model heardEvery(long millis) {
        return new Model(
                MILLISECONDS.toNanos(4500),
                MILLISECONDS.toNanos(5250),
                MILLISECONDS.toNanos(millis),
                MILLISECONDS.toNanos(2000));
    }

    private void stop(Party party, long millis) {
        stop(party, 0, millis);
    }

    private void stop(Party party, long signalMillis, long millis) {
        outages.add(new Outage(
                party,
                MILLISECONDS.toNanos(FROM),
                MILLISECONDS.toNanos(FROM + signalMillis),
                MILLISECONDS.toNanos(FROM + millis)));
    }

    private void cut(long millis) {
        outages.add(new Outage(
                null, MILLISECONDS.toNanos(FROM), MILLISECONDS.toNanos(FROM), MILLISECONDS.toNanos(FROM + millis)));
    }

    private void lost(Party party, int count, long afterMillis) {
        lost(party, count, afterMillis, 5250);
    }

    private void lost(Party party, int count, long afterMillis, long silentMillis) {
        for (int i = 0; i < count; i++) {
            losses.add(new Loss(
                    MILLISECONDS.toNanos(FROM + afterMillis),
                    party,
                    "LOOP",
                    "HEARTBEAT_TIMEOUT",
                    MILLISECONDS.toNanos(silentMillis)));
        }
    }

    private Verdict verdict() {
        return new Judge(Map.of("LOOP", model), 3).judge(outages, losses);
    }

    private static List<Integer> counts(Verdict verdict) {
        return List.of(verdict.falseDeaths(), verdict.missed(), verdict.late(), verdict.early());
    }

    @Test
    void judge_nothingHappens_isClean() {
        assertThat(verdict().isClean()).isTrue();
    }

    @Test
    void judge_lossWhileNothingWasWrong_isFalse() {
        lost(Party.SERVER, 1, 0);
        assertThat(counts(verdict())).containsExactly(1, 0, 0, 0);
    }

    @Test
    void judge_lossInAHarmlessStop_isFalse() {
        stop(Party.SERVER, 3400);
        lost(Party.IDLE_CLIENT, 1, 3000);
        assertThat(counts(verdict())).containsExactly(1, 0, 0, 0);
    }

    @Test
    void judge_stopBetweenTheBounds_demandsNothing() {
        stop(Party.SERVER, 6000);
        lost(Party.IDLE_CLIENT, 2, 5500);
        assertThat(counts(verdict())).containsExactly(0, 0, 0, 0);
    }

    @Test
    void judge_serverStopped_demandsEveryLossOfBothClients() {
        stop(Party.SERVER, 9000);
        lost(Party.IDLE_CLIENT, 3, 5000);
        lost(Party.BUSY_CLIENT, 2, 7000);
        assertThat(counts(verdict())).containsExactly(0, 1, 0, 0);
    }

    @Test
    void judge_serverFindsResetsWhenItGoesOn_isRight() {
        stop(Party.SERVER, 9000);
        lost(Party.IDLE_CLIENT, 3, 5000);
        lost(Party.BUSY_CLIENT, 3, 5000);
        lost(Party.SERVER, 6, 9100, 0);
        assertThat(verdict().isClean()).isTrue();
    }

    @Test
    void judge_clientStopped_sparesTheOtherClient() {
        stop(Party.IDLE_CLIENT, 9000);
        lost(Party.SERVER, 4, 5500);
        lost(Party.BUSY_CLIENT, 1, 5500);
        assertThat(counts(verdict())).containsExactly(2, 0, 0, 0);
    }

    @Test
    void judge_cut_demandsEveryLossOnBothSides() {
        cut(9000);
        lost(Party.SERVER, 6, 5500);
        lost(Party.IDLE_CLIENT, 3, 5500);
        assertThat(counts(verdict())).containsExactly(0, 3, 0, 0);
    }

    @Test
    void judge_cutWhoseRetransmissionsTakeAsLongAgain_isNotHarmless() {
        cut(2000);
        lost(Party.SERVER, 1, 4600);
        assertThat(counts(verdict())).containsExactly(0, 0, 0, 0);
    }

    @Test
    void judge_lossBeforeTheToleratedSilence_isEarly() {
        stop(Party.SERVER, 9000);
        lost(Party.IDLE_CLIENT, 3, 3400);
        lost(Party.BUSY_CLIENT, 3, 5000, 4400);
        assertThat(counts(verdict())).containsExactly(0, 0, 0, 6);
    }

    @Test
    void judge_peerWithoutBeats_mayHaveBeenSilentLonger() {
        model = heardEvery(2000);
        stop(Party.SERVER, 9000);
        lost(Party.IDLE_CLIENT, 3, 2600);
        lost(Party.BUSY_CLIENT, 3, 2400);
        assertThat(counts(verdict())).containsExactly(0, 0, 0, 3);
    }

    @Test
    void judge_peerWithoutBeats_aStopThatIsHarmlessToOthersIsNot() {
        model = heardEvery(2000);
        stop(Party.SERVER, 3400);
        lost(Party.IDLE_CLIENT, 1, 3200);
        assertThat(counts(verdict())).containsExactly(0, 0, 0, 0);
    }

    @Test
    void judge_lossAfterTheSlack_isLate() {
        stop(Party.IDLE_CLIENT, 9000);
        lost(Party.SERVER, 3, 7300);
        assertThat(counts(verdict())).containsExactly(0, 0, 3, 0);
    }

    @Test
    void judge_signalTakesASecond_countsFromThenOn() {
        stop(Party.IDLE_CLIENT, 1000, 9000);
        lost(Party.SERVER, 3, 8200);
        assertThat(verdict().isClean()).isTrue();
    }

    @Test
    void judge_lossLongAfterAnOutage_isFalse() {
        stop(Party.IDLE_CLIENT, 9000);
        lost(Party.SERVER, 3, 5500);
        lost(Party.IDLE_CLIENT, 1, 11_100);
        assertThat(counts(verdict())).containsExactly(1, 0, 0, 0);
    }
}

package io.keepalive.heartbeat;

import static io.keepalive.heartbeat.Timeline.plain;
import static io.keepalive.heartbeat.Timeline.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rule 4: this process' local pause is not the peer's death, and one that is always late still finds a dead peer. */
class HeartbeatLocalPauseTest {
    private static final double D = 62; // 30 + 3 * 10 + 2 * 1

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.95, 1, 2, 10})
    void stopped_atAnyMoment_timersBeforeReads_thenOneReadSaves(double deadlines) {
        for (double at = 0; at < 61; at += 0.5) {
            Timeline timeline = new Timeline(plain().build());
            timeline.to(at);
            timeline.stoppedTo(at + deadlines * D); // a timer first
            timeline.received(); // then what the kernel had all the time
            timeline.to(at + deadlines * D + 5);

            assertThat(timeline.heartbeat.loss()).as("stopped at %s s", at).isEmpty();
            assertThat(timeline.heartbeat.missedPongs()).isZero();
        }
    }

    @Test
    void deadlineThatPassedInAPause_isNoMissedPong_untilATickOnTime() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(39);

        assertThat(timeline.stoppedTo(43)).containsExactly("43s local pause 3s"); // due at 40
        assertThat(timeline.due()).isEqualTo(seconds(44));
        assertThat(timeline.to(44)).containsExactly("44s missed 1", "44s SEND_PING");
    }

    @Test
    void latenessOfATick_isNoPause_andAddsItself() {
        Timeline timeline = new Timeline(plain().build());
        // 30, 40, 50, 60, 61 and what was before: each a second late
        assertThat(timeline.lateTo(1000, seconds(1)))
                .containsExactly(
                        "16s SEND_BEAT",
                        "31s SEND_PING", // 30 + 1
                        "42s missed 1", // 31 + 10 + 1
                        "42s SEND_PING",
                        "53s missed 2",
                        "53s SEND_PING",
                        "64s missed 3",
                        "66s DEAD HEARTBEAT_TIMEOUT"); // 64 + 1 + 1 = 30 + 3 * 10 + 1 + 5 * 1
    }

    @Test
    void suspect_stoppedAgain_waitsForATickOnTime() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(60);

        assertThat(timeline.stoppedTo(70)).containsExactly("70s local pause 9s", "70s SEND_BEAT"); // due at 61
        assertThat(timeline.to(70.999)).isEmpty();
        assertThat(timeline.to(100)).containsExactly("71s DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void creditIsSpentInSum_andComesBackWithTheNextByte() {
        Timeline timeline =
                new Timeline(plain().localPauseAllowance(seconds(20)).build());
        timeline.to(60);
        timeline.stoppedTo(69); // 8 late and a tick: 11 left
        timeline.stoppedTo(78); // 8 late and a tick: 2 left
        assertThat(timeline.news()).noneMatch(line -> line.contains("DEAD"));
        timeline.received();
        assertThat(timeline.to(79)).containsExactly("79s recovered after 3");

        assertThat(timeline.to(200)).last().isEqualTo("139s DEAD HEARTBEAT_TIMEOUT"); // 78 + 61
        timeline = new Timeline(plain().localPauseAllowance(seconds(20)).build());
        timeline.to(60);
        timeline.stoppedTo(69);
        timeline.stoppedTo(78);
        assertThat(timeline.stoppedTo(87)).noneMatch(line -> line.contains("DEAD")); // the last 2
        assertThat(timeline.stoppedTo(96)).contains("96s DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void noCredit_stillOneReadBetweenDeadlineAndVerdict() {
        Timeline timeline = new Timeline(
                plain().localPauseAllowance(Duration.ZERO).maxMissedPongs(1).build());
        timeline.to(35);
        assertThat(timeline.stoppedTo(1000)).contains("1000s missed 1").noneMatch(line -> line.contains("DEAD"));
        timeline.received();
        assertThat(timeline.to(1001)).containsExactly("1001s recovered after 1");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 1, 1.001, 2, 5, 20, 60, 61, 600})
    void everyTimerLateForEver_deadPeerIsFoundWithinTheStatedBound(double late) {
        for (HeartbeatConfig config : List.of(
                plain().build(),
                plain().localPauseAllowance(Duration.ZERO).build(),
                plain().maxMissedPongs(1).build(),
                plain().maxMissedPongs(20).localPauseAllowance(seconds(3)).build(),
                plain().pongTimeout(seconds(200)).build(),
                plain().oneWay().build(),
                plain().beatInterval(seconds(1)).build(),
                plain().pingIdle(seconds(1)).pongTimeout(seconds(100)).build())) {
            Timeline timeline = new Timeline(config);
            timeline.lateTo(1_000_000, seconds(late));

            boolean isPause = seconds(late).compareTo(config.tick()) > 0;
            Duration bound = config.detectionTime()
                    .plus(isPause ? config.localPauseAllowance() : Duration.ZERO)
                    .plus(seconds(late).multipliedBy(config.maxMissedPongs() + 3));
            assertThat(timeline.heartbeat.loss()).as("%s", config).isPresent();
            assertThat(timeline.elapsed()).as("%s", config).isLessThanOrEqualTo(bound);
        }
    }

    @Test
    void pauseWithNothingAtStake_costsNoCredit() {
        Timeline timeline = new Timeline(
                plain().localPauseAllowance(seconds(5)).maxMissedPongs(1).build());
        timeline.to(10);
        timeline.stoppedTo(100); // 85 late, and it only asks
        timeline.to(109);

        assertThat(timeline.stoppedTo(114)).containsExactly("114s local pause 4s"); // due at 110: all 5 spent
        assertThat(timeline.to(200)).containsExactly("115s missed 1", "115s SEND_BEAT", "116s DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void localPause_isReported_onlyBeyondATick() {
        Timeline timeline = new Timeline(plain().build());
        timeline.received();
        assertThat(timeline.stoppedTo(7.5 + 1)).isEmpty();
        timeline.received();
        assertThat(timeline.stoppedTo(15 + 1.001)).containsExactly("16001ms local pause 1001ms", "16001ms SEND_BEAT");
    }

    @Test
    void pauseWithinAPongTimeout_movesIt() {
        Timeline timeline = new Timeline(plain().pongTimeout(seconds(20)).build());
        timeline.to(31);
        double due = timeline.due().toNanos() / 1e9; // a sample, before the timeout at 50 s
        assertThat(due).isLessThan(40);
        timeline.stoppedTo(due + 5);
        assertThat(timeline.to(54.999)).noneMatch(line -> line.contains("missed"));
        assertThat(timeline.to(55)).contains("55s missed 1");
    }

    /** A tick that comes too early does no harm: an adapter ticks whenever it likes. */
    @Test
    void tickRightAfterThatOfAPause_isNoChanceToRead_andNoVerdict() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(39);
        timeline.stoppedTo(43); // due at 40
        timeline.advance(43.001);
        timeline.tick();
        assertThat(timeline.news()).isEmpty();
        assertThat(timeline.to(44.001)).contains("44s missed 1");
    }

    /** The byte may have come at the end of the pause, which is granted to the peer, and so costs credit. */
    @Test
    void byteReadAfterAPause_spendsTheCreditThatItIsGranted() {
        Timeline timeline =
                new Timeline(plain().localPauseAllowance(seconds(20)).build());
        timeline.to(10);
        timeline.received();
        timeline.stoppedTo(40); // due at 15 s; 20 of 25 are granted, so the silence begins at 7.5 + 20
        assertThat(timeline.to(58)).contains("57500ms SEND_PING"); // 27.5 + 30
        double due = timeline.due().toNanos() / 1e9; // a sample, before the timeout at 67.5 s
        assertThat(due).isLessThan(66);
        timeline.stoppedTo(Math.min(due + 2, 67));
        assertThat(timeline.to(68)).contains("67500ms missed 1"); // nothing is left to move it by
    }
}

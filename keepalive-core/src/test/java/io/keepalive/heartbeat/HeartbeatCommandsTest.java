package io.keepalive.heartbeat;

import static io.keepalive.heartbeat.Timeline.plain;
import static io.keepalive.heartbeat.Timeline.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.keepalive.loss.Confidence;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.LossCause;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rule 10: a ping on suspicion; and another configuration at run time. */
class HeartbeatCommandsTest {
    private static void check(Timeline timeline, double within) {
        timeline.heartbeat.pingNow(seconds(within), timeline.clock());
        timeline.poll();
    }

    @Test
    void pingNow_livePeer_pongEndsIt() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(5);
        check(timeline, 2);

        assertThat(timeline.heartbeat.isChecking()).isTrue();
        assertThat(timeline.to(5.1)).containsExactly("5s SEND_PING");
        timeline.ponged();
        assertThat(timeline.heartbeat.isChecking()).isFalse();
        assertThat(timeline.to(29)).containsExactly("5100ms round trip 100ms", "15s SEND_BEAT");
    }

    @Test
    void pingNow_anyByte_endsItAtTheNextTick() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(5);
        check(timeline, 2);
        timeline.received();

        assertThat(timeline.to(7)).noneMatch(line -> line.contains("missed"));
        assertThat(timeline.heartbeat.isChecking()).isFalse();
    }

    @Test
    void pingNow_deadPeer_deadWithinTheTimeGiven_whateverPongsMayBeMissed() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(5);
        check(timeline, 2);

        assertThat(timeline.to(7.999)).containsExactly("5s SEND_PING", "7s missed 1"); // 5 + 2
        assertThat(timeline.to(1000)).containsExactly("8s DEAD HEARTBEAT_TIMEOUT"); // + a tick
        assertThat(timeline.heartbeat.loss().orElseThrow().evidence()).endsWith("1 PING unanswered");
    }

    @Test
    void pingNow_bytesReceivedBefore_proveNothing() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(5);
        timeline.received();
        check(timeline, 2);

        assertThat(timeline.to(8)).contains("8s DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void pingNow_unprovenPeer_isNotDeclaredDead() {
        Timeline timeline =
                new Timeline(HeartbeatConfig.builder().jitterPercent(0).build());
        timeline.to(5);
        check(timeline, 2);

        assertThat(timeline.to(30))
                .containsExactly(
                        "5s SEND_PING", "7s missed 1", "7s unresponsive after 1", "15s SEND_BEAT", "30s SEND_BEAT");
        assertThat(timeline.heartbeat.isChecking()).isFalse();
    }

    @Test
    void pingNow_pingQueued_timeRunsFromWhenItLeaves_theShortestCounts() {
        Timeline timeline = new Timeline(plain().build());
        timeline.tellsWritten = false;
        timeline.writing = true;
        timeline.tick();
        check(timeline, 3);
        check(timeline, 2);
        check(timeline, 5);
        assertThat(timeline.to(20)).containsExactly("0s SEND_PING");

        timeline.writing = false;
        timeline.heartbeat.onPingWritten(timeline.clock());
        assertThat(timeline.to(100)).containsExactly("22s missed 1", "23s DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void pingNow_pingSent_isJoinedAndShortened() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(31);
        check(timeline, 2);

        assertThat(timeline.to(100)).containsExactly("33s missed 1", "34s DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void pingNow_pingSentWithLessTimeLeft_stillHasItsTimeAndThenAResult() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(39);
        check(timeline, 2);

        assertThat(timeline.heartbeat.isChecking()).isTrue();
        assertThat(timeline.to(40.999)).isEmpty(); // its own deadline was 40
        assertThat(timeline.to(100)).containsExactly("41s missed 1", "42s DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void pingNow_neverPutsOffTheVerdict_howeverOften() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(30);
        for (int i = 0; i < 310; i++) {
            timeline.advance(30 + i * 0.1);
            check(timeline, 1000);
            assertThat(timeline.heartbeat.isChecking()).isTrue();
        }
        assertThat(timeline.to(61)).last().isEqualTo("61s DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void pingNow_ofASuspect_isUnderWayUntilTheVerdict() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(60);
        check(timeline, 5);
        assertThat(timeline.heartbeat.isChecking()).isTrue();
        assertThat(timeline.to(61)).containsExactly("61s DEAD HEARTBEAT_TIMEOUT");
        assertThat(timeline.heartbeat.isChecking()).isFalse();
    }

    @Test
    void pingNow_whileReadingIsPaused_endsWithoutAVerdict() {
        Timeline timeline = new Timeline(plain().build());
        timeline.reading = false;
        timeline.to(10);
        check(timeline, 2);
        assertThat(timeline.heartbeat.isChecking()).isTrue();

        assertThat(timeline.to(100))
                .noneMatch(line -> line.contains("missed"))
                .noneMatch(line -> line.contains("DEAD"));
        assertThat(timeline.heartbeat.isChecking()).isFalse();
    }

    @Test
    void pingNow_readingWasResumedSinceTheLastTick_isAnswered() {
        Timeline timeline = new Timeline(plain().build());
        timeline.reading = false;
        timeline.to(10);
        timeline.reading = true;
        check(timeline, 2);

        assertThat(timeline.to(13)).containsExactly("10s SEND_PING", "12s missed 1", "13s DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void pingNow_afterAPause_stillOneReadBeforeTheVerdict() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(5);
        check(timeline, 2);
        timeline.stoppedTo(100);
        timeline.received();

        assertThat(timeline.to(110)).noneMatch(line -> line.contains("missed"));
        assertThat(timeline.heartbeat.isChecking()).isFalse();
    }

    @Test
    void pingNow_refusesNonsense() {
        Timeline timeline = new Timeline(plain().build());
        for (Duration within : new Duration[] {
            Duration.ZERO, Duration.ofNanos(-1), Duration.ofDays(1).plusNanos(1)
        }) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> timeline.heartbeat.pingNow(within, 0))
                    .withMessageStartingWith("within: ")
                    .withMessageEndingWith("(expected: more than 0, at most 86400s)");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> timeline.heartbeat.pingNow(Duration.ofSeconds(Long.MAX_VALUE), 0));
        timeline.heartbeat.pingNow(Duration.ofDays(1), 0);
        Timeline oneWay = new Timeline(plain().oneWay().build());
        assertThatIllegalStateException()
                .isThrownBy(() -> check(oneWay, 1))
                .withMessage("pingNow: the heartbeat is one-way (expected: a protocol with a PING)");
        assertThat(oneWay.heartbeat.isChecking()).isFalse();
    }

    @Test
    void id_beforeAnythingWasPolled_isRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> new Timeline(plain().build()).heartbeat.id())
                .withMessage("id: nothing with an id was polled yet (expected: SEND_PING or SEND_PONG)");
    }

    @Test
    void reconfigure_shorter_countsFromTheLastByte() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(10);
        HeartbeatConfig quick = plain().pingIdle(seconds(8))
                .pongTimeout(seconds(2))
                .maxMissedPongs(2)
                .build();
        timeline.heartbeat.reconfigure(quick, timeline.clock());

        assertThat(timeline.heartbeat.config()).isSameAs(quick);
        // 8 s are over already: at the next tick, an eighth of 2 s later; a tick is a quarter
        assertThat(timeline.to(100))
                .containsExactly(
                        "10250ms SEND_PING",
                        "12250ms missed 1",
                        "12250ms SEND_PING",
                        "14250ms missed 2",
                        "14500ms DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void reconfigure_longer_pingsLater() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(29);
        timeline.heartbeat.reconfigure(plain().pingIdle(seconds(100)).build(), timeline.clock());

        assertThat(timeline.to(99.999)).noneMatch(line -> line.contains("PING"));
        assertThat(timeline.to(100)).contains("100s SEND_PING");
    }

    @Test
    void reconfigure_pingSent_keepsItsDeadline() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(35);
        timeline.heartbeat.reconfigure(
                plain().pongTimeout(seconds(100)).maxMissedPongs(1).build(), timeline.clock());

        assertThat(timeline.to(1000)).containsExactly("40s missed 1", "41s DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void reconfigure_requireHeartbeats_provesThePeer_andNothingDisproves() {
        Timeline timeline =
                new Timeline(HeartbeatConfig.builder().jitterPercent(0).build());
        timeline.heartbeat.reconfigure(plain().build(), timeline.clock());
        assertThat(timeline.heartbeat.peerSupportsHeartbeats()).isTrue();
        timeline.heartbeat.reconfigure(HeartbeatConfig.defaults(), timeline.clock());
        assertThat(timeline.heartbeat.peerSupportsHeartbeats()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void reconfigure_toOneWay_aPingThatHasNotLeft_isNotSent(boolean polled) {
        Timeline timeline = new Timeline(plain().build());
        timeline.tellsWritten = false;
        timeline.to(29);
        timeline.heartbeat.onTick(seconds(30).toNanos(), true, true, 0);
        if (polled) {
            timeline.poll();
        }
        timeline.news();
        timeline.advance(30);
        timeline.heartbeat.reconfigure(plain().oneWay().build(), timeline.clock());

        assertThat(timeline.to(61))
                .noneMatch(line -> line.contains("PING"))
                .last()
                .isEqualTo("61s DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void reconfigure_lessCredit_takesItAway_moreComesWithTheNextByte() {
        Timeline timeline = new Timeline(plain().maxMissedPongs(1).build());
        timeline.heartbeat.reconfigure(
                plain().maxMissedPongs(1).localPauseAllowance(Duration.ZERO).build(), timeline.clock());
        timeline.heartbeat.reconfigure(plain().maxMissedPongs(1).build(), timeline.clock());
        timeline.to(30);
        assertThat(timeline.stoppedTo(50)).contains("50s missed 1"); // no credit: a strike at once
        timeline.received();
        timeline.advance(51 + 29);
        timeline.news();
        timeline.advance(timeline.due().toNanos() / 1e9); // asks
        assertThat(timeline.stoppedTo(timeline.elapsed().toSeconds() + 30.0))
                .noneMatch(line -> line.contains("missed"));
    }

    @Test
    void pingNow_withPongsMissingAlready_neverPutsOffTheVerdict() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(41);
        assertThat(timeline.heartbeat.missedPongs()).isEqualTo(1);
        check(timeline, 1000);
        assertThat(timeline.to(1000)).last().isEqualTo("61s DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void pingNow_afterThePeersEnd_endsWithoutAVerdict() {
        Timeline timeline = new Timeline(plain().build());
        timeline.heartbeat.onInputEnded(timeline.clock());
        check(timeline, 2);
        assertThat(timeline.to(100)).noneMatch(line -> line.contains("missed") || line.contains("DEAD"));
        assertThat(timeline.heartbeat.isChecking()).isFalse();
    }

    @Test
    void inputEnded_endsAPingNowThatIsUnderWay_atOnce() {
        Timeline timeline = new Timeline(plain().build());
        check(timeline, 2);
        timeline.heartbeat.onInputEnded(timeline.clock());
        assertThat(timeline.heartbeat.isChecking()).isFalse();
    }

    @Test
    void outputEnded_aPingThatCanNoLongerLeave_isTimedFromThen() {
        Timeline timeline = new Timeline(plain().build());
        timeline.tellsWritten = false;
        timeline.writing = true;
        timeline.to(35); // a PING waits since 30 s
        timeline.writing = false;
        timeline.heartbeat.onOutputEnded(timeline.clock());
        assertThat(timeline.due()).as("its timeout, or a sample before").isLessThanOrEqualTo(seconds(45));
        assertThat(timeline.to(1000)).startsWith("45s missed 1").last().isEqualTo("66s DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void fail_isTheEnd_polledOnce_andASecondOneIsRefused() {
        Heartbeat heartbeat = new Timeline(plain().build()).heartbeat;
        ConnectionLoss reset = new ConnectionLoss(LossCause.PEER_RESET, Confidence.HIGH, "reset");
        assertThat(heartbeat.fail(reset)).isTrue();
        assertThat(heartbeat.isDead()).isTrue();
        assertThat(heartbeat.fail(new ConnectionLoss(LossCause.UNKNOWN, Confidence.LOW, "later")))
                .isFalse();
        assertThat(heartbeat.loss()).contains(reset);
        assertThat(heartbeat.poll()).isEqualTo(HeartbeatAction.DEAD);
        assertThat(heartbeat.poll()).isEqualTo(HeartbeatAction.NONE);
    }
}

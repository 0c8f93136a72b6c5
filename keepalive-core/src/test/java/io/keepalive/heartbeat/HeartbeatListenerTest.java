package io.keepalive.heartbeat;

import static io.keepalive.heartbeat.Timeline.plain;
import static io.keepalive.heartbeat.Timeline.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Rule 11: round-trip times, missed counts, and a listener that may fail. */
class HeartbeatListenerTest {
    @Test
    void noAnswerYet_allTimesAreUnknown() {
        Heartbeat heartbeat = new Timeline(plain().build()).heartbeat;
        assertThat(List.of(heartbeat.lastRttNanos(), heartbeat.smoothedRttNanos(), heartbeat.leastRttNanos()))
                .containsOnly(-1L);
        new Timeline(plain().build()).to(30);
        assertThat(heartbeat.leastRttNanos()).isEqualTo(-1);
    }

    @Test
    void answers_giveLastSmoothedAndLeast() {
        Timeline timeline = new Timeline(plain().build());
        double[] rtts = {0.8, 1.6, 0.4, 0.4};
        for (int i = 0; i < rtts.length; i++) {
            timeline.advance(i * 5);
            timeline.heartbeat.pingNow(seconds(3), timeline.clock());
            timeline.poll();
            timeline.advance(i * 5 + rtts[i]);
            timeline.answered();
        }
        assertThat(timeline.heartbeat.lastRttNanos()).isEqualTo(seconds(0.4).toNanos());
        assertThat(timeline.heartbeat.leastRttNanos()).isEqualTo(seconds(0.4).toNanos());
        // 0.8; + (1.6 - 0.8) / 8 = 0.9; + (0.4 - 0.9) / 8 = 0.8375; + (0.4 - 0.8375) / 8 = 0.7828125
        assertThat(timeline.heartbeat.smoothedRttNanos())
                .isEqualTo(seconds(0.7828125).toNanos());
        assertThat(timeline.news().stream().filter(line -> line.contains("answer")))
                .containsExactly(
                        "800ms answer in 800ms",
                        "6600ms answer in 1600ms",
                        "10400ms answer in 400ms",
                        "15400ms answer in 400ms");
    }

    @Test
    void rtt_countsFromWhenTheQuestionLeftTheQueue() {
        Timeline timeline = new Timeline(plain().build());
        timeline.tellsWritten = false;
        timeline.writing = true;
        timeline.to(30);
        timeline.advance(35);
        timeline.heartbeat.onPingWritten(timeline.clock());
        timeline.advance(35.25);
        timeline.answered();
        assertThat(timeline.heartbeat.lastRttNanos()).isEqualTo(seconds(0.25).toNanos());
    }

    @Test
    void answerBeforeTheQuestionIsSaidToHaveLeft_countsFromWhenItWasPolled() {
        Timeline timeline = new Timeline(plain().build());
        timeline.tellsWritten = false;
        timeline.to(30);
        timeline.advance(30.5);
        timeline.answered();
        timeline.heartbeat.onPingWritten(timeline.clock());
        assertThat(timeline.heartbeat.lastRttNanos()).isEqualTo(seconds(0.5).toNanos());
        assertThat(timeline.heartbeat).hasToString("Heartbeat[HEARD]");
    }

    @Test
    void answerOfAnEarlierQuestion_isProofOfLife_butNoTime() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(30);
        long first = timeline.heartbeat.id();
        timeline.to(40);
        assertThat(timeline.heartbeat.id()).isNotEqualTo(first);
        timeline.received();
        timeline.heartbeat.onPong(first, timeline.clock());

        assertThat(timeline.news()).containsExactly("40s heard again after 1");
        assertThat(timeline.heartbeat.lastRttNanos()).isEqualTo(-1);
    }

    @Test
    void oneAnswerForOneQuestion_moreGiveNoTime() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(30);
        timeline.answered();
        timeline.answered();
        timeline.heartbeat.onPong(timeline.clock());
        assertThat(timeline.news()).containsExactly("30s answer in 0s");
    }

    @Test
    void clockThatStoodStill_givesNoNegativeTime() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(30);
        timeline.heartbeat.onPong(timeline.heartbeat.id(), timeline.clock() - 5);
        assertThat(timeline.heartbeat.lastRttNanos()).isZero();
    }

    @Test
    void heardAgain_isToldBeforeTheAnswer_once() {
        Timeline timeline = new Timeline(plain().build());
        timeline.advance(50);
        timeline.news();
        timeline.answered();
        assertThat(timeline.news()).containsExactly("50s heard again after 2", "50s answer in 0s");
        assertThat(timeline.to(79)).noneMatch(line -> line.contains("heard again"));
    }

    @Test
    void strikes_areVisibleToTheListener() {
        StringBuilder seen = new StringBuilder();
        Heartbeat heartbeat = new Heartbeat(
                plain().build(),
                1,
                new HeartbeatListener() {
                    @Override
                    public void onMissed(Heartbeat of, int missedPongs) {
                        seen.append(of.missedPongs()).append(missedPongs).append(' ');
                    }
                },
                0);
        drive(heartbeat, 1000);
        assertThat(seen.toString()).isEqualTo("11 22 33 ");
    }

    @Test
    void listenerThatAlwaysThrows_stopsNeitherBeatsNorTheVerdict() {
        HeartbeatListener thrower = new HeartbeatListener() {
            @Override
            public void onMissed(Heartbeat heartbeat, int missedPongs) {
                throw new IllegalStateException("missed");
            }

            @Override
            public void onRecovered(Heartbeat heartbeat, int missedPongs) {
                throw new IllegalStateException("heard again");
            }

            @Override
            public void onAnswer(Heartbeat heartbeat, long rttNanos) {
                throw new IllegalStateException("answer");
            }

            @Override
            public void onLocalPause(Heartbeat heartbeat, long lateNanos) {
                throw new IllegalStateException("own pause");
            }
        };
        Heartbeat heartbeat = new Heartbeat(plain().build(), 1, thrower, 0);
        drive(heartbeat, 45);
        assertThat(heartbeat.missedPongs()).isEqualTo(1);
        heartbeat.onReceived();
        assertThatIllegalStateException()
                .isThrownBy(() -> heartbeat.onPong(heartbeat.id(), seconds(45).toNanos()))
                .withMessage("heard again");
        assertThat(heartbeat.lastRttNanos()).isEqualTo(seconds(5).toNanos());
        assertThat(heartbeat.missedPongs()).isZero();
        assertThatIllegalStateException()
                .isThrownBy(() -> heartbeat.onTick(seconds(52).toNanos(), true, false, 0))
                .withMessage("own pause");

        assertThat(drive(heartbeat, 1000)).isLessThanOrEqualTo(seconds(52 + 62).toNanos());
        assertThat(heartbeat.loss()).isPresent();
    }

    /** As a loop would that survives what its tasks throw. Returns the time of the last tick. */
    private static long drive(Heartbeat heartbeat, double seconds) {
        long nowNanos = 0;
        while (heartbeat.loss().isEmpty()
                && heartbeat.dueNanos() <= seconds(seconds).toNanos()) {
            nowNanos = heartbeat.dueNanos();
            try {
                heartbeat.onTick(nowNanos, true, false, 0);
            } catch (IllegalStateException e) {
                // as expected
            }
            while (heartbeat.poll() != HeartbeatAction.NONE) {
                heartbeat.onPingWritten(nowNanos);
            }
        }
        return nowNanos;
    }
}

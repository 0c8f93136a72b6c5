package io.keepalive.heartbeat;

import static io.keepalive.heartbeat.Timeline.plain;
import static io.keepalive.heartbeat.Timeline.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Rule 5: an application that does not read is not a dead peer; up to a limit, and then that is what it is called. */
class HeartbeatReadPauseTest {
    @Test
    void notReading_silenceProvesNothing_untilTheLimit_thenItSaysWhy() {
        Timeline timeline = new Timeline(plain().build());
        timeline.reading = false;

        // seen at the look at 7.5 s; the limit is 5 min
        assertThat(timeline.to(307.499)).hasSize(20).allMatch(line -> line.endsWith("SEND_BEAT"));
        assertThat(timeline.to(1000)).containsExactly("307500ms DEAD READ_PAUSED");
        assertThat(timeline.heartbeat.loss().orElseThrow().evidence())
                .isEqualTo("nothing was read for 300s, the limit is 300s");
    }

    @Test
    void readingAgain_justBeforeTheLimit_startsTheSilenceAnew() {
        Timeline timeline = new Timeline(plain().build());
        timeline.reading = false;
        timeline.to(307.4);
        assertThat(timeline.heartbeat.toString()).contains("reading paused");
        timeline.reading = true;
        timeline.tick();

        assertThat(timeline.heartbeat.toString()).doesNotContain("reading paused");
        assertThat(timeline.to(307.4 + 60.999)).noneMatch(line -> line.contains("DEAD"));
        assertThat(timeline.to(1000)).containsExactly("368400ms DEAD HEARTBEAT_TIMEOUT"); // 307.4 + 61
    }

    @Test
    void whatWasReadMeanwhile_startsTheLimitAnew() {
        Timeline timeline = new Timeline(plain().build());
        timeline.reading = false;
        timeline.to(200);
        timeline.received();
        timeline.advance(202.5); // a look
        assertThat(timeline.to(502.499)).noneMatch(line -> line.contains("DEAD"));
        assertThat(timeline.to(1000)).containsExactly("502500ms DEAD READ_PAUSED");
    }

    @Test
    void notReading_clearsTheSuspicion() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(60.5);
        assertThat(timeline.heartbeat.missedPongs()).isEqualTo(3);
        timeline.reading = false;

        assertThat(timeline.to(300)).noneMatch(line -> line.contains("DEAD"));
        assertThat(timeline.heartbeat.missedPongs()).isZero();
    }

    @Test
    void notReading_dropsAPingThatWasNotPolled() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(29);
        timeline.heartbeat.onTick(seconds(30).toNanos(), true, false, 0);
        timeline.heartbeat.onTick(seconds(31).toNanos(), false, false, 0);

        assertThat(timeline.heartbeat.poll()).isEqualTo(HeartbeatAction.SEND_BEAT);
        assertThat(timeline.heartbeat.poll()).isEqualTo(HeartbeatAction.NONE);
    }

    @Test
    void limitShorterThanALook_isKeptToTheNanosecond() {
        Timeline timeline = new Timeline(plain().readPauseTimeout(seconds(2)).build());
        timeline.to(1);
        timeline.reading = false;
        timeline.tick();

        assertThat(timeline.due()).isEqualTo(seconds(3));
        assertThat(timeline.to(2.999)).isEmpty();
        assertThat(timeline.to(10)).containsExactly("3s DEAD READ_PAUSED");
    }

    @Test
    void localPause_isNotTheApplications() {
        Timeline timeline = new Timeline(plain().build());
        timeline.reading = false;
        timeline.to(7.5);

        assertThat(timeline.stoppedTo(3600)).noneMatch(line -> line.contains("DEAD")); // due at 15 s: 3585 late
        assertThat(timeline.to(3600 + 292.499)).noneMatch(line -> line.contains("DEAD"));
        assertThat(timeline.to(4000)).containsExactly("3892500ms DEAD READ_PAUSED"); // 7.5 + 300 + 3585
    }

    @Test
    void localPause_overTheLimit_oneMoreTickOnTime() {
        Timeline timeline = new Timeline(plain().readPauseTimeout(seconds(2)).build());
        timeline.reading = false;
        timeline.tick();

        assertThat(timeline.stoppedTo(100)).noneMatch(line -> line.contains("DEAD")); // due at 2 s
        assertThat(timeline.to(200)).containsExactly("101s DEAD READ_PAUSED");
    }

    @Test
    void everyTimerLateForEver_theLimitStillEnds() {
        Timeline timeline = new Timeline(plain().readPauseTimeout(seconds(20)).build());
        timeline.reading = false;
        timeline.lateTo(10_000, seconds(30));

        assertThat(timeline.heartbeat.loss().orElseThrow().cause()).isEqualTo(io.keepalive.loss.LossCause.READ_PAUSED);
        // Its own time is 7.5 s a tick, the rest of each is late; then the credit: 60 s in steps of 30 + 1
        assertThat(timeline.elapsed()).isLessThanOrEqualTo(seconds(4 * 37.5 + 60 + 2 * 31));
    }

    @Test
    void unprovenPeer_makesNoDifference() {
        Timeline timeline =
                new Timeline(HeartbeatConfig.builder().jitterPercent(0).build());
        timeline.reading = false;
        assertThat(timeline.to(400)).last().isEqualTo("307500ms DEAD READ_PAUSED");
    }
}

package io.keepalive.heartbeat;

import static io.keepalive.heartbeat.Timeline.plain;
import static io.keepalive.heartbeat.Timeline.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Rule 11: round-trip times and missed PONGs are events, polled. */
class HeartbeatEventTest {
    @Test
    void noPongYet_allTimesAreUnknown() {
        Heartbeat heartbeat = new Timeline(plain().build()).heartbeat;
        assertThat(List.of(heartbeat.lastRttNanos(), heartbeat.smoothedRttNanos(), heartbeat.leastRttNanos()))
                .containsOnly(-1L);
        new Timeline(plain().build()).to(30);
        assertThat(heartbeat.leastRttNanos()).isEqualTo(-1);
    }

    @Test
    void pongs_giveLastSmoothedAndLeast() {
        Timeline timeline = new Timeline(plain().build());
        double[] rtts = {0.8, 1.6, 0.4, 0.4};
        for (int i = 0; i < rtts.length; i++) {
            timeline.advance(i * 5);
            timeline.heartbeat.pingNow(seconds(3), timeline.clock());
            timeline.poll();
            timeline.advance(i * 5 + rtts[i]);
            timeline.ponged();
        }
        assertThat(timeline.heartbeat.lastRttNanos()).isEqualTo(seconds(0.4).toNanos());
        assertThat(timeline.heartbeat.leastRttNanos()).isEqualTo(seconds(0.4).toNanos());
        // 0.8; + (1.6 - 0.8) / 8 = 0.9; + (0.4 - 0.9) / 8 = 0.8375; + (0.4 - 0.8375) / 8 = 0.7828125
        assertThat(timeline.heartbeat.smoothedRttNanos())
                .isEqualTo(seconds(0.7828125).toNanos());
        assertThat(timeline.news().stream().filter(line -> line.contains("round trip")))
                .containsExactly(
                        "800ms round trip 800ms",
                        "6600ms round trip 1600ms",
                        "10400ms round trip 400ms",
                        "15400ms round trip 400ms");
    }

    @Test
    void rtt_countsFromWhenThePingLeftTheQueue() {
        Timeline timeline = new Timeline(plain().build());
        timeline.tellsWritten = false;
        timeline.writing = true;
        timeline.to(30);
        timeline.advance(35);
        timeline.heartbeat.onPingWritten(timeline.clock());
        timeline.advance(35.25);
        timeline.ponged();
        assertThat(timeline.heartbeat.lastRttNanos()).isEqualTo(seconds(0.25).toNanos());
    }

    @Test
    void pongBeforeThePingIsReportedToHaveLeft_countsFromWhenItWasPolled() {
        Timeline timeline = new Timeline(plain().build());
        timeline.tellsWritten = false;
        timeline.to(30);
        timeline.advance(30.5);
        timeline.ponged();
        timeline.heartbeat.onPingWritten(timeline.clock());
        assertThat(timeline.heartbeat.lastRttNanos()).isEqualTo(seconds(0.5).toNanos());
        assertThat(timeline.heartbeat).hasToString("Heartbeat[ALIVE]");
    }

    @Test
    void pongOfAnEarlierPing_isProofOfLife_butNoTime() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(30);
        long first = timeline.heartbeat.id();
        timeline.to(40);
        assertThat(timeline.heartbeat.id()).isNotEqualTo(first);
        timeline.received();
        timeline.heartbeat.onPong(first, timeline.clock());

        assertThat(timeline.news()).containsExactly("40s recovered after 1");
        assertThat(timeline.heartbeat.lastRttNanos()).isEqualTo(-1);
    }

    @Test
    void onePongForOnePing_moreGiveNoTime() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(30);
        timeline.ponged();
        timeline.ponged();
        timeline.heartbeat.onPong(timeline.clock());
        assertThat(timeline.news()).containsExactly("30s round trip 0s");
    }

    @Test
    void clockThatStoodStill_givesNoNegativeTime() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(30);
        timeline.heartbeat.onPong(timeline.heartbeat.id(), timeline.clock() - 5);
        assertThat(timeline.heartbeat.lastRttNanos()).isZero();
    }

    @Test
    void recovered_isReportedBeforeTheRoundTrip_once() {
        Timeline timeline = new Timeline(plain().build());
        timeline.advance(50);
        timeline.news();
        timeline.ponged();
        assertThat(timeline.news()).containsExactly("50s recovered after 2", "50s round trip 0s");
        assertThat(timeline.to(79)).noneMatch(line -> line.contains("recovered"));
    }

    @Test
    void pongOfAnEarlierPing_makesRoomForAnotherPing() {
        Timeline timeline = new Timeline(plain().maxMissedPongs(20).build());
        timeline.to(30);
        long first = timeline.heartbeat.id();
        timeline.to(61);
        timeline.received();
        timeline.heartbeat.onPong(first, timeline.clock()); // three of four are unanswered
        assertThat(timeline.to(95))
                .filteredOn(line -> line.endsWith("SEND_PING"))
                .hasSize(1);
    }
}

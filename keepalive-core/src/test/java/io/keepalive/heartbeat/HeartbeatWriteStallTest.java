package io.keepalive.heartbeat;

import static io.keepalive.heartbeat.Timeline.plain;
import static io.keepalive.heartbeat.Timeline.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.loss.Confidence;
import io.keepalive.loss.LossCause;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rule 6: waiting bytes without any progress have their own deadline and cause. */
class HeartbeatWriteStallTest {
    /** The peer is heard all the time. */
    private static void hearing(Timeline timeline, double seconds) {
        while (timeline.heartbeat.loss().isEmpty() && timeline.due().compareTo(seconds(seconds)) <= 0) {
            timeline.received();
            timeline.advance(timeline.due().toNanos() / 1e9);
        }
        timeline.advance(seconds);
    }

    @Test
    void noProgress_suspectAtTheLimit_deadATickLater_thoughBytesAreReceived() {
        Timeline timeline = new Timeline(plain().build());
        timeline.writing = true; // seen at the look at 7.5 s

        hearing(timeline, 68.499);
        assertThat(timeline.news()).isEmpty();
        hearing(timeline, 100);
        assertThat(timeline.news()).containsExactly("68500ms DEAD WRITE_STALLED"); // 7.5 + 60 + 1
        assertThat(timeline.heartbeat.loss().orElseThrow().evidence())
                .isEqualTo("bytes wait, and the peer acknowledged none for 61s, the limit is 60s");
    }

    @ParameterizedTest
    @ValueSource(doubles = {8, 30, 67, 67.6, 68.4})
    void anyProgress_startsTheLimitAnew(double when) {
        Timeline timeline = new Timeline(plain().build());
        timeline.writing = true;
        hearing(timeline, when);
        timeline.written++;
        hearing(timeline, when + 60);

        assertThat(timeline.heartbeat.loss()).isEmpty();
        hearing(timeline, when + 7.5 + 61);
        assertThat(timeline.heartbeat.loss().orElseThrow().cause()).isEqualTo(LossCause.WRITE_STALLED);
    }

    @Test
    void emptyQueue_endsIt_andTheNextOneStartsAnew() {
        Timeline timeline = new Timeline(plain().build());
        timeline.writing = true;
        hearing(timeline, 68);
        timeline.writing = false;
        hearing(timeline, 68.5);
        timeline.writing = true;
        hearing(timeline, 68.5 + 60.999);

        assertThat(timeline.heartbeat.loss()).isEmpty();
        hearing(timeline, 68.5 + 7.5 + 61);
        assertThat(timeline.heartbeat.loss()).isPresent();
    }

    @Test
    void slowButSteady_isNoStall_forEver() {
        Timeline timeline = new Timeline(plain().build());
        timeline.writing = true;
        for (int i = 1; i < 100; i++) {
            hearing(timeline, i * 59.0);
            timeline.written++;
        }
        assertThat(timeline.heartbeat.loss()).isEmpty();
    }

    @Test
    void peerAcknowledges_whileTheKernelTakesNothing_isNoStall() {
        Timeline timeline = new Timeline(plain().build());
        timeline.writing = true;
        for (int i = 1; i < 100; i++) {
            hearing(timeline, i * 59.0);
            timeline.acked++;
        }
        assertThat(timeline.heartbeat.loss()).isEmpty();
        hearing(timeline, 99 * 59.0 + 76);
        assertThat(timeline.heartbeat.loss().orElseThrow().confidence()).isEqualTo(Confidence.HIGH);
    }

    @Test
    void acknowledgementsUnknown_takesTwiceTheLimit_andIsNotCertain() {
        Timeline timeline = new Timeline(plain().build());
        timeline.asksKernel = false;
        timeline.writing = true;
        hearing(timeline, 120);
        assertThat(timeline.heartbeat.loss()).isEmpty();
        hearing(timeline, 136);
        assertThat(timeline.heartbeat.loss().orElseThrow().cause()).isEqualTo(LossCause.WRITE_STALLED);
        assertThat(timeline.heartbeat.loss().orElseThrow().confidence()).isEqualTo(Confidence.LOW);
    }

    @Test
    void limitShorterThanALook_isKeptToTheNanosecond() {
        Timeline timeline = new Timeline(plain().writeStallTimeout(seconds(2)).build());
        timeline.writing = true;
        timeline.tick();

        assertThat(timeline.due()).isEqualTo(seconds(2));
        assertThat(timeline.to(2.999)).isEmpty();
        assertThat(timeline.to(10)).containsExactly("3s DEAD WRITE_STALLED");
    }

    @Test
    void pingThatCannotLeave_isAStall_notASilence() {
        Timeline timeline = new Timeline(plain().build());
        timeline.tellsWritten = false;
        timeline.writing = true;

        assertThat(timeline.to(1000)).containsExactly("30s SEND_PING", "68500ms DEAD WRITE_STALLED");
    }

    @Test
    void deadPeerWithBytesWaiting_isASilenceFirst_whenThePingLeft() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(31);
        timeline.writing = true;
        assertThat(timeline.to(1000)).last().isEqualTo("61s DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void stopped_beyondTheLimit_theNextTickDecides_afterAChanceToWrite() {
        for (boolean progress : new boolean[] {true, false}) {
            Timeline timeline =
                    new Timeline(plain().localPauseAllowance(seconds(30)).build());
            timeline.writing = true;
            timeline.to(20);
            timeline.received();
            timeline.stoppedTo(1000); // due at 22.5 s; it is suspect
            assertThat(timeline.heartbeat.loss()).isEmpty();
            timeline.received();
            if (progress) {
                timeline.written++;
            }
            timeline.advance(1001);
            assertThat(timeline.heartbeat.loss().isPresent()).isEqualTo(!progress);
        }
    }

    @Test
    void suspect_stoppedAgain_waitsForATickOnTime() {
        Timeline timeline = new Timeline(plain().build());
        timeline.writing = true;
        hearing(timeline, 67.5);
        timeline.stoppedTo(80); // due at 68.5: 11.5 late, so the stall is as old as at 68.5
        timeline.received();
        assertThat(timeline.heartbeat.loss()).isEmpty();
        assertThat(timeline.to(80.999)).noneMatch(line -> line.contains("DEAD"));
        assertThat(timeline.to(100)).containsExactly("81s DEAD WRITE_STALLED");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, 2, 10, 70})
    void everyTimerLateForEver_theStallIsFoundWithinTheBound(double late) {
        HeartbeatConfig config = plain().maxMissedPongs(100).build();
        Timeline timeline = new Timeline(config);
        timeline.writing = true;
        timeline.lateTo(100_000, seconds(late));

        assertThat(timeline.heartbeat.loss().orElseThrow().cause()).isEqualTo(LossCause.WRITE_STALLED);
        // found at the first look; then the limit, a tick, the credit with a tick for each of its pieces, late ticks
        double credit = late > 1 ? 30 + 100 * 10 : 0;
        double pieces = late > 1 ? Math.ceil(credit / late) : 0;
        assertThat(timeline.elapsed()).isLessThanOrEqualTo(seconds(7.5 + 60 + 1 + credit + pieces + 4 * late));
    }

    @Test
    void kernelIsAskedForTheFirstTime_theLimitIsHalfAsLong_andATickComesForIt() {
        for (double asked : new double[] {2, 5}) {
            Timeline timeline =
                    new Timeline(plain().writeStallTimeout(seconds(3)).build());
            timeline.asksKernel = false;
            timeline.to(1);
            timeline.writing = true;
            timeline.tick();
            assertThat(timeline.due()).as("twice the limit").isEqualTo(seconds(7));
            timeline.advance(asked);
            timeline.heartbeat.onWriteProgress(5, timeline.clock());
            // 1 + 3; or, if that is over, a tick later
            assertThat(timeline.due()).isEqualTo(seconds(asked == 2 ? 4 : 6));
        }
    }

    @Test
    void localPause_withinTheLimit_movesIt() {
        Timeline timeline = new Timeline(plain().build());
        timeline.writing = true; // seen at the tick at 7.5 s
        hearing(timeline, 20);
        timeline.received();
        timeline.stoppedTo(52.5); // due at 22.5 s
        hearing(timeline, 98.499);
        assertThat(timeline.heartbeat.loss()).isEmpty();
        hearing(timeline, 98.5); // 7.5 + 60 + 30 + 1
        assertThat(timeline.heartbeat.loss()).isPresent();
    }

    @Test
    void isWriteWaiting_endsWithTheEmptyQueue() {
        Timeline timeline = new Timeline(plain().build());
        timeline.writing = true;
        timeline.tick();
        assertThat(timeline.heartbeat.isWriteWaiting()).isTrue();
        timeline.writing = false;
        timeline.tick();
        assertThat(timeline.heartbeat.isWriteWaiting()).isFalse();
    }
}

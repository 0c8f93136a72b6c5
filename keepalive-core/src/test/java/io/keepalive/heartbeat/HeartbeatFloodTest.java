package io.keepalive.heartbeat;

import static io.keepalive.heartbeat.Timeline.plain;
import static io.keepalive.heartbeat.Timeline.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.LossCause;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rule 9: a peer that pings too often gets two strikes, and never more than four PONGs wait. */
class HeartbeatFloodTest {
    private final Timeline timeline = new Timeline(plain().build()); // permits a question a second

    @Test
    void pingsAtThePermittedRate_forEver_areFine() {
        for (int i = 1; i <= 10_000; i++) {
            timeline.advance(i);
            timeline.pinged(i);
            timeline.poll();
        }
        assertThat(timeline.heartbeat.loss()).isEmpty();
    }

    @Test
    void pingsSlightlyTooOften_areAFlood() {
        int asked = 0;
        while (timeline.heartbeat.loss().isEmpty()) {
            timeline.advance(++asked * 0.9);
            timeline.pinged(asked);
        }
        // Each is 0.1 s ahead of time: the bucket of 8 is empty after some 70, and then at each tenth.
        assertThat(asked).isBetween(70, 100);
    }

    @Test
    void eightAtOnce_areFine_theThirdMoreIsALoss_withItsOwnCause() {
        for (int i = 0; i < 10; i++) { // eight, and two strikes
            timeline.pinged(i);
            assertThat(timeline.heartbeat.loss()).as("question %s", i).isEmpty();
            assertThat(timeline.heartbeat.isFlooded()).isFalse();
        }
        timeline.pinged(10);
        timeline.poll();

        assertThat(timeline.news()).containsExactly("0s DEAD PROTOCOL"); // and no answers
        assertThat(timeline.heartbeat.isFlooded()).isTrue();
        ConnectionLoss loss = timeline.heartbeat.loss().orElseThrow();
        assertThat(loss.cause()).isEqualTo(LossCause.PROTOCOL);
        assertThat(loss.evidence())
                .isEqualTo(
                        "the peer sent PINGs more often than every 1s: three more than the eight that may come at once");
    }

    @Test
    void pongs_areInOrderWithTheirIds_atMostFourWait() {
        for (int i = 1; i <= 5; i++) {
            timeline.heartbeat.onPing(i * 1111L, 0);
        }
        List<Long> answered = new ArrayList<>();
        while (timeline.heartbeat.poll() == HeartbeatAction.SEND_PONG) {
            answered.add(timeline.heartbeat.id());
        }
        assertThat(answered).containsExactly(1111L, 2222L, 3333L, 4444L);
    }

    @Test
    void pingsThatPiledUpDuringALocalPause_areNoFlood() {
        timeline.pinged(0);
        timeline.poll();
        timeline.stoppedTo(1000);
        for (int i = 1; i <= 1000; i++) {
            timeline.pinged(i);
        }
        assertThat(timeline.heartbeat.loss()).isEmpty();
        timeline.news();
        timeline.poll();
        assertThat(timeline.news()).hasSize(4).containsOnly("1000s SEND_PONG");
    }

    @Test
    void pingsThatPiledUpDuringALocalPause_areNoFlood_thoughTheyAreTheFirst() {
        timeline.to(10);
        timeline.stoppedTo(110);
        for (int i = 0; i < 100; i++) { // one a second of the pause, and eight
            timeline.pinged(i);
        }
        assertThat(timeline.heartbeat.loss()).isEmpty();
    }

    @Test
    void quietForDays_allowsNoMoreThanEightAtOnce() {
        Heartbeat heartbeat = timeline.heartbeat;
        heartbeat.onPing(0, 0);
        timeline.advance(1000);
        timeline.received();
        timeline.tick();
        Heartbeat quiet = new Timeline(plain().build()).heartbeat;
        for (int i = 0; i < 10; i++) {
            quiet.onPing(i, 0);
            assertThat(quiet.loss()).as("PING %s", i).isEmpty();
        }
        quiet.onPing(10, 0);
        assertThat(quiet.isFlooded()).isTrue();
    }

    @Test
    void strikes_areForgotten_onceTheBucketIsFull() {
        for (int round = 0; round < 100; round++) {
            timeline.advance(round * 9);
            timeline.received();
            for (int i = 0; i < 10; i++) {
                timeline.pinged(i);
            }
            assertThat(timeline.heartbeat.loss()).as("round %s", round).isEmpty();
        }
    }

    @Test
    void whateverTheClocksOrigin_theGuardIsTheSame() {
        for (long origin : new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE - 1, Long.MAX_VALUE}) {
            Timeline other = new Timeline(plain().build(), 1, origin);
            for (int i = 0; i < 10; i++) {
                other.pinged(i);
            }
            assertThat(other.heartbeat.loss()).as("origin %s", origin).isEmpty();
            other.pinged(10);
            assertThat(other.heartbeat.isFlooded()).isTrue();
        }
    }

    @Test
    void anotherLoss_isNoFlood() {
        timeline.pinged(1);
        timeline.advance(200);
        assertThat(timeline.heartbeat.loss()).isPresent();
        assertThat(timeline.heartbeat.isFlooded()).isFalse();
    }

    @Test
    void slower_pingsHalfAsOften() {
        HeartbeatConfig slower = HeartbeatConfig.defaults().slower();
        assertThat(slower.pingIdle()).isEqualTo(seconds(60));
        assertThat(slower.pongTimeout()).isEqualTo(seconds(20));
        assertThat(slower.beatInterval()).isEqualTo(seconds(15));
    }

    @Test
    void pingsThatPiledUpWhileReadingWasHeldBack_areNoFlood() {
        timeline.reading = false;
        timeline.to(107.5); // held back from 7.5 s on, as far as ticks know
        for (int i = 0; i < 100; i++) { // one a second of it
            timeline.pinged(i);
        }
        assertThat(timeline.heartbeat.loss()).isEmpty();
    }

    @Test
    void pingsThatPiledUpDuringALocalPause_areNoFlood_thoughTheyAreReadBeforeTheTick() {
        timeline.to(10);
        timeline.advance(14); // due at 15 s
        Heartbeat heartbeat = timeline.heartbeat;
        for (int i = 0; i < 100; i++) {
            heartbeat.onPing(i, seconds(115).toNanos());
        }
        assertThat(heartbeat.loss()).isEmpty();
    }

    @Test
    void localPause_excusesNoFloodAfterTheNextTick() {
        timeline.stoppedTo(100);
        timeline.received();
        timeline.advance(timeline.due().toNanos() / 1e9); // on time
        for (int i = 0; i < 11; i++) {
            timeline.pinged(i);
        }
        assertThat(timeline.heartbeat.isFlooded()).isTrue();
    }
}

package io.keepalive.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Rules 3 and 11: ids, the send queue and round-trip times of this side's PINGs. */
class OutstandingPingsTest {
    private final OutstandingPings pings = new OutstandingPings();

    @Test
    void add_idsDiffer_withTheSameRandomNumber() {
        long first = pings.add(-5, 0);
        assertThat(pings.add(-5, 0)).isNotEqualTo(first);
        assertThat((int) first).isEqualTo(-5);
    }

    @Test
    void onPong_ofTheLastPing_givesTheTimeSinceItLeft() {
        long id = pings.add(1, 100);
        pings.onWritten(150);

        assertThat(pings.isAnswer(id)).isTrue();
        assertThat(pings.isAnswer(id + 1)).isFalse();
        assertThat(pings.onPong(200)).isEqualTo(50);
        assertThat(pings.isAnswer(id)).as("a second PONG").isFalse();
        assertThat(pings.onPong(300)).isEqualTo(-1);
    }

    @Test
    void roundTripTimes_lastSmoothedAndLeast() {
        assertThat(pings.lastRttNanos()).isEqualTo(-1);
        assertThat(pings.smoothedRttNanos()).isEqualTo(-1);
        assertThat(pings.leastRttNanos()).isEqualTo(-1);
        for (long rtt : new long[] {80, 160, 40}) {
            pings.add(1, 0);
            pings.onPong(rtt);
        }

        assertThat(pings.lastRttNanos()).isEqualTo(40);
        assertThat(pings.smoothedRttNanos()).isEqualTo(90 + (40 - 90) / 8);
        assertThat(pings.leastRttNanos()).isEqualTo(40);
    }

    @Test
    void isFull_atFourUnanswered_aPongOfAnEarlierOneMakesRoomForOne_ofTheLastOneForAll() {
        for (int i = 0; i < 4; i++) {
            assertThat(pings.isFull()).isFalse();
            pings.add(1, 0);
        }
        assertThat(pings.isFull()).isTrue();
        pings.onEarlierPong();
        assertThat(pings.isFull()).isFalse();
        pings.add(1, 0);
        pings.onPong(1);
        for (int i = 0; i < 4; i++) {
            assertThat(pings.isFull()).isFalse();
            pings.add(1, 0);
        }
    }

    @Test
    void onEarlierPong_withoutAPing_leavesNoMoreRoomThanFour() {
        pings.onEarlierPong();
        for (int i = 0; i < 4; i++) {
            pings.add(1, 0);
        }
        assertThat(pings.isFull()).isTrue();
    }

    @Test
    void isHeldBack_onlyIfTheDepartureIsReported_andNoLongerThanTheLimit() {
        pings.expectDeparture(); // nothing is queued
        pings.add(1, 0);
        assertThat(pings.isQueued()).isTrue();
        assertThat(pings.isHeldBack(1, 60)).isFalse();
        pings.expectDeparture();
        assertThat(pings.isHeldBack(59, 60)).isTrue();
        assertThat(pings.isHeldBack(60, 60)).isFalse();
        pings.onWritten(1);
        assertThat(pings.isHeldBack(2, 60)).isFalse();
        assertThat(pings.isQueued()).isFalse();
    }
}

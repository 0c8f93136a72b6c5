package io.keepalive.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rule 6 of the heartbeat: waiting bytes without progress, in seconds of virtual time. The limit is 60, a tick 1. */
class WriteStallTest {
    private static final long LIMIT = 60;
    private static final long CREDIT = 20;

    private final WriteStall stall = new WriteStall();

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 30, Long.MIN_VALUE})
    void isStalled_noProgress_suspectAtTheLimit_stalledATickLater(long origin) {
        stall.onWaiting(7, origin, CREDIT);

        assertThat(stall.deadlineNanos(LIMIT)).isEqualTo(origin + 60);
        assertThat(isStalled(origin + 59)).isFalse();
        assertThat(isStalled(origin + 60)).isFalse();
        assertThat(stall.deadlineNanos(LIMIT)).isEqualTo(origin + 61);
        assertThat(stall.stalledNanos(origin + 60)).isEqualTo(60);
        assertThat(isStalled(origin + 60)).isFalse(); // a second tick at the same time decides nothing
        assertThat(isStalled(origin + 61)).isTrue();
    }

    @Test
    void onWaiting_anotherNumber_isProgress_alsoOfASuspect() {
        assertThat(stall.onWaiting(7, 0, CREDIT)).isFalse(); // the first number is no progress
        assertThat(stall.onWaiting(7, 10, CREDIT)).isFalse();
        isStalled(60);
        assertThat(stall.onWaiting(6, 61, CREDIT)).isTrue();
        assertThat(stall.deadlineNanos(LIMIT)).isEqualTo(61 + 60);
        assertThat(isStalled(61)).isFalse();
    }

    @Test
    void onIdle_endsIt_andWhatWaitsNextStartsAnew() {
        assertThat(stall.onIdle()).isFalse();
        stall.onWaiting(7, 0, CREDIT);
        stall.onAcknowledged(100, 0, CREDIT);
        isStalled(60);

        assertThat(stall.onIdle()).isTrue();
        assertThat(stall.isWaiting()).isFalse();
        assertThat(isStalled(70)).isFalse();
        stall.onWaiting(7, 80, CREDIT);
        assertThat(stall.isWaiting()).isTrue();
        assertThat(stall.knowsAcknowledgements()).isFalse();
        assertThat(stall.deadlineNanos(LIMIT)).isEqualTo(80 + 60);
    }

    @Test
    void onAcknowledged_firstNumberIsRemembered_anotherOneIsProgress() {
        stall.onWaiting(7, 0, CREDIT);
        stall.onAcknowledged(100, 10, CREDIT);
        stall.onAcknowledged(100, 20, CREDIT);

        assertThat(stall.knowsAcknowledgements()).isTrue();
        assertThat(stall.deadlineNanos(LIMIT)).isEqualTo(60);
        isStalled(60);
        stall.onAcknowledged(101, 61, CREDIT);
        assertThat(stall.deadlineNanos(LIMIT)).isEqualTo(61 + 60);
    }

    @Test
    void onLocalPause_movesTheLimit_asFarAsTheCreditGoes_untilTheNextProgress() {
        stall.onWaiting(7, 0, CREDIT);
        stall.onLocalPause(15);
        assertThat(stall.deadlineNanos(LIMIT)).isEqualTo(75);
        stall.onLocalPause(15);
        assertThat(stall.deadlineNanos(LIMIT)).isEqualTo(80);

        stall.onWaiting(8, 50, CREDIT);
        stall.onLocalPause(15);
        assertThat(stall.deadlineNanos(LIMIT)).isEqualTo(50 + 60 + 15);
    }

    @Test
    void isStalled_afterAPause_waitsForATickOnTime_whileThereIsCredit() {
        stall.onWaiting(7, 0, CREDIT);
        assertThat(stall.isStalled(60, false, LIMIT, 1)).isFalse();
        assertThat(stall.isStalled(70, true, LIMIT, 1)).isFalse();
        assertThat(stall.isStalled(71, false, LIMIT, 1)).isTrue();

        stall.onWaiting(8, 100, 0);
        assertThat(stall.isStalled(160, true, LIMIT, 1)).isFalse(); // the writer always gets one tick
        assertThat(stall.isStalled(170, true, LIMIT, 1)).isTrue();
    }

    private boolean isStalled(long now) {
        return stall.isStalled(now, false, LIMIT, 1);
    }
}

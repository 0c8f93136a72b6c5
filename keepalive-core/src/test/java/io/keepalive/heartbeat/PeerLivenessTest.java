package io.keepalive.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.PeerLiveness.Outcome;
import io.keepalive.heartbeat.PeerLiveness.State;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Rules 1, 3, 4, 7 and 10: the peer's states, without counters, PINGs or clocks. */
class PeerLivenessTest {
    private static final HeartbeatConfig CONFIG =
            HeartbeatConfig.builder().maxMissedPongs(2).build();
    private static final long TIMEOUT = CONFIG.pongTimeoutNanos;

    private final PeerLiveness liveness = new PeerLiveness();

    @Test
    void queuePing_isPolledOnce_andHasNoDeadline() {
        assertThat(liveness.pollPing()).isFalse();
        liveness.queuePing();

        assertThat(liveness.state()).isEqualTo(State.PING_QUEUED);
        assertThat(liveness.hasDeadline()).isFalse();
        assertThat(liveness.isDeadlinePassed(Long.MAX_VALUE)).isFalse();
        assertThat(liveness.pollPing()).isTrue();
        assertThat(liveness.pollPing()).isFalse();
    }

    @Test
    void startTimeout_theDeadlinePassesToTheNanosecond_whateverTheClocksOrigin() {
        liveness.queuePing();
        liveness.startTimeout(Long.MAX_VALUE, TIMEOUT);

        assertThat(liveness.state()).isEqualTo(State.PING_SENT);
        assertThat(liveness.pollPing()).isFalse();
        assertThat(liveness.isDeadlinePassed(Long.MAX_VALUE + TIMEOUT - 1)).isFalse();
        assertThat(liveness.isDeadlinePassed(Long.MAX_VALUE + TIMEOUT)).isTrue();
    }

    @Test
    void onDeadline_missedPongs_thenSuspect_thenDead() {
        liveness.startTimeout(0, TIMEOUT);
        assertThat(liveness.onDeadline(TIMEOUT, CONFIG, true)).isEqualTo(Outcome.PING_AGAIN);
        assertThat(liveness.missedPongs()).isEqualTo(1);
        liveness.startTimeout(TIMEOUT, TIMEOUT);
        assertThat(liveness.onDeadline(2 * TIMEOUT, CONFIG, true)).isEqualTo(Outcome.SUSPECT);
        assertThat(liveness.state()).isEqualTo(State.SUSPECT);
        assertThat(liveness.deadlineNanos()).isEqualTo(2 * TIMEOUT + CONFIG.tickNanos());
        assertThat(liveness.onDeadline(2 * TIMEOUT + CONFIG.tickNanos(), CONFIG, true))
                .isEqualTo(Outcome.DEAD);
        assertThat(liveness.missedPongs()).isEqualTo(2);
    }

    @Test
    void onDeadline_unprovenPeer_isNeverSuspect() {
        liveness.startTimeout(0, TIMEOUT);
        liveness.onDeadline(TIMEOUT, CONFIG, false);
        liveness.startTimeout(TIMEOUT, TIMEOUT);

        assertThat(liveness.onDeadline(2 * TIMEOUT, CONFIG, false)).isEqualTo(Outcome.UNRESPONSIVE);
        assertThat(liveness.state()).isEqualTo(State.PING_SENT);
    }

    @Test
    void clear_fromAnyState_isAlive_andReturnsWhatWasMissing() {
        liveness.queuePing();
        assertThat(liveness.clear()).isZero();
        assertThat(liveness.pollPing()).isFalse();
        liveness.startTimeout(0, TIMEOUT);
        liveness.check(1, 0, 0);
        liveness.onDeadline(1, CONFIG, true);

        assertThat(liveness.clear()).isEqualTo(1);
        assertThat(liveness.state()).isEqualTo(State.ALIVE);
        assertThat(liveness.isChecking()).isFalse();
        assertThat(liveness.missedPongs()).isZero();
    }

    @Test
    void check_ofAQueuedPing_startsWhenItLeaves_theShortestCounts() {
        liveness.queuePing();
        liveness.check(500, 0, 0);
        liveness.check(700, 0, 0);
        liveness.check(300, 0, 0);
        liveness.startTimeout(1000, TIMEOUT);

        assertThat(liveness.deadlineNanos()).isEqualTo(1300);
        assertThat(liveness.onDeadline(1300, CONFIG, true)).isEqualTo(Outcome.SUSPECT);
    }

    @Test
    void check_ofASentPing_mayTakeLongerThanItsTimeout_butNotThanAllThatRemain() {
        liveness.startTimeout(0, TIMEOUT);
        liveness.check(10 * TIMEOUT, 0, TIMEOUT);
        assertThat(liveness.deadlineNanos()).isEqualTo(2 * TIMEOUT);
        liveness.check(10 * TIMEOUT, 0, TIMEOUT);
        assertThat(liveness.deadlineNanos()).as("a second one puts off nothing").isEqualTo(2 * TIMEOUT);
        liveness.check(5, 0, TIMEOUT);
        assertThat(liveness.deadlineNanos()).isEqualTo(5);
    }

    @Test
    void check_noTimeoutsRemain_keepsTheDeadline() {
        liveness.startTimeout(0, TIMEOUT);
        liveness.check(10 * TIMEOUT, 0, -TIMEOUT);
        assertThat(liveness.deadlineNanos()).isEqualTo(TIMEOUT);
    }

    @Test
    void postpone_movesTheDeadline() {
        liveness.startTimeout(0, TIMEOUT);
        liveness.postpone(5);
        assertThat(liveness.deadlineNanos()).isEqualTo(TIMEOUT + 5);
        liveness.postponeTo(3);
        assertThat(liveness.deadlineNanos()).isEqualTo(3);
    }

    @Test
    void die_hasNoDeadlineAndNoPing() {
        liveness.queuePing();
        liveness.die();

        assertThat(liveness.state()).isEqualTo(State.DEAD);
        assertThat(liveness.hasDeadline()).isFalse();
        assertThat(liveness.pollPing()).isFalse();
    }

    @Test
    void check_ofASuspect_isUnderWayUntilTheVerdict() {
        liveness.startTimeout(0, TIMEOUT);
        liveness.check(1, 0, 0);
        liveness.onDeadline(1, CONFIG, true);
        long deadline = liveness.deadlineNanos();
        liveness.check(Duration.ofDays(1).toNanos(), 1, 0);

        assertThat(liveness.deadlineNanos()).isEqualTo(deadline);
        assertThat(liveness.isChecking()).isTrue();
    }
}

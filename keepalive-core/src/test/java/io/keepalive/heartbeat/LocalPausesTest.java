package io.keepalive.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Rule 4: the credit for local pauses is capped in sum. */
class LocalPausesTest {
    private final LocalPauses pauses = new LocalPauses(100);

    @Test
    void grantable_isThePauseOrWhatIsLeft_andSpendsNothing() {
        assertThat(pauses.grantable(30)).isEqualTo(30);
        assertThat(pauses.grantable(130)).isEqualTo(100);
        pauses.spend(80);
        assertThat(pauses.grantable(30)).isEqualTo(20);
        pauses.spend(80);
        assertThat(pauses.grantable(30)).as("never less than nothing").isZero();
    }

    @Test
    void restore_afterProofOfLife_grantsAllAgain() {
        pauses.spend(100);
        pauses.restore(70);
        assertThat(pauses.grantable(1000)).isEqualTo(70);
    }

    @Test
    void limit_takesAway_andNeverAdds() {
        pauses.limit(40);
        assertThat(pauses.grantable(1000)).isEqualTo(40);
        pauses.limit(400);
        assertThat(pauses.grantable(1000)).isEqualTo(40);
    }

    @Test
    void lastNanos_isTheLastTicksLateness() {
        assertThat(pauses.lastNanos()).isZero();
        pauses.setLast(7);
        assertThat(pauses.lastNanos()).isEqualTo(7);
    }
}

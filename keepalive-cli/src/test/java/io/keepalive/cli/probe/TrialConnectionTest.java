package io.keepalive.cli.probe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrialConnectionTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long IDLE = 7 * SECOND;
    private static final long PACE = SECOND / 5;

    private final TrialConnection connection = new TrialConnection(IDLE, PACE);

    private long probed() {
        connection.onConnected(0);
        assertThat(connection.onTick(IDLE - 1)).isFalse();
        assertThat(connection.onTick(IDLE)).isTrue();
        return IDLE;
    }

    @Test
    void onHeard_afterProbe_lived() {
        connection.onHeard(probed() + 1);

        assertThat(connection.result()).contains(new Trial(Fate.LIVED, IDLE));
    }

    @Test
    void onTick_unanswered_probesAtItsPaceUntilGivenUp() {
        long now = probed();

        assertThat(connection.onTick(now + PACE - 1)).isFalse();
        assertThat(connection.onTick(now + PACE)).isTrue();
        assertThat(connection.probes()).isEqualTo(2);
        connection.onUnanswered();
        assertThat(connection.result()).contains(new Trial(Fate.SILENT, IDLE));
    }

    @Test
    void onReset_beforeAndAfterProbe_areDifferentFates() {
        connection.onReset(probed() + 1);
        assertThat(connection.result()).contains(new Trial(Fate.RESET_ON_PROBE, IDLE));

        TrialConnection early = new TrialConnection(IDLE, PACE);
        early.onConnected(0);
        early.onReset(5 * SECOND);
        assertThat(early.result()).contains(new Trial(Fate.RESET, 5 * SECOND));
    }

    @Test
    void onClosed_duringSilence_isClosedAtThatTime() {
        connection.onConnected(0);
        connection.onClosed(5 * SECOND);

        assertThat(connection.result()).contains(new Trial(Fate.CLOSED, 5 * SECOND));
    }

    @Test
    void onHeard_greeting_startsTheSilenceAgain() {
        connection.onConnected(0);
        connection.onHeard(SECOND);

        assertThat(connection.onTick(IDLE)).isFalse();
        assertThat(connection.onTick(IDLE + SECOND)).isTrue();
    }

    @Test
    void onHeard_againAndAgain_isNeverIdle() {
        connection.onConnected(0);
        for (long i = 1; i <= 3; i++) {
            connection.onHeard(i * 3 * SECOND);
        }

        assertThat(connection.result()).contains(new Trial(Fate.NEVER_IDLE, 3 * SECOND));
    }

    @Test
    void onUnanswered_afterPauseOfThisProcess_provesNothing() {
        connection.onConnected(0);
        connection.onTick(IDLE + SECOND);
        connection.onUnanswered();

        assertThat(connection.result()).map(Trial::fate).contains(Fate.VOID);
    }

    @Test
    void onHeard_afterPauseOfThisProcess_livedForLonger() {
        connection.onConnected(0);
        connection.onTick(IDLE + SECOND);
        connection.onHeard(IDLE + SECOND + 1);

        assertThat(connection.result()).contains(new Trial(Fate.LIVED, IDLE + SECOND));
    }
}

package io.keepalive.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Rule 5: how long the application has held back reading. */
class ReadPauseTest {
    private final ReadPause pause = new ReadPause();

    @Test
    void onNotReading_startsOnce_andBytesReadMeanwhileStartItAnew() {
        assertThat(pause.isPaused()).isFalse();
        pause.onNotReading(10, false);
        pause.onNotReading(20, false);
        assertThat(pause.isPaused()).isTrue();
        assertThat(pause.pausedNanos(25)).isEqualTo(15);
        assertThat(pause.deadlineNanos(60)).isEqualTo(70);
        pause.onNotReading(30, true);
        assertThat(pause.deadlineNanos(60)).isEqualTo(90);
    }

    @Test
    void end_thenAgain_startsAnew() {
        assertThat(pause.end()).isFalse();
        pause.onNotReading(10, false);
        assertThat(pause.end()).isTrue();
        assertThat(pause.isPaused()).isFalse();
        pause.onNotReading(50, false);
        assertThat(pause.pausedNanos(51)).isEqualTo(1);
    }

    @Test
    void onLocalPause_isNotTheApplications() {
        pause.onNotReading(10, false);
        pause.onLocalPause(100);
        assertThat(pause.pausedNanos(115)).isEqualTo(5);
    }
}

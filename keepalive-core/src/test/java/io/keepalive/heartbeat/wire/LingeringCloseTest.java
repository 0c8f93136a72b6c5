package io.keepalive.heartbeat.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LingeringCloseTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final LingeringClose close = new LingeringClose(CloseReason.NORMAL, false, 10 * SECOND);

    @Test
    void progress_restartsTheTimeout() {
        begin();
        tick(9);
        close.onProgress(9 * SECOND);
        tick(18);
        assertThat(close.isTimedOut()).isFalse();
        tick(19);
        assertThat(close.isTimedOut()).isTrue();
    }

    @Test
    void peerThatNeverReadsAndBeats_isGivenUpAfterEightTimeouts() {
        begin();
        for (int second = 1; second < 80; second++) {
            close.onProgress(second * SECOND);
            tick(second);
            assertThat(close.isTimedOut()).as("after %d s", second).isFalse();
        }
        close.onProgress(80 * SECOND);
        tick(80);
        assertThat(close.isTimedOut()).isTrue();
    }

    @Test
    void whatIsStillWritten_takesItsTime() {
        close.begin(0);
        for (int second = 1; second < 1000; second++) {
            close.onTick(second * SECOND, second);
        }
        assertThat(close.isTimedOut()).isFalse();
        close.onFlushed(1000 * SECOND);
        tick(1009);
        assertThat(close.isTimedOut()).isFalse();
    }

    @Test
    void peerThatBrokeTheProtocol_getsOneTimeout() {
        LingeringClose bounded = new LingeringClose(CloseReason.NORMAL, true, 10 * SECOND);
        bounded.begin(0);
        bounded.onFlushed(SECOND);
        bounded.onProgress(9 * SECOND);
        bounded.onTick(10 * SECOND, 0);
        assertThat(bounded.isTimedOut()).isTrue();
    }

    private void begin() {
        close.begin(0);
        close.onFlushed(0);
        assertThat(close.poll()).isEqualTo(LingeringClose.Action.SHUT_OUTPUT);
    }

    private void tick(int second) {
        close.onTick(second * SECOND, 0);
    }

    @Test
    void states_areThoseOfTheClose() {
        assertThat(close.isLingering()).as("before its begin").isFalse();
        close.begin(0);
        assertThat(close.isFlushing()).isTrue();
        assertThat(close.isLingering()).isTrue();
        assertThat(close.deadlineNanos()).isEqualTo(10 * SECOND);
        close.onFlushed(SECOND);
        assertThat(close.isFlushing()).isFalse();
        assertThat(close.isLingering()).isTrue();
        close.poll();
        close.onInputEnded();
        assertThat(close.isLingering()).isFalse();
        assertThat(close.isClosed()).isTrue();
    }

    @Test
    void toString_namesTheStateAndTheReason() {
        assertThat(close).hasToString("LingeringClose[OPEN, NORMAL]");
        LingeringClose bounded = new LingeringClose(null, true, SECOND);
        bounded.begin(0);
        assertThat(bounded).hasToString("LingeringClose[FLUSHING, bounded]");
    }
}

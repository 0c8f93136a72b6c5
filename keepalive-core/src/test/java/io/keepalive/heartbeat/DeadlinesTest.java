package io.keepalive.heartbeat;

import static io.keepalive.heartbeat.Timeline.plain;
import static io.keepalive.heartbeat.Timeline.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Rules 2, 3, 5 and 6: the deadlines of a connection as data. 30 s / 10 s / 3, a BEAT each 15 s; a tick is 1 s. */
class DeadlinesTest {
    private final Timeline timeline = new Timeline(plain().build());
    private final Heartbeat heartbeat = timeline.heartbeat;

    @Test
    void newConnection_hasSampleBeatAndPing_andNoOther() {
        assertThat(Deadlines.sampleNanos(heartbeat, 0)).isEqualTo(nanos(7.5));
        assertThat(Deadlines.beatNanos(heartbeat, 0, false)).isEqualTo(nanos(15));
        assertThat(Deadlines.pingNanos(heartbeat, 0, false)).isEqualTo(nanos(30));
        assertThat(Deadlines.pongNanos(heartbeat, 0)).isEqualTo(Deadlines.NONE);
        assertThat(Deadlines.readPauseNanos(heartbeat, 0)).isEqualTo(Deadlines.NONE);
        assertThat(Deadlines.writeStallNanos(heartbeat, 0)).isEqualTo(Deadlines.NONE);
        assertThat(Deadlines.nextNanos(heartbeat, 0, false)).isEqualTo(nanos(7.5));
    }

    @Test
    void pingSent_hasThePongTimeout_andNoPing() {
        timeline.to(30);
        assertThat(Deadlines.pongNanos(heartbeat, timeline.clock())).isEqualTo(nanos(10));
        assertThat(Deadlines.pingNanos(heartbeat, timeline.clock(), false)).isEqualTo(Deadlines.NONE);
    }

    @Test
    void pingQueued_isLookedAtEachTick_unlessBytesWait() {
        timeline.tellsWritten = false;
        timeline.to(30);
        assertThat(Deadlines.pingNanos(heartbeat, timeline.clock(), false)).isZero();
        assertThat(Deadlines.pingNanos(heartbeat, timeline.clock(), true)).isEqualTo(Deadlines.NONE);
        assertThat(Deadlines.nextNanos(heartbeat, timeline.clock(), false)).isEqualTo(nanos(1));
    }

    @Test
    void beat_whileBytesWait_orNothingMayBeSent_isNotSet() {
        assertThat(Deadlines.beatNanos(heartbeat, 0, true)).isEqualTo(Deadlines.NONE);
        heartbeat.onOutputEnded(0);
        assertThat(Deadlines.beatNanos(heartbeat, 0, false)).isEqualTo(Deadlines.NONE);
    }

    @Test
    void inputEnded_hasNoPing() {
        heartbeat.onInputEnded(0);
        assertThat(Deadlines.pingNanos(heartbeat, 0, false)).isEqualTo(Deadlines.NONE);
    }

    @Test
    void readPaused_hasItsLimit_andNoPing() {
        timeline.reading = false;
        timeline.tick();
        assertThat(Deadlines.readPauseNanos(heartbeat, 0)).isEqualTo(heartbeat.config().readPauseTimeoutNanos);
        assertThat(Deadlines.pingNanos(heartbeat, 0, false)).isEqualTo(Deadlines.NONE);
    }

    @Test
    void bytesWait_theLimitIsTwiceAsLong_untilTheKernelIsKnown() {
        timeline.asksKernel = false;
        timeline.writing = true;
        timeline.tick();
        assertThat(Deadlines.writeStallNanos(heartbeat, 0)).isEqualTo(2 * heartbeat.config().writeStallTimeoutNanos);
        heartbeat.onWriteProgress(5, 0);
        assertThat(Deadlines.writeStallNanos(heartbeat, 0)).isEqualTo(heartbeat.config().writeStallTimeoutNanos);
    }

    @Test
    void next_whatIsOverdue_comesATickLater() {
        assertThat(Deadlines.nextNanos(heartbeat, nanos(100), false)).isEqualTo(nanos(1));
    }

    @Test
    void next_isNeverLaterThanASample() {
        assertThat(Deadlines.nextNanos(heartbeat, nanos(-100), false)).isEqualTo(nanos(7.5));
    }

    @Test
    void earlier_holdsAcrossTheWrap() {
        assertThat(Deadlines.earlier(Long.MAX_VALUE, Long.MIN_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(Deadlines.earlier(1, 2)).isEqualTo(1);
        assertThat(Deadlines.earlier(2, 1)).isEqualTo(1);
    }

    private static long nanos(double value) {
        return seconds(value).toNanos();
    }
}

package io.keepalive.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Rules 1, 2 and 8: what counters and ticks know about the time of the last byte. In nanoseconds of virtual time. */
class TrafficTest {
    private static final HeartbeatConfig EXACT =
            HeartbeatConfig.builder().jitterPercent(0).build();
    private static final long SECOND = 1_000_000_000L;

    private final Counted traffic = new Counted(1, 0);

    private static final class Counted extends Traffic {
        Counted(long seed, long nowNanos) {
            super(seed, nowNanos);
        }
    }

    @Test
    void sampleReceived_countsOnce_andSilenceStartsAtTheSampleBefore() {
        assertThat(traffic.hasReceived()).isFalse();
        traffic.sampled(2 * SECOND);
        traffic.onReceived();
        traffic.onReceived();

        assertThat(traffic.hasReceived()).isTrue();
        assertThat(traffic.sampleReceived(5 * SECOND, 0)).isTrue();
        assertThat(traffic.sampleReceived(5 * SECOND, 0)).isFalse();
        assertThat(traffic.silentNanos(5 * SECOND)).isEqualTo(3 * SECOND);
        assertThat(traffic.pingDueNanos(EXACT)).isEqualTo(32 * SECOND);
    }

    @Test
    void sampleReceived_afterAPause_theByteMayHaveComeAtItsEnd() {
        traffic.onReceived();
        traffic.sampleReceived(9 * SECOND, 4 * SECOND);
        assertThat(traffic.silentNanos(9 * SECOND)).isEqualTo(5 * SECOND);
    }

    @Test
    void restartSilence_countsFromNow() {
        traffic.restartSilence(7 * SECOND);
        assertThat(traffic.silentNanos(8 * SECOND)).isEqualTo(SECOND);
        assertThat(traffic.pingDueNanos(EXACT)).isEqualTo(37 * SECOND);
    }

    @Test
    void sampleSent_bytesOrProgress_putOffTheBeat_nothingElseDoes() {
        traffic.sampled(2 * SECOND);
        traffic.sampleSent(false);
        assertThat(traffic.beatDueNanos(EXACT)).isEqualTo(15 * SECOND);
        traffic.onSent();
        traffic.sampleSent(false);
        assertThat(traffic.beatDueNanos(EXACT)).isEqualTo(17 * SECOND);
        traffic.sampled(4 * SECOND);
        traffic.sampleSent(false);
        assertThat(traffic.beatDueNanos(EXACT)).isEqualTo(17 * SECOND);
        traffic.sampleSent(true);
        assertThat(traffic.beatDueNanos(EXACT)).isEqualTo(19 * SECOND);
        traffic.restartBeat(30 * SECOND);
        assertThat(traffic.beatDueNanos(EXACT)).isEqualTo(45 * SECOND);
    }

    @Test
    void jitter_isOnlyDownward_andNewWithEachSend() {
        HeartbeatConfig config = HeartbeatConfig.builder().jitterPercent(40).build();
        long first = traffic.beatDueNanos(config);
        assertThat(first).isBetween(9 * SECOND, 15 * SECOND);
        assertThat(traffic.beatDueNanos(config)).isEqualTo(first);
        traffic.onSent();
        traffic.sampleSent(false);
        assertThat(traffic.beatDueNanos(config))
                .isBetween(9 * SECOND, 15 * SECOND)
                .isNotEqualTo(first);
        assertThat(new Counted(1, 0).beatDueNanos(config)).isEqualTo(first);
        assertThat(new Counted(2, 0).beatDueNanos(config)).isNotEqualTo(first);
    }

    @Test
    void sampleDue_isHalfOfTheShorterInterval_afterTheLastSample() {
        traffic.sampled(SECOND);
        assertThat(traffic.sampleDueNanos(EXACT))
                .isEqualTo(SECOND + Duration.ofMillis(7500).toNanos());
        assertThat(traffic.sampledNanos()).isEqualTo(SECOND);
    }

    @Test
    void sentCount_countsWhatWasSent() {
        traffic.onSent();
        traffic.onSent();
        assertThat(traffic.sentCount()).isEqualTo(2);
    }
}

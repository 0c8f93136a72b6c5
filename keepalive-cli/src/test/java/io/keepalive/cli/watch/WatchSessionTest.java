package io.keepalive.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WatchSessionTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;

    @Test
    void dumpPeriod_fewConnectionsAndShortTable_isASecond() {
        assertThat(WatchSession.dumpPeriodNanos(100, MILLI)).isEqualTo(SECOND);
    }

    @Test
    void dumpPeriod_longTable_keepsDumpsAtHalfAPercentOfACore() {
        assertThat(WatchSession.dumpPeriodNanos(100, 15 * MILLI)).isEqualTo(3 * SECOND);
        assertThat(WatchSession.dumpPeriodNanos(10_000, 15 * MILLI)).isEqualTo(4 * SECOND);
    }

    @Test
    void dumpPeriod_anyTable_isAtMostTenSeconds() {
        assertThat(WatchSession.dumpPeriodNanos(10_000_000, SECOND)).isEqualTo(10 * SECOND);
    }

    @Test
    void coreTime_lineOfTheKernel_isItsFirstNumber() {
        assertThat(CoreTime.parse("123456789 42 7\n")).isEqualTo(123_456_789);
        assertThat(CoreTime.parse("")).isZero();
        assertThat(CoreTime.parse("x y")).isZero();
    }
}

package io.keepalive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a blocked write is stalled and when not, in virtual time from any origin of the clock; heartbeat rule 6. */
class WriteStallWatchTest {
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(6);
    private static final long TICK = WriteStallWatch.tickNanos(LIMIT);

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MIN_VALUE, -1, Long.MAX_VALUE - 5_000_000_000L, Long.MAX_VALUE})
    void tick_oneWriteUnderWay_isStalledAfterTheLimitAndThreeTicks(long origin) {
        WriteStallWatch watch = new WriteStallWatch(LIMIT, origin);
        watch.beginWrite();

        int ticks = 1;
        while (!watch.tick(origin + ticks * TICK)) {
            ticks++;
        }
        // The first tick learns about the write, then the limit has to pass, then one more tick decides.
        assertThat(ticks * TICK).isEqualTo(LIMIT + 2 * TICK).isLessThanOrEqualTo(LIMIT * 5 / 4);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MIN_VALUE, Long.MAX_VALUE})
    void tick_idleWriter_isNeverStalled(long origin) {
        WriteStallWatch watch = new WriteStallWatch(LIMIT, origin);
        watch.beginWrite();
        watch.endWrite();

        for (int ticks = 1; ticks < 100; ticks++) {
            assertThat(watch.tick(origin + ticks * TICK)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 11})
    void tick_slowWriter_isNotStalledAsLongAsItGoesOn(int ticksPerPart) {
        WriteStallWatch watch = new WriteStallWatch(LIMIT, 0);

        for (int ticks = 1; ticks < 200; ticks++) {
            if (ticks % ticksPerPart == 0) {
                watch.endWrite();
            }
            if (ticks % ticksPerPart == 0 || ticks == 1) {
                watch.beginWrite();
            }
            assertThat(watch.tick(ticks * TICK)).as("tick %d", ticks).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 8, 50})
    void tick_afterALocalPause_theLimitGoesOnWhereItStopped(long pauseSeconds) {
        WriteStallWatch watch = new WriteStallWatch(LIMIT, 0);
        watch.beginWrite();
        watch.tick(TICK);
        long resumedNanos = TICK + TimeUnit.SECONDS.toNanos(pauseSeconds);

        int ticks = 0;
        while (!watch.tick(resumedNanos + ticks * TICK)) {
            ticks++;
        }
        assertThat(ticks).as("ticks after the pause").isEqualTo(12);
    }

    @Test
    void tick_pauseLongerThanAnyCredit_theWriterGetsOneTickOnTime() {
        WriteStallWatch watch = new WriteStallWatch(LIMIT, 0);
        watch.beginWrite();
        watch.tick(TICK);
        long resumedNanos = TimeUnit.DAYS.toNanos(1);

        assertThat(watch.tick(resumedNanos)).isFalse();
        watch.endWrite();
        assertThat(watch.tick(resumedNanos + TICK)).isFalse();
    }

    @Test
    void tick_everyTickLate_aStallIsFoundOnceTheCreditIsSpent() {
        WriteStallWatch watch = new WriteStallWatch(LIMIT, 0);
        watch.beginWrite();

        long now = 0;
        do {
            now += 3 * TICK;
        } while (!watch.tick(now));
        assertThat(now).isBetween(2 * LIMIT, 16 * LIMIT);
    }

    @ParameterizedTest
    @ValueSource(longs = {10_000_000, 8_000_000_000L, 86_400_000_000_000L})
    void tickNanos_isATwelfthOfTheLimit_withinReason(long limitNanos) {
        assertThat(WriteStallWatch.tickNanos(limitNanos))
                .isBetween(1_000_000L, 666_000_000L)
                .isLessThanOrEqualTo(Math.max(1_000_000L, limitNanos / 12));
    }
}

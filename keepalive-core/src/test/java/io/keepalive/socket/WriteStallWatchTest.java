package io.keepalive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a writer is stalled and when not, in virtual time from any origin of the clock. */
class WriteStallWatchTest {
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(8);
    private static final long TICK = TimeUnit.SECONDS.toNanos(1);

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MIN_VALUE, -1, Long.MAX_VALUE - 5_000_000_000L, Long.MAX_VALUE})
    void oneWriteUnderWay_isStalledAfterTheLimit_notBefore(long origin) {
        WriteStallWatch watch = new WriteStallWatch(LIMIT, origin);
        watch.beginWrite();

        int ticks = 1;
        while (!watch.tick(origin + ticks * TICK)) {
            ticks++;
        }
        // The first tick only learns about the write; then the limit has to pass.
        assertThat(ticks * TICK).isEqualTo(LIMIT + TICK);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MIN_VALUE, Long.MAX_VALUE})
    void idleWriter_isNeverStalled(long origin) {
        WriteStallWatch watch = new WriteStallWatch(LIMIT, origin);
        watch.beginWrite();
        watch.endWrite();

        for (int ticks = 1; ticks < 100; ticks++) {
            assertThat(watch.tick(origin + ticks * TICK)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7})
    void slowWriter_isNotStalled_asLongAsItGoesOn(int ticksPerPart) {
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
    @ValueSource(longs = {5, 8, 80, 1_000_000})
    void ownPause_countsForTwoTicksAtMost(long pauseSeconds) {
        WriteStallWatch watch = new WriteStallWatch(LIMIT, 0);
        watch.beginWrite();
        watch.tick(TICK);
        long resumedNanos = TICK + TimeUnit.SECONDS.toNanos(pauseSeconds);

        int ticks = 0;
        while (!watch.tick(resumedNanos + ticks * TICK)) {
            ticks++;
        }
        assertThat(ticks).as("ticks after the pause").isEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(longs = {10_000_000, 8_000_000_000L, 86_400_000_000_000L})
    void tick_isAnEighthOfTheLimit_withinReason(long limitNanos) {
        assertThat(WriteStallWatch.tickNanos(limitNanos))
                .isBetween(1_000_000L, 1_000_000_000L)
                .isLessThanOrEqualTo(limitNanos / 8);
    }
}

package io.keepalive.cli.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long HALF = SECOND / 2;

    private static Plan plan(long resolutionNanos, long maxSeconds) {
        return Plan.of(new Goal(resolutionNanos, maxSeconds * SECOND, 0, false, 5));
    }

    @Test
    void timesTheTimeout_defaultResolution_isAtMostEight() {
        assertThat(plan(0, 1200).timesTheTimeout()).isLessThanOrEqualTo(8);
        assertThat(plan(0, 9 * 3600).timesTheTimeout()).isLessThanOrEqualTo(8.3);
    }

    /** No search whose rounds follow each other can do that: docs/probe.md says so. */
    @Test
    void timesTheTimeout_everyTimeoutToTheSecond_isMoreThanEight() {
        long[] seconds = LongStream.concat(
                        LongStream.of(0), LongStream.rangeClosed(1, 60).map(second -> second * SECOND + HALF))
                .toArray();

        assertThat(new Plan(seconds).timesTheTimeout()).isGreaterThan(8.1);
    }

    @Test
    void above_everyRung_leadsToTheLongest() {
        Plan plan = plan(0, 1200);
        long lived = 0;
        int rungs = 0;
        while (plan.above(lived).isPresent()) {
            assertThat(plan.above(lived).getAsLong()).isGreaterThan(lived);
            lived = plan.above(lived).getAsLong();
            rungs++;
        }

        assertThat(lived).isEqualTo(1200 * SECOND + HALF).isEqualTo(plan.longestNanos());
        assertThat(rungs).isBetween(5, 20);
    }

    @Test
    void between_boundsOffTheCells_liesBetweenThem() {
        Plan plan = plan(0, 1200);

        assertThat(plan.between(100 * SECOND, 200 * SECOND).getAsLong()).isBetween(100 * SECOND + 1, 200 * SECOND - 1);
        assertThat(plan.between(100 * SECOND, 100 * SECOND + 1)).isEmpty();
        assertThat(plan.between(239 * SECOND + HALF, 240 * SECOND + HALF)).isEmpty();
    }
}

package io.keepalive.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kernel's arithmetic, against times of death that were measured on Linux. */
class KernelTimeTest {
    @ParameterizedTest
    @CsvSource({
        // idle, interval, user timeout in ms, nominal s, measured s
        "2, 1,  1000,  3,  3.00",
        "2, 1,  3500,  4,  4.01",
        "2, 1,  4500,  5,  5.02",
        "2, 1, 10000, 10, 10.10",
        "2, 1, 20000, 20, 20.40",
        "5, 5,  6000, 10, 10.30",
    })
    void detectionWithUserTimeout_agreesWithMeasurements(
            int idle, int interval, int userTimeoutMillis, long nominal, double measured) {
        Duration detection = KernelTime.detectionWithUserTimeout(idle, interval, userTimeoutMillis);

        assertThat(detection).hasSeconds(nominal);
        assertThat(measured).isBetween(nominal - 0.01, bound(detection));
    }

    @ParameterizedTest
    @CsvSource({"45, 10, 3, 75, 77.6", "30, 8, 8, 94, 96.1", "175, 20, 2, 215, 216.9", "120, 30, 8, 360, 366.4"})
    void detection_agreesWithMeasurements(int idle, int interval, int count, long nominal, double measured) {
        Duration detection = KernelTime.detection(idle, interval, count);

        assertThat(detection).hasSeconds(nominal);
        assertThat(measured).isBetween((double) nominal, bound(detection));
    }

    private static double bound(Duration nominal) {
        return KernelTime.late(nominal).plusSeconds(1).toMillis() / 1e3;
    }

    @Test
    void detection_ofTheLargestValues_doesNotOverflow() {
        int max = Integer.MAX_VALUE;

        assertThat(KernelTime.detection(max, max, max)).hasSeconds(max + (long) max * max);
        assertThat(KernelTime.detectionWithUserTimeout(max, max, max)).hasSeconds(2L * max);
        assertThat(KernelTime.detectionWithUserTimeout(1, 1, max)).hasSeconds(max / 1000 + 1);
    }

    @Test
    void wholeSeconds_roundsUp() {
        assertThat(KernelTime.wholeSeconds(Duration.ofNanos(1))).isEqualTo(1);
        assertThat(KernelTime.wholeSeconds(Duration.ofMillis(1000))).isEqualTo(1);
        assertThat(KernelTime.wholeSeconds(Duration.ofMillis(1001))).isEqualTo(2);
        assertThat(KernelTime.wholeMillis(Duration.ofNanos(1))).isEqualTo(1);
        assertThat(KernelTime.wholeMillis(Duration.ofNanos(1_000_001))).isEqualTo(2);
    }

    @Test
    void latestNominal_isTheInverseOfLate() {
        for (int seconds = 0; seconds < 40_000; seconds += 7) {
            Duration late = KernelTime.late(Duration.ofSeconds(seconds));
            assertThat(KernelTime.latestNominal(late)).isEqualTo(seconds);
            assertThat(KernelTime.latestNominal(late.plusMillis(1124))).isEqualTo(seconds);
            assertThat(KernelTime.latestNominal(late.plusMillis(1125))).isEqualTo(seconds + 1);
            assertThat(KernelTime.latestNominal(late.minusNanos(1))).isLessThanOrEqualTo(Math.max(0, seconds - 1));
        }
        assertThat(KernelTime.latestNominal(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE / 9 * 8 + 6);
    }

    @ParameterizedTest
    @CsvSource({
        // idle, interval, user timeout in ms, probes that surely go out
        "120, 30, 345000, 7", // the tick at 330 s may be at 371 s; that at 300 s is at 337.5 s at the latest
        "120, 30,      1, 1",
        "120, 30, 135000, 1", // late(120 s) finds it passed, but the first tick is never fatal
        "120, 30, 168750, 1",
        "120, 30, 168751, 2",
        "  2,  1,  20000, 16",
    })
    void probesBeforeUserTimeout_countsLateTicksAsFatal(int idle, int interval, int userTimeoutMillis, long probes) {
        assertThat(KernelTime.probesBeforeUserTimeout(idle, interval, userTimeoutMillis))
                .isEqualTo(probes);
    }
}

package io.keepalive;

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
}

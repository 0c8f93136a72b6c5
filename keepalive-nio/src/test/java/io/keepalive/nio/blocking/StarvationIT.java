package io.keepalive.nio.blocking;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.testing.TestCertificate;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Virtual threads that get no carrier for three times the bound cost no connection its life, whether they read or write. All
 * rows with {@code -Dkeepalive.starvation=all}.
 */
@Timeout(240)
@EnabledForJreRange(min = JRE.JAVA_21)
@Tag("thorough")
@Isolated("It keeps every core busy, and other tests wait for timers.")
class StarvationIT {
    @ParameterizedTest
    @CsvSource("COMPUTING, 8")
    void noCarrierForLong_noConnectionIsLost(Starvation.Hog hog, int threads) throws Exception {
        assertThat(run(hog, threads)).containsExactly("starved");
    }

    @ParameterizedTest
    @EnabledIfSystemProperty(named = "keepalive.starvation", matches = "all")
    @CsvSource({"COMPUTING, 2", "PINNED, 8", "PLATFORM, 2"})
    void allRows_noConnectionIsLost(Starvation.Hog hog, int threads) throws Exception {
        assertThat(run(hog, threads)).containsExactly("starved");
    }

    private static List<String> run(Starvation.Hog hog, int threads) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", // or the JVM warns when the kernel is asked about a waiting write
                "-Djdk.virtualThreadScheduler.parallelism=2",
                "-Djdk.virtualThreadScheduler.maxPoolSize=2",
                TestCertificate.ofThisJvm().option(),
                "-cp",
                System.getProperty("java.class.path"),
                Starvation.class.getName(),
                hog.name(),
                String.valueOf(threads)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            List<String> lines =
                    reader.lines().filter(line -> !line.startsWith("SLF4J")).toList();
            process.waitFor();
            return lines;
        } finally {
            process.destroy();
        }
    }
}

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Virtual threads that are blocked in our streams leave their carrier to others. From JDK 24 on: before that, TLS and the
 * JDK's own streams pin it by themselves.
 */
@Timeout(240)
@EnabledForJreRange(min = JRE.JAVA_24)
@Tag("thorough")
@Isolated("It keeps every core busy, and other tests wait for timers.")
class VirtualCallersIT {
    @Test
    void blockedCallers_ofEveryStyle_pinNoCarrier() throws Exception {
        assertThat(run("60")).containsExactly("free", "free", "free", "free");
    }

    @Test
    void aCarrierThatIsHeld_isNoticed() throws Exception {
        assertThat(run("2", "pinned")).containsExactly("held", "held", "held", "held");
    }

    private static List<String> run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", // or the JVM warns when the kernel is asked about a waiting write
                "-Djdk.virtualThreadScheduler.parallelism=1",
                "-Djdk.virtualThreadScheduler.maxPoolSize=1",
                TestCertificate.ofThisJvm().option(),
                "-cp",
                System.getProperty("java.class.path"),
                VirtualCallers.class.getName()));
        command.addAll(List.of(arguments));
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

package io.keepalive.nat;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a pool is told about idle connections before and after their path is cut; nothing is sent but probes. */
class LivenessIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final boolean NATIVE = Runtime.version().feature() >= 22;
    private static final String[] FLAGS = NATIVE ? new String[] {"--enable-native-access=ALL-UNNAMED"} : new String[0];

    @Test
    @WithNatLab(idleTimeoutSeconds = 600)
    void cutPath_keptConnectionIsSuspectThenEnded_theOtherStaysUnknown(NatLab lab) {
        lab.server().java(LivenessProgram.Server.class).awaitLine("listening"::equals, LIMIT);
        LabProcess client = lab.client()
                .javaCommand(LivenessProgram.class, lab.server().address())
                .options(FLAGS)
                .start();
        client.awaitLine("idle for 4s"::equals, LIMIT);
        List<String> before = client.lines();
        lab.cut();
        client.awaitLine("done"::equals, LIMIT);

        client.lines().forEach(System.out::println);
        if (NATIVE) {
            // A busy machine may look for the first time when the plain connection's handshake is long past.
            assertThat(verdicts(before, "kept ")).endsWith("ALIVE");
            assertThat(verdicts(client.lines(), "kept ")).endsWith("ALIVE", "SUSPECT", "ENDED");
            assertThat(verdicts(client.lines(), "plain ")).endsWith("UNKNOWN").doesNotContain("SUSPECT", "ENDED");
        } else {
            // The kernel's list proves no life; a probe that is on its way is a suspicion for as long.
            assertThat(verdicts(client.lines(), "kept "))
                    .startsWith("UNKNOWN")
                    .endsWith("SUSPECT", "ENDED")
                    .doesNotContain("ALIVE");
            assertThat(verdicts(client.lines(), "plain ")).containsExactly("UNKNOWN");
        }
    }

    private static List<String> verdicts(List<String> lines, String connection) {
        return lines.stream()
                .filter(line -> line.startsWith(connection))
                .map(line -> line.substring(connection.length(), line.indexOf(':')))
                .toList();
    }
}

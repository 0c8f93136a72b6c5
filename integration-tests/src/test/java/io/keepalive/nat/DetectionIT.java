package io.keepalive.nat;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.lab.CommandResult;
import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import io.keepalive.loss.LossCause;
import io.keepalive.testing.TestCertificate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** After a cut of an idle path the death is reported within the bounds that the policy states. */
class DetectionIT {
    private static final List<String> POLICIES =
            List.of("idle=3s,interval=1s,count=3", "idle=4s,interval=2s,count=4", "idle=6s,interval=4s,count=4");
    private static final Duration LIMIT = Duration.ofSeconds(90);
    /** The clock starts when the test program has read the last byte, a moment after the kernel's. */
    private static final long EARLY_MILLIS = 200;

    @Test
    @WithNatLab(idleTimeoutSeconds = 600)
    void afterACut_deathIsReportedBetweenDetectionTimeAndItsBound(NatLab lab) {
        EchoServer.startIn(lab, "off");
        String[] arguments = new String[1 + POLICIES.size()];
        arguments[0] = lab.server().address();
        for (int i = 0; i < POLICIES.size(); i++) {
            arguments[i + 1] = POLICIES.get(i);
        }
        LabProcess client = lab.client()
                .javaCommand(DetectionClient.class, arguments)
                .options(TestCertificate.ofThisJvm().option())
                .start();
        client.awaitLine("idle"::equals, LIMIT);
        lab.cut();
        CommandResult timers =
                lab.client().command("ss", "-tnoH", "state", "established").run();
        client.awaitLine("done"::equals, LIMIT);

        assertThat(timers.lines())
                .as("the kernel's own view")
                .hasSize(Kind.values().length * POLICIES.size())
                .allMatch(line -> line.contains("timer:(keepalive,"));
        List<String> deaths = client.lines().stream()
                .filter(line -> line.startsWith("death "))
                .toList();
        deaths.forEach(System.out::println);
        assertThat(deaths).hasSize(Kind.values().length * POLICIES.size());
        for (String death : deaths) {
            List<String> words = List.of(death.split(" ", -1));
            KeepAlive policy = KeepAlive.parse(words.get(2));
            assertThat(words.get(4)).as(death).isEqualTo(LossCause.PATH_TIMEOUT.name());
            assertThat(Long.parseLong(words.get(3)))
                    .as(death)
                    .isBetween(
                            policy.detectionTime().orElseThrow().toMillis() - EARLY_MILLIS,
                            policy.detectionTimeAtMost().orElseThrow().toMillis());
        }
    }
}

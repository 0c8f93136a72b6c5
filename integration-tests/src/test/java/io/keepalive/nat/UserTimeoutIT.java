package io.keepalive.nat;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.lab.JavaCommand;
import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import io.keepalive.loss.LossCause;
import io.keepalive.testing.TestCertificate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Data on its way when the path is cut: keepalive says nothing for a quarter of an hour, since it does not run while sent
 * data is unacknowledged; a user timeout of 3 s ends it in time.
 */
@Tag("thorough")
class UserTimeoutIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String WATCHED_SECONDS = "30";

    @Test
    @WithNatLab(idleTimeoutSeconds = 600)
    void blockedReadAndWrite_endWithTheUserTimeout_andHangWithoutOne(NatLab lab) {
        EchoServer.startIn(lab, "off");
        LabProcess client = withDescriptors(lab.client()
                        .javaCommand(
                                UserTimeoutClient.class, lab.server().address(), "user-timeout=3s", WATCHED_SECONDS)
                        .options(TestCertificate.ofThisJvm().option()))
                .start();
        client.awaitLine("ready"::equals, LIMIT);
        lab.cut();
        client.writeLine("cut");
        client.awaitLine("done"::equals, LIMIT);

        List<String> deaths = starting(client, "death ");
        deaths.forEach(System.out::println);
        assertThat(deaths).hasSize(2 * Kind.values().length);
        for (String death : deaths) {
            List<String> words = List.of(death.split(" ", -1));
            assertThat(words.get(3)).as(death).isEqualTo("user-timeout=3s");
            assertThat(Long.parseLong(words.get(4))).as(death).isBetween(2800L, 4500L);
            assertThat(words.get(5)).as(death).isEqualTo(LossCause.PATH_TIMEOUT.name());
        }
        assertThat(starting(client, "hanging "))
                .hasSize(2 * Kind.values().length)
                .allMatch(line -> line.endsWith(" on"));
    }

    private static JavaCommand withDescriptors(JavaCommand command) {
        return Runtime.version().feature() >= 22
                ? command.options("--enable-native-access=ALL-UNNAMED")
                : command.options("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
    }

    private static List<String> starting(LabProcess process, String prefix) {
        return process.lines().stream().filter(line -> line.startsWith(prefix)).toList();
    }
}

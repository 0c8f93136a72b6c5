package io.keepalive.netty.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.lab.JavaCommand;
import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import io.keepalive.loss.LossCause;
import io.keepalive.netty.LeakCheck;
import io.keepalive.netty.Transport;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** After a cut the death of a connection is reported in time, on every transport, by client and server. */
class DetectionIT {
    private static final String ON_SERVER = "idle=5s,interval=2s,count=2";
    private static final List<String> POLICIES = List.of("idle=3s,interval=1s,count=3", "idle=4s,interval=2s,count=4");
    private static final Duration LIMIT = Duration.ofSeconds(90);
    /** The clock starts when the test program has read the last byte, a moment after the kernel's. */
    private static final long EARLY_MILLIS = 200;

    @Test
    @WithNatLab(idleTimeoutSeconds = 600)
    void idle_deathIsReportedBetweenDetectionTimeAndItsBound(NatLab lab) {
        LabProcess server = echo(lab, ON_SERVER);
        LabProcess client = lab.client()
                .javaCommand(DetectionProgram.class, lab.server().address(), "idle", POLICIES.get(0), POLICIES.get(1))
                .options(LeakCheck.options())
                .start();
        client.awaitLine("idle"::equals, LIMIT);
        lab.cut();
        List<String> timers = lab.client()
                .command("ss", "-tnoH", "state", "established")
                .run()
                .lines();
        client.awaitLine("leaks: []"::equals, LIMIT);
        server.writeLine("end");
        server.awaitLine("leaks: []"::equals, LIMIT);

        assertThat(timers)
                .as("the kernel's own view")
                .filteredOn(line -> line.contains("timer:(keepalive,"))
                .hasSize(POLICIES.size() * Transport.here().size());
        List<String> deaths = deaths(client);
        assertThat(deaths).hasSize(POLICIES.size() * Transport.here().size());
        deaths.forEach(death -> assertInTime(death, KeepAlive.parse(word(death, 2))));
        for (Transport transport : Transport.here()) {
            // The last line of each is out by now: the server's policy is quicker than the client's slower one.
            assertThat(deaths(server)).anyMatch(death -> death.startsWith("death " + transport + " server "));
        }
        deaths(server).forEach(death -> assertInTime(death, KeepAlive.parse(ON_SERVER)));
    }

    /** Keepalive alone says nothing for a quarter of an hour while data is unacknowledged. */
    @Test
    @WithNatLab(idleTimeoutSeconds = 600)
    void unacknowledgedData_endsWithTheUserTimeout_onEveryTransport(NatLab lab) {
        LabProcess server = echo(lab, "off");
        LabProcess client = withDescriptors(lab.client()
                        .javaCommand(DetectionProgram.class, lab.server().address(), "busy", "user-timeout=3s"))
                .options(LeakCheck.options())
                .start();
        client.awaitLine("ready"::equals, LIMIT);
        lab.cut();
        client.writeLine("cut");
        client.awaitLine("leaks: []"::equals, LIMIT);
        server.writeLine("end");
        server.awaitLine("leaks: []"::equals, LIMIT);

        assertThat(deaths(client)).hasSize(Transport.here().size());
        for (String death : deaths(client)) {
            System.out.println(death);
            assertThat(word(death, 4)).as(death).isEqualTo(LossCause.PATH_TIMEOUT.name());
            assertThat(Long.parseLong(word(death, 3))).as(death).isBetween(2800L, 5000L);
        }
    }

    private static LabProcess echo(NatLab lab, String policy) {
        LabProcess server = lab.server()
                .javaCommand(EchoProgram.class, policy)
                .options(LeakCheck.options())
                .start();
        server.awaitLine("listening"::equals, LIMIT);
        return server;
    }

    /** What NIO's user timeout takes; epoll and io_uring take nothing. */
    private static JavaCommand withDescriptors(JavaCommand command) {
        return Runtime.version().feature() >= 22
                ? command.options("--enable-native-access=ALL-UNNAMED")
                : command.options(
                        "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED", "--add-opens=java.base/java.io=ALL-UNNAMED");
    }

    private static void assertInTime(String death, KeepAlive policy) {
        System.out.println(death);
        assertThat(word(death, 4)).as(death).isEqualTo(LossCause.PATH_TIMEOUT.name());
        assertThat(Long.parseLong(word(death, 3)))
                .as(death)
                .isBetween(
                        policy.detectionTime().orElseThrow().toMillis() - EARLY_MILLIS,
                        policy.detectionTimeAtMost().orElseThrow().toMillis());
    }

    private static List<String> deaths(LabProcess program) {
        return program.lines().stream()
                .filter(line -> line.startsWith("death "))
                .toList();
    }

    private static String word(String line, int index) {
        return line.split(" ", -1)[index];
    }
}

package io.keepalive.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.lab.Expiry;
import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import io.keepalive.netty.heartbeat.EchoProgram;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Through a NAT that forgets idle connections: without a policy the connections of every transport are dead after 3 × the
 * idle timeout, with one on either side they live on for more than 5 ×.
 */
class SurvivalIT {
    private static final long IDLE_TIMEOUT_SECONDS = 4;
    private static final Duration LIMIT = Duration.ofSeconds(90);

    @Test
    @WithNatLab(idleTimeoutSeconds = 4, onExpiry = Expiry.BLACKHOLE)
    void throughABlackhole(NatLab lab) {
        assertThat(outcomes(lab)).containsExactlyInAnyOrderElementsOf(expected("null"));
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 4, onExpiry = Expiry.RESET)
    void throughAResettingBox(NatLab lab) {
        assertThat(outcomes(lab)).containsExactlyInAnyOrderElementsOf(expected("PEER_RESET"));
    }

    private static List<String> outcomes(NatLab lab) {
        String policy = KeepAlive.outliving(lab.idleTimeout()).toString();
        LabProcess server = lab.server()
                .javaCommand(EchoProgram.class, policy)
                .options(LeakCheck.options())
                .start();
        server.awaitLine("listening"::equals, LIMIT);
        LabProcess client = lab.client()
                .javaCommand(
                        SurvivalProgram.class,
                        lab.server().address(),
                        policy,
                        String.valueOf(3 * IDLE_TIMEOUT_SECONDS),
                        String.valueOf(5 * IDLE_TIMEOUT_SECONDS + 1))
                .options(LeakCheck.options())
                .start();
        client.awaitLine("idle"::equals, LIMIT);
        assertTimers(lab);
        client.awaitLine("leaks: []"::equals, LIMIT);
        server.writeLine("end");
        server.awaitLine("leaks: []"::equals, LIMIT);
        return client.lines().stream()
                .filter(line -> line.contains(" kept by "))
                .toList();
    }

    /** From outside: of three connections a transport, the client probes one; so does the server. */
    private static void assertTimers(NatLab lab) {
        for (List<String> lines : List.of(
                lab.client()
                        .command("ss", "-tnoH", "state", "established")
                        .run()
                        .lines(),
                lab.server()
                        .command("ss", "-tnoH", "state", "established")
                        .run()
                        .lines())) {
            assertThat(lines).as("connections").hasSize(3 * Transport.here().size());
            assertThat(lines)
                    .filteredOn(line -> line.contains("timer:(keepalive,"))
                    .as("%s", lines)
                    .hasSize(Transport.here().size());
        }
    }

    private static List<String> expected(String ofUnkept) {
        return Transport.here().stream()
                .flatMap(transport -> List.of(
                        transport + " kept by NOBODY: " + ofUnkept,
                        transport + " kept by CLIENT: 2",
                        transport + " kept by SERVER: 2")
                        .stream())
                .toList();
    }
}

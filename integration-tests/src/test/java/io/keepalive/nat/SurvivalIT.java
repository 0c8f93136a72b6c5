package io.keepalive.nat;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.lab.Expiry;
import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import io.keepalive.testing.TestCertificate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Through a NAT that forgets idle connections: without a policy every kind of socket is dead after 3 × the idle
 * timeout, with one on either side it lives on for more than 5 ×.
 */
class SurvivalIT {
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(4);
    private static final Duration LIMIT = Duration.ofSeconds(90);

    @Test
    @WithNatLab(idleTimeoutSeconds = 4, onExpiry = Expiry.BLACKHOLE)
    void throughABlackhole(NatLab lab) {
        assertThat(outcomes(lab)).containsExactlyInAnyOrderElementsOf(expected("silence"));
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 4, onExpiry = Expiry.RESET)
    void throughAResettingBox(NatLab lab) {
        assertThat(outcomes(lab)).containsExactlyInAnyOrderElementsOf(expected("PEER_RESET"));
    }

    private List<String> outcomes(NatLab lab) {
        String policy = KeepAlive.outliving(lab.idleTimeout()).toString();
        EchoServer.startIn(lab, policy);
        LabProcess client = lab.client()
                .javaCommand(
                        SurvivalClient.class,
                        lab.server().address(),
                        policy,
                        String.valueOf(3 * IDLE_TIMEOUT.toSeconds()),
                        String.valueOf(5 * IDLE_TIMEOUT.toSeconds() + 1))
                .options(TestCertificate.ofThisJvm().option())
                .start();
        client.awaitLine("done"::equals, LIMIT);
        return client.lines().stream()
                .filter(line -> line.contains(" kept by "))
                .toList();
    }

    private static List<String> expected(String ofUnkept) {
        return List.of(Kind.values()).stream()
                .flatMap(kind -> List.of(
                        kind + " kept by NOBODY: " + ofUnkept,
                        kind + " kept by CLIENT: answered",
                        kind + " kept by SERVER: answered")
                        .stream())
                .toList();
    }
}

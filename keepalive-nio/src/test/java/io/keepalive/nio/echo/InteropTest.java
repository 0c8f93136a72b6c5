package io.keepalive.nio.echo;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Every party as client with every party as server: greeting, echo, beats both ways, a question, an end in order. */
@Timeout(60)
class InteropTest {
    private static final HeartbeatConfig CONFIG =
            HeartbeatConfig.parse("ping-idle=2s,pong-timeout=2s,beat-interval=100ms,require-heartbeats");

    @TestFactory
    List<DynamicTest> everyPair() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Party client : Parties.all()) {
            for (Party server : Parties.all()) {
                if (client.isTls() == server.isTls()) {
                    tests.add(DynamicTest.dynamicTest(client + " to " + server, () -> talk(client, server)));
                }
            }
        }
        return tests;
    }

    private static void talk(Party clientParty, Party serverParty) throws Exception {
        try (Party.Server server = serverParty.listen(CONFIG, Parties.FREE_PORT)) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
            try (Party.Client client = clientParty.connect(CONFIG, address)) {
                byte[] message = new byte[1_000_000];
                new Random(1).nextBytes(message);
                assertThat(client.exchange(message)).isEqualTo(message);
                client.idle(Duration.ofMillis(400)); // four beats each way
                assertThat(client.exchange(new byte[] {1})).containsExactly(1);
                assertThat(client.heartbeat().peerSupportsHeartbeats()).isTrue();
                assertThat(client.heartbeat().missedPongs()).isZero();
            }
        }
    }
}

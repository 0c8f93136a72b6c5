package io.keepalive.cli.relay.io;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keepalive.cli.option.CidrBlock;
import io.keepalive.cli.option.HostPort;
import io.keepalive.cli.relay.proxy.ProxyHeader.Version;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a relayed connection starts on real sockets: listeners, refusals, PROXY headers, targets that can't be reached. */
@Timeout(60)
@SuppressWarnings("try") // a test closes a relay when it wants to
class RelayStartTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void refused_byTheTarget_resetsTheClient() throws Exception {
        int unusedPort;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            unusedPort = gone.getLocalPort();
        }
        try (Bench bench = new Bench(Bench.SETTINGS, new HostPort("127.0.0.1", unusedPort));
                Socket client = bench.connect()) {
            Bench.assertReset(client);
            assertThat(bench.awaitConnectionLine()).contains("\"endedBy\":\"target\"", "\"cause\":\"REFUSED\"");
        }
    }

    @Test
    void unresolvable_target_resetsTheClient() throws Exception {
        try (Bench bench = new Bench(Bench.SETTINGS, new HostPort("no-such-host.invalid", 7));
                Socket client = bench.connect()) {
            Bench.assertReset(client);
            assertThat(bench.awaitConnectionLine()).contains("\"cause\":\"UNRESOLVED\"");
        }
    }

    @Test
    void connect_toATargetWhoseBacklogIsFull_timesOut() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket first = new Socket(InetAddress.getLoopbackAddress(), full.getLocalPort());
                Socket second = new Socket(InetAddress.getLoopbackAddress(), full.getLocalPort());
                Bench bench = new Bench(
                        Bench.with(List.of(), 10, Duration.ofMillis(700), false, null),
                        new HostPort("127.0.0.1", full.getLocalPort()));
                Socket client = bench.connect()) {
            assertThat(first.isConnected() && second.isConnected()).isTrue();
            Bench.assertReset(client);
            assertThat(bench.awaitConnectionLine()).contains("\"cause\":\"CONNECT_TIMEOUT\"");
        }
    }

    @Test
    void maxConnections_refusesMoreAndServesAgainLater() throws Exception {
        try (Bench bench = new Bench(Bench.with(List.of(), 1, SOON, false, null))) {
            try (Socket client = bench.connect();
                    Socket target = bench.accept();
                    Socket tooMany = bench.connect()) {
                Bench.assertReset(tooMany);
                client.getOutputStream().write(7);
                assertThat(target.getInputStream().read()).isEqualTo(7);
            }
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(bench.counters.open()).isZero());
            try (Socket client = bench.connect();
                    Socket target = bench.accept()) {
                client.getOutputStream().write(8);
                assertThat(target.getInputStream().read()).isEqualTo(8);
            }
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(bench.log())
                            .filteredOn(line -> line.contains("refused 1 connection: --max-connections: 1"))
                            .hasSize(1));
        }
    }

    @Test
    void allow_withoutThisAddress_refuses() throws Exception {
        try (Bench bench = new Bench(Bench.with(List.of(CidrBlock.parse("192.0.2.0/24")), 9, SOON, false, null));
                Socket client = bench.connect()) {
            Bench.assertReset(client);
            assertThat(bench.counters.accepted()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"V1", "V2"})
    void proxyHeader_isReadAndPassedOn(String version) throws Exception {
        Version v = Version.valueOf(version);
        try (Bench bench = new Bench(Bench.with(List.of(), 9, SOON, true, v));
                Socket client = bench.connect()) {
            for (byte b : "PROXY TCP4 192.0.2.9 192.0.2.10 4242 80\r\nhello".getBytes(US_ASCII)) {
                client.getOutputStream().write(b);
                client.getOutputStream().flush();
            }
            client.shutdownOutput();
            try (Socket target = bench.accept()) {
                byte[] got = target.getInputStream().readAllBytes();
                String text = new String(got, US_ASCII);
                assertThat(text).endsWith("hello");
                if (v == Version.V1) {
                    assertThat(text).startsWith("PROXY TCP4 192.0.2.9 127.0.0.1 4242 " + bench.port + "\r\n");
                } else {
                    assertThat(got).hasSize(28 + 5);
                }
            }
            client.close();
            assertThat(bench.awaitConnectionLine()).contains("\"client\":\"192.0.2.9:4242\"", "\"bytesToTarget\":5");
        }
    }

    @Test
    void proxyHeader_missing_resetsTheClient() throws Exception {
        try (Bench bench = new Bench(Bench.with(List.of(), 9, Duration.ofMillis(500), true, null));
                Socket other = bench.connect();
                Socket silent = bench.connect()) {
            other.getOutputStream().write("GET / HTTP/1.0\r\n".getBytes(US_ASCII));
            Bench.assertReset(other);
            Bench.assertReset(silent);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(bench.log())
                            .filteredOn(line -> line.contains("PROTOCOL"))
                            .hasSize(2));
        }
    }

    @Test
    void listen_withAnotherTarget_movesNewConnectionsOnly() throws Exception {
        try (Bench bench = new Bench();
                ServerSocket other = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Socket old = bench.connect();
                Socket oldTarget = bench.accept()) {
            HostPort listen = new HostPort("127.0.0.1", bench.port);
            bench.relay.stopListening();
            await().atMost(SOON).until(() -> listens(bench, new Route(listen, new HostPort("127.0.0.1", 9))));
            bench.relay.listen(Set.of(new Route(listen, new HostPort("127.0.0.1", other.getLocalPort()))));

            await().atMost(SOON).until(() -> reaches(bench, other));
            old.getOutputStream().write(5);
            assertThat(oldTarget.getInputStream().read()).isEqualTo(5);
        }
    }

    private static boolean listens(Bench bench, Route route) {
        try {
            bench.relay.listen(Set.of(route));
            return true;
        } catch (IOException e) {
            return false; // the old listener is closed by another thread
        }
    }

    private static boolean reaches(Bench bench, ServerSocket target) throws IOException {
        target.setSoTimeout(200);
        try (Socket client = bench.connect();
                Socket accepted = target.accept()) {
            return client.isConnected() && accepted.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void listen_onAUsedPort_saysSoAndChangesNothing() throws Exception {
        try (Bench bench = new Bench()) {
            HostPort used = new HostPort("127.0.0.1", bench.target.getLocalPort());
            assertThatThrownBy(() -> bench.relay.listen(Set.of(new Route(used, new HostPort("127.0.0.1", 9)))))
                    .isInstanceOf(IOException.class)
                    .hasMessage("--listen " + used + ": Address already in use");
            bench.connect().close();
        }
    }
}

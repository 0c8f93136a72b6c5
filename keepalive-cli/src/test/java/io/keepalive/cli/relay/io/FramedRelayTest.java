package io.keepalive.cli.relay.io;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keepalive.cli.option.HostPort;
import io.keepalive.cli.relay.engine.Side;
import io.keepalive.heartbeat.HeartbeatConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two relays that speak the heartbeat protocol with each other; the programs at both ends notice nothing of it. */
@Timeout(60)
class FramedRelayTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    /** Short times, so that many frames of the protocol lie between those of the programs. */
    private static final HeartbeatConfig CONFIG =
            HeartbeatConfig.parse("ping-idle=2s,pong-timeout=1s,max-missed-pongs=2,beat-interval=1s,close-timeout=2s,"
                    + "read-pause-timeout=1s,write-stall-timeout=1s");

    /** Of its own: the common pool has fewer threads than a test blocks. */
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private Bench server;
    private Bench client;

    FramedRelayTest() throws IOException {
        server = new Bench(Bench.framed(Side.CLIENT, CONFIG));
        client = new Bench(Bench.framed(Side.TARGET, CONFIG), new HostPort("127.0.0.1", server.port));
    }

    @BeforeEach
    void noConnection() {
        assertThat(client.counters.open() + server.counters.open()).isZero();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
        threads.shutdownNow();
    }

    private void awaitNoneOpen() {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(client.counters.open() + server.counters.open())
                        .isZero());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void halfClose_ofEitherSide_isPassedOnAndTheOtherWayGoesOn(boolean clientFirst) throws Exception {
        try (Socket near = client.connect();
                Socket far = server.accept()) {
            Socket first = clientFirst ? near : far;
            Socket second = clientFirst ? far : near;
            first.getOutputStream().write("last words".getBytes(US_ASCII));
            first.shutdownOutput();
            assertThat(second.getInputStream().readAllBytes())
                    .asString(US_ASCII)
                    .isEqualTo("last words");
            second.getOutputStream().write("heard".getBytes(US_ASCII));
            second.close();
            assertThat(first.getInputStream().readAllBytes()).asString(US_ASCII).isEqualTo("heard");

            String who = clientFirst ? "client" : "target";
            assertThat(client.awaitConnectionLine())
                    .contains("\"endedBy\":\"" + who + "\"", "\"reset\":false", "PEER_CLOSED");
            assertThat(server.awaitConnectionLine())
                    .contains("\"endedBy\":\"" + who + "\"", "\"reset\":false", "PEER_CLOSED");
            awaitNoneOpen();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void reset_ofEitherSide_isPassedOnAsReset(boolean byClient) throws Exception {
        try (Socket near = client.connect();
                Socket far = server.accept()) {
            near.getOutputStream().write(1);
            assertThat(far.getInputStream().read()).isOne();
            Bench.reset(byClient ? near : far);
            Bench.assertReset(byClient ? far : near);
            assertThat(client.awaitConnectionLine())
                    .contains("\"endedBy\":\"" + (byClient ? "client" : "target"), "\"reset\":true");
            assertThat(server.awaitConnectionLine())
                    .contains("\"endedBy\":\"" + (byClient ? "client" : "target"), "\"reset\":true");
            awaitNoneOpen();
        }
    }

    @Test
    void close_ofBothSidesAtOnce_endsInOrder() throws Exception {
        for (int i = 0; i < 50; i++) {
            try (Socket near = client.connect();
                    Socket far = server.accept()) {
                near.getOutputStream().write("ping".getBytes(US_ASCII));
                far.getOutputStream().write("pong".getBytes(US_ASCII));
                near.shutdownOutput();
                far.shutdownOutput();
                assertThat(near.getInputStream().readAllBytes())
                        .asString(US_ASCII)
                        .isEqualTo("pong");
                assertThat(far.getInputStream().readAllBytes())
                        .asString(US_ASCII)
                        .isEqualTo("ping");
            }
        }
        awaitNoneOpen();
        assertThat(client.log()).noneMatch(line -> line.contains("\"reset\":true"));
        assertThat(server.log()).noneMatch(line -> line.contains("\"reset\":true"));
    }

    /** A reader that stands for longer than any limit of the heartbeats: a relay has none. */
    @Test
    void backpressure_ofAReaderThatStands_losesNothing() throws Exception {
        try (Socket near = client.connect();
                Socket far = server.accept()) {
            near.shutdownOutput();
            Future<Long> sent = threads.submit(() -> send(far, 1, 32 << 20, 1 << 16));
            await().pollDelay(Duration.ofSeconds(3)).atMost(SOON).until(() -> true);
            assertThat(client.counters.bytesFrom(Side.TARGET))
                    .as("only buffers are full")
                    .isLessThan(24 << 20);
            assertThat(receive(near)).isEqualTo(sent.get());
            awaitNoneOpen();
            assertThat(client.awaitConnectionLine()).contains("\"reset\":false");
        }
    }

    @ParameterizedTest
    @CsvSource({"20000, 1", "2000000, 100", "60000000, 65536"})
    void bytes_bothWaysAtOnce_allArriveInOrder(int bytes, int chunkAtMost) throws Exception {
        try (Socket near = client.connect();
                Socket far = server.accept()) {
            near.setTcpNoDelay(true);
            var up = threads.submit(() -> send(near, 1, bytes, chunkAtMost));
            var down = threads.submit(() -> send(far, 2, bytes, chunkAtMost));
            var upThere = threads.submit(() -> receive(far));
            assertThat(receive(near)).isEqualTo(down.get());
            assertThat(upThere.get()).isEqualTo(up.get());
            awaitNoneOpen();
            assertThat(client.awaitConnectionLine())
                    .contains("\"bytesToTarget\":" + bytes, "\"bytesToClient\":" + bytes);
        }
    }

    private static long send(Socket socket, long seed, int bytes, int chunkAtMost) throws IOException {
        CRC32C sum = new CRC32C();
        Random random = new Random(seed);
        byte[] chunk = new byte[chunkAtMost];
        for (int left = bytes; left > 0; ) {
            int length = Math.min(left, 1 + random.nextInt(chunkAtMost));
            random.nextBytes(chunk);
            socket.getOutputStream().write(chunk, 0, length);
            sum.update(chunk, 0, length);
            left -= length;
        }
        socket.shutdownOutput();
        return sum.getValue();
    }

    private static long receive(Socket socket) throws IOException {
        CRC32C sum = new CRC32C();
        byte[] chunk = new byte[1 << 16];
        InputStream in = socket.getInputStream();
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            sum.update(chunk, 0, n);
        }
        return sum.getValue();
    }

    @Test
    void peerThatStopped_isFoundAndTheClientReset() throws Exception {
        // Accepts, and never says anything: a relay that was stopped before its first byte.
        try (ServerSocket stopped = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Bench near = new Bench(
                        Bench.framed(Side.TARGET, CONFIG), new HostPort("127.0.0.1", stopped.getLocalPort()));
                Socket program = near.connect();
                Socket accepted = stopped.accept()) {
            assertThat(accepted.isConnected()).isTrue();
            Bench.assertReset(program);
            assertThat(near.awaitConnectionLine())
                    .contains("\"endedBy\":\"target\"", "\"cause\":\"HEARTBEAT_TIMEOUT\"");
        }
    }

    @Test
    void peerThatIsNoRelay_isNamedAsSuch() throws Exception {
        try (Socket program = new Socket(InetAddress.getLoopbackAddress(), server.port);
                Socket far = server.accept()) {
            program.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
            Bench.assertReset(far);
            assertThat(server.awaitConnectionLine()).contains("\"endedBy\":\"client\"", "\"cause\":\"PROTOCOL\"");
        }
    }
}

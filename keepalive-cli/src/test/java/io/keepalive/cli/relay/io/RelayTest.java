package io.keepalive.cli.relay.io;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The relay on real sockets: what one program does arrives at the other one as if there were no relay. */
@Timeout(60)
@SuppressWarnings("try") // a test closes a relay when it wants to
class RelayTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void halfClose_ofEitherSide_isPassedOnAndTheOtherWayGoesOn(boolean clientFirst) throws Exception {
        try (Bench bench = new Bench();
                Socket client = bench.connect();
                Socket target = bench.accept()) {
            Socket first = clientFirst ? client : target;
            Socket second = clientFirst ? target : client;
            first.getOutputStream().write("last words".getBytes(US_ASCII));
            first.shutdownOutput();

            assertThat(second.getInputStream().readAllBytes())
                    .asString(US_ASCII)
                    .isEqualTo("last words");
            second.getOutputStream().write("heard".getBytes(US_ASCII));
            second.close();
            assertThat(first.getInputStream().readAllBytes()).asString(US_ASCII).isEqualTo("heard");

            String line = bench.awaitConnectionLine();
            assertThat(line)
                    .contains("\"endedBy\":\"" + (clientFirst ? "client" : "target") + "\"")
                    .contains("\"reset\":false", "\"cause\":\"PEER_CLOSED\"");
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(bench.counters.open()).isZero());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void reset_ofEitherSide_isPassedOnAsReset(boolean byClient) throws Exception {
        try (Bench bench = new Bench();
                Socket client = bench.connect();
                Socket target = bench.accept()) {
            client.getOutputStream().write(1);
            assertThat(target.getInputStream().read()).isOne();
            Bench.reset(byClient ? client : target);

            Bench.assertReset(byClient ? target : client);
            assertThat(bench.awaitConnectionLine())
                    .contains("\"endedBy\":\"" + (byClient ? "client" : "target") + "\"")
                    .contains("\"reset\":true", "\"cause\":\"PEER_RESET\"", "\"bytesToTarget\":1");
        }
    }

    @Test
    void backpressure_ofAReaderThatStands_reachesTheWriter() throws Exception {
        try (Bench bench = new Bench();
                Socket client = bench.connect();
                Socket target = bench.accept()) {
            Thread writer = new Thread(() -> writeFor(client, 64 << 20));
            writer.start();
            await().atMost(SOON).until(() -> writer.getState() == Thread.State.RUNNABLE && isStill(bench));
            assertThat(bench.counters.bytesFrom(io.keepalive.cli.relay.engine.Side.CLIENT))
                    .as("only buffers are full")
                    .isLessThan(40 << 20);

            long read = 0;
            byte[] buffer = new byte[1 << 16];
            for (int n = target.getInputStream().read(buffer);
                    n >= 0;
                    n = target.getInputStream().read(buffer)) {
                read += n;
            }
            assertThat(read).isEqualTo(64 << 20);
        }
    }

    private static boolean isStill(Bench bench) {
        long before = bench.counters.bytesFrom(io.keepalive.cli.relay.engine.Side.CLIENT);
        long until = System.nanoTime() + 300_000_000;
        while (System.nanoTime() - until < 0) {
            Thread.onSpinWait();
        }
        return before > 0 && before == bench.counters.bytesFrom(io.keepalive.cli.relay.engine.Side.CLIENT);
    }

    private static void writeFor(Socket socket, int bytes) {
        byte[] chunk = new byte[1 << 16];
        try {
            for (int sent = 0; sent < bytes; sent += chunk.length) {
                socket.getOutputStream().write(chunk);
            }
            socket.shutdownOutput();
        } catch (IOException e) {
            return; // the test fails by what it reads
        }
    }

    @Test
    void unreadLeg_resetWhileTheOtherOneStalls_endsTheConnection() throws Exception {
        try (Bench bench = new Bench();
                Socket client = bench.connect();
                Socket target = bench.accept()) {
            Thread writer = new Thread(() -> writeFor(client, 64 << 20));
            writer.start();
            await().atMost(SOON).until(() -> isStill(bench));
            Bench.reset(client);

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(bench.counters.open()).isZero());
            assertThat(bench.awaitConnectionLine()).contains("\"endedBy\":\"client\"", "\"reset\":true");
            assertThatThrownBy(() -> target.getInputStream().readAllBytes()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void halfClosedLeg_resetWhileTheTargetIsSilent_endsTheConnection() throws Exception {
        try (Bench bench = new Bench();
                Socket client = bench.connect();
                Socket target = bench.accept()) {
            client.shutdownOutput();
            assertThat(target.getInputStream().read()).isNegative();
            Bench.reset(client);

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(bench.counters.open()).isZero());
            // The FIN was first: read() stays at the end of stream, and a write meets the reset.
            await().atMost(SOON)
                    .untilAsserted(() -> assertThatThrownBy(
                                    () -> target.getOutputStream().write(1))
                            .isInstanceOf(SocketException.class));
        }
    }

    @Test
    void abortAll_resetsBothSides() throws Exception {
        try (Bench bench = new Bench();
                Socket client = bench.connect();
                Socket target = bench.accept()) {
            client.getOutputStream().write(1);
            assertThat(target.getInputStream().read()).isOne();
            bench.relay.abortAll();
            Bench.assertReset(client);
            Bench.assertReset(target);
            assertThat(bench.awaitConnectionLine()).contains("\"endedBy\":\"relay\"", "\"cause\":\"LOCAL_CLOSED\"");
        }
    }
}

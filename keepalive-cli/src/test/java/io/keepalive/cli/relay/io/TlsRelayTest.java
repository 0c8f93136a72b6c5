package io.keepalive.cli.relay.io;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keepalive.cli.option.HostPort;
import io.keepalive.cli.relay.engine.Side;
import io.keepalive.cli.relay.tls.Stores;
import io.keepalive.heartbeat.HeartbeatConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two relays with TLS between them; the programs at both ends notice nothing of it. */
@Timeout(60)
class TlsRelayTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    /** A silent peer is dead after 3 s. */
    private static final HeartbeatConfig CONFIG = HeartbeatConfig.parse(
            "ping-idle=1s,pong-timeout=1s,max-missed-pongs=2,beat-interval=500ms,close-timeout=2s");

    @TempDir
    private static Path folder = Path.of("");

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private @Nullable Bench server;
    private @Nullable Bench client;

    @BeforeAll
    static void makeStores() throws Exception {
        Stores.make(folder, "near", "far", "stranger");
        Stores.trust(folder, "near", "far");
        Stores.trust(folder, "far", "near");
        // It would speak with either; neither knows it.
        Stores.trust(folder, "stranger", "near");
        Stores.trust(folder, "stranger", "far");
    }

    private static RelaySettings settings(Side side, @Nullable String store) throws IOException {
        return Bench.framed(side, CONFIG, store == null ? null : Stores.context(folder, store));
    }

    private void start(@Nullable String near, @Nullable String far) throws IOException {
        server = new Bench(settings(Side.CLIENT, far));
        client = new Bench(settings(Side.TARGET, near), new HostPort("127.0.0.1", server.port));
    }

    private Bench client() {
        return java.util.Objects.requireNonNull(client);
    }

    private Bench server() {
        return java.util.Objects.requireNonNull(server);
    }

    @AfterEach
    void close() throws IOException {
        client().close();
        server().close();
        threads.shutdownNow();
    }

    private void awaitNoneOpen() {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                client().counters.open() + server().counters.open())
                        .isZero());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void halfClose_ofEitherSide_isPassedOnAndTheOtherWayGoesOn(boolean clientFirst) throws Exception {
        start("near", "far");
        try (Socket near = client().connect();
                Socket far = server().accept()) {
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
            awaitNoneOpen();
            assertThat(client().awaitConnectionLine()).contains("\"reset\":false", "PEER_CLOSED");
            assertThat(server().awaitConnectionLine()).contains("\"reset\":false", "PEER_CLOSED");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void reset_ofEitherSide_isPassedOnAsReset(boolean byClient) throws Exception {
        start("near", "far");
        try (Socket near = client().connect();
                Socket far = server().accept()) {
            near.getOutputStream().write(1);
            assertThat(far.getInputStream().read()).isOne();
            Bench.reset(byClient ? near : far);
            Bench.assertReset(byClient ? far : near);
            awaitNoneOpen();
        }
    }

    @ParameterizedTest
    @CsvSource({"20000, 1", "20000000, 65536"})
    void bytes_bothWaysAtOnce_allArriveInOrder(int bytes, int chunkAtMost) throws Exception {
        start("near", "far");
        try (Socket near = client().connect();
                Socket far = server().accept()) {
            near.setTcpNoDelay(true);
            var up = threads.submit(() -> send(near, 1, bytes, chunkAtMost));
            var down = threads.submit(() -> send(far, 2, bytes, chunkAtMost));
            var upThere = threads.submit(() -> receive(far));
            assertThat(receive(near)).isEqualTo(down.get());
            assertThat(upThere.get()).isEqualTo(up.get());
            awaitNoneOpen();
            assertThat(client().awaitConnectionLine())
                    .contains("\"bytesToTarget\":" + bytes, "\"bytesToClient\":" + bytes);
            assertThat(server().awaitConnectionLine()).contains("\"reset\":false");
        }
    }

    @Test
    void backpressure_ofAReaderThatStands_losesNothing() throws Exception {
        start("near", "far");
        try (Socket near = client().connect();
                Socket far = server().accept()) {
            near.shutdownOutput();
            Future<Long> sent = threads.submit(() -> send(far, 1, 32 << 20, 1 << 16));
            await().pollDelay(Duration.ofSeconds(1)).atMost(SOON).until(() -> true);
            assertThat(client().counters.bytesFrom(Side.TARGET))
                    .as("only buffers are full")
                    .isLessThan(24 << 20);
            assertThat(receive(near)).isEqualTo(sent.get());
            awaitNoneOpen();
            assertThat(client().awaitConnectionLine()).contains("\"reset\":false");
        }
    }

    /** Without heartbeats inside TLS each relay would give the other one up. */
    @Test
    void idle_forLongerThanAPeerMayBeSilent_staysOpen() throws Exception {
        start("near", "far");
        try (Socket near = client().connect();
                Socket far = server().accept()) {
            await().pollDelay(CONFIG.detectionTime().plusSeconds(1))
                    .atMost(SOON)
                    .until(() -> true);
            near.getOutputStream().write(7);
            assertThat(far.getInputStream().read()).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @CsvSource({"stranger, far", "near, stranger"})
    void peerThatIsNotTrusted_isRefusedAndBothSidesSayWhy(String near, String far) throws Exception {
        start(near, far);
        try (Socket program = client().connect()) {
            Bench.assertReset(program);
        }
        awaitNoneOpen();
        String refused = "the other relay's certificate is not trusted here";
        String told = "Received fatal alert: ";
        assertThat(client().awaitConnectionLine())
                .contains("\"endedBy\":\"target\"", "\"cause\":\"TLS\"", near.equals("stranger") ? told : refused);
        assertThat(server().awaitConnectionLine())
                .contains("\"endedBy\":\"client\"", "\"cause\":\"TLS\"", near.equals("stranger") ? refused : told);
        server().target.setSoTimeout(200);
        assertThatThrownBy(server().target::accept)
                .as("nothing reached the target")
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @CsvSource({"near,", ", far"})
    void peerWithoutTls_isRefused(@Nullable String near, @Nullable String far) throws Exception {
        start(near, far);
        try (Socket program = client().connect()) {
            Bench.assertReset(program);
        }
        awaitNoneOpen();
        // On a busy machine the relay without TLS may read a record before its own HELLO has left, and then sends a
        // reset alone.
        assertThat((near == null ? server() : client()).awaitConnectionLine())
                .containsPattern("\"cause\":\"TLS\".*SSL|\"cause\":\"PEER_RESET\"");
    }

    /** Nothing is authenticated by a FIN: whoever is on the path can send one. */
    @Test
    void stream_cutOffByAThirdParty_isAReset() throws Exception {
        server = new Bench(settings(Side.CLIENT, "far"));
        try (ServerSocket between = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            client = new Bench(settings(Side.TARGET, "near"), new HostPort("127.0.0.1", between.getLocalPort()));
            try (Socket near = client().connect();
                    Socket left = between.accept();
                    Socket right = new Socket(InetAddress.getLoopbackAddress(), server().port)) {
                var unused = threads.submit(() -> pump(left, right));
                unused = threads.submit(() -> pump(right, left));
                try (Socket far = server().accept()) {
                    near.getOutputStream().write(7);
                    assertThat(far.getInputStream().read()).isEqualTo(7);
                    left.shutdownOutput();
                    right.shutdownOutput();
                    Bench.assertReset(near);
                    Bench.assertReset(far);
                }
            }
            assertThat(client().awaitConnectionLine()).contains("\"reset\":true", "close_notify");
        }
    }

    private static @Nullable Void pump(Socket from, Socket to) throws IOException {
        byte[] bytes = new byte[4096];
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
            out.write(bytes, 0, count);
        }
        return null;
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
}

package io.keepalive.cli.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two relays as processes, with stores made by the commands of docs/relay.md. */
@Timeout(300)
class TlsProcessIT {
    private static final int BYTES = 4_000_000;

    @TempDir
    private static Path folder = Path.of("");

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeAll
    static void makeStores() throws Exception {
        Files.writeString(folder.resolve("password"), "correct horse\n");
        for (String name : List.of("near", "far", "stranger")) {
            keytool(
                    "-genkeypair",
                    "-alias",
                    "relay",
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=" + name,
                    "-validity",
                    "3650",
                    "-keystore",
                    name + ".p12");
        }
        for (String name : List.of("near", "far")) {
            keytool("-exportcert", "-rfc", "-alias", "relay", "-keystore", name + ".p12", "-file", name + ".pem");
        }
        keytool("-importcert", "-noprompt", "-alias", "far", "-file", "far.pem", "-keystore", "near.p12");
        keytool("-importcert", "-noprompt", "-alias", "near", "-file", "near.pem", "-keystore", "far.p12");
        keytool("-importcert", "-noprompt", "-alias", "far", "-file", "far.pem", "-keystore", "stranger.p12");
    }

    private static void keytool(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(words));
        command.addAll(List.of("-storepass:file", "password"));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private static RelayProcess relay(String side, String to, String store, String... more) throws IOException {
        List<String> options = new ArrayList<>(List.of(
                "--listen",
                "0",
                "--to",
                to,
                "--framed",
                side,
                "--tls",
                folder.resolve(store + ".p12").toString(),
                "--tls-password-file",
                folder.resolve("password").toString()));
        options.addAll(List.of(more));
        return new RelayProcess(options);
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void bytes_bothWays_arrive_andAStrangerIsRefusedInALineOnEachSide() throws Exception {
        try (ServerSocket target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                RelayProcess far = relay("client", "127.0.0.1:" + target.getLocalPort(), "far");
                RelayProcess near = relay("target", "127.0.0.1:" + far.port(), "near");
                RelayProcess stranger = relay("target", "127.0.0.1:" + far.port(), "stranger")) {
            target.setSoTimeout((int) RelayProcess.SOON.toMillis());
            assertThat(near.awaitLine(line -> line.contains("heartbeats with"))).contains("in TLS");
            try (Socket client = near.connect();
                    Socket server = target.accept()) {
                var up = threads.submit(() -> send(client, 1));
                var down = threads.submit(() -> send(server, 2));
                var upThere = threads.submit(() -> receive(server));
                assertThat(receive(client)).isEqualTo(down.get(100, TimeUnit.SECONDS));
                assertThat(upThere.get(100, TimeUnit.SECONDS)).isEqualTo(up.get(100, TimeUnit.SECONDS));
            }
            String carried = " (PEER_CLOSED), " + BYTES + " B up, " + BYTES + " B down";
            near.awaitLine(line -> line.contains(carried));
            far.awaitLine(line -> line.contains(carried));

            try (Socket refused = stranger.connect()) {
                assertThatThrownBy(() ->
                                assertThat(refused.getInputStream().read()).isNotNegative())
                        .hasMessageContaining("reset");
            }
            stranger.awaitLine(line -> line.contains("reset by target") && line.contains("(TLS)"));
            far.awaitLine(line -> line.contains("reset by client") && line.contains("(TLS)"));
            for (RelayProcess relay : List.of(near, far, stranger)) {
                assertThat(relay.lines()).noneMatch(line -> line.contains("\tat ") || line.contains("Exception in"));
                assertThat(relay.lines().stream().filter(line -> line.contains("(TLS)")))
                        .hasSizeLessThan(2);
            }
        }
    }

    @Test
    void start_withWhatCannotWork_exitsWithOneClearLine() throws Exception {
        Path wrong = Files.writeString(folder.resolve("wrong"), "battery staple\n");
        String store = folder.resolve("near.p12").toString();
        try (RelayProcess password = new RelayProcess(List.of(
                        "--listen",
                        "0",
                        "--to",
                        "127.0.0.1:9",
                        "--framed",
                        "target",
                        "--tls",
                        store,
                        "--tls-password-file",
                        wrong.toString()));
                RelayProcess none = new RelayProcess(
                        List.of("--listen", "0", "--to", "127.0.0.1:9", "--framed", "target", "--tls", store));
                RelayProcess unframed =
                        new RelayProcess(List.of("--listen", "0", "--to", "127.0.0.1:9", "--tls", store))) {
            assertThat(password.exitCode()).isOne();
            assertThat(password.awaitLine(line -> true)).contains("--tls " + store + ": wrong password (expected:");
            assertThat(password.lines()).hasSize(1);
            assertThat(none.exitCode()).isEqualTo(2);
            assertThat(none.awaitLine(line -> true)).contains("--tls: no password (expected: --tls-password-file FILE");
            assertThat(unframed.exitCode()).isEqualTo(2);
            assertThat(unframed.awaitLine(line -> true)).contains("--tls: encrypts between two relays only");
        }
    }

    private static long send(Socket socket, long seed) throws IOException {
        CRC32C sum = new CRC32C();
        Random random = new Random(seed);
        byte[] chunk = new byte[1 << 16];
        random.nextBytes(chunk);
        for (int left = BYTES; left > 0; ) {
            chunk[random.nextInt(chunk.length)]++;
            int length = Math.min(left, 1 + random.nextInt(chunk.length));
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

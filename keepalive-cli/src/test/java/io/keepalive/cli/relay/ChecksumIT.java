package io.keepalive.cli.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * Every byte arrives, in order, however the two ends behave: 1 GB in sum, which takes about a second, more by
 * {@code -Dkeepalive.relay.gigabytes=50}.
 */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("try") // a test resets a socket when it wants to
class ChecksumIT {
    private static final long TOTAL = Long.getLong("keepalive.relay.gigabytes", 1) * 1_000_000_000;
    private static final int CHUNK = 1 << 16;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private ServerSocket target;
    private Process relay;
    private int port;

    ChecksumIT() throws IOException {
        target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        relay = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        System.getProperty("keepalive.jar"),
                        "relay",
                        "--listen",
                        "0",
                        "--to",
                        "127.0.0.1:" + target.getLocalPort())
                .redirectErrorStream(true)
                .start();
    }

    @BeforeAll
    void awaitPort() throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(relay.getInputStream(), StandardCharsets.UTF_8));
        String line = lines.readLine();
        assertThat(line).contains("listening on localhost:");
        port = Integer.parseInt(line.replaceAll(".*localhost:(\\d+) for.*", "$1"));
        var unused = threads.submit(() -> {
            while (lines.readLine() != null) {
                // read, so that the relay can write
            }
            return null;
        });
    }

    @AfterAll
    void stop() throws Exception {
        relay.destroyForcibly();
        target.close();
        threads.shutdownNow();
    }

    private Socket accept() throws IOException {
        target.setSoTimeout(30_000);
        return target.accept();
    }

    private static long send(Socket socket, long seed, long bytes, int chunkAtMost) throws IOException {
        CRC32C sum = new CRC32C();
        Random random = new Random(seed);
        byte[] chunk = new byte[CHUNK];
        random.nextBytes(chunk);
        OutputStream out = socket.getOutputStream();
        long left = bytes;
        for (long i = 0; left > 0; i++) {
            chunk[(int) (i % CHUNK)]++;
            int length = (int) Math.min(left, 1 + random.nextInt(chunkAtMost));
            out.write(chunk, 0, length);
            sum.update(chunk, 0, length);
            left -= length;
        }
        return sum.getValue();
    }

    private static long receive(Socket socket, long expected, boolean slow) throws Exception {
        CRC32C sum = new CRC32C();
        byte[] chunk = new byte[CHUNK];
        InputStream in = socket.getInputStream();
        long count = 0;
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            sum.update(chunk, 0, n);
            count += n;
            if (slow && (count / CHUNK) % 64 == 0) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
        assertThat(count).isEqualTo(expected);
        return sum.getValue();
    }

    /** Both directions at once; each side half-closes when it is done. */
    private void exchange(long seed, long up, long down, int chunkAtMost, boolean slow) throws Exception {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
                Socket server = accept()) {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            List<Future<Long>> sums = new ArrayList<>();
            sums.add(submit(() -> {
                long sum = send(client, seed, up, chunkAtMost);
                client.shutdownOutput();
                return sum;
            }));
            sums.add(submit(() -> receive(server, up, slow)));
            sums.add(submit(() -> {
                long sum = send(server, -seed, down, chunkAtMost);
                server.shutdownOutput();
                return sum;
            }));
            sums.add(submit(() -> receive(client, down, slow)));
            List<Long> values = new ArrayList<>();
            for (Future<Long> sum : sums) {
                values.add(sum.get(600, TimeUnit.SECONDS));
            }
            assertThat(values.get(1)).as("client to target").isEqualTo(values.get(0));
            assertThat(values.get(3)).as("target to client").isEqualTo(values.get(2));
        }
    }

    private Future<Long> submit(Callable<Long> task) {
        return threads.submit(task);
    }

    @Test
    void bytes_inBulkBothWaysAtOnce_allArrive() throws Exception {
        exchange(1, TOTAL * 4 / 10, TOTAL * 4 / 10, CHUNK, false);
    }

    @Test
    void bytes_toSlowReaders_allArrive() throws Exception {
        exchange(2, TOTAL / 10, TOTAL / 20, CHUNK, true);
    }

    @Test
    void bytes_oneByOne_allArrive() throws Exception {
        exchange(3, 100_000, 100_000, 1, false);
    }

    @Test
    void bytes_ofUnequalDirections_outliveTheFirstHalfClose() throws Exception {
        exchange(4, 10, TOTAL / 20, CHUNK, false);
        exchange(5, TOTAL / 20, 0, CHUNK, false);
    }

    @Test
    void bytes_onManyShortConnections_allArrive() throws Exception {
        for (int i = 0; i < 200; i++) {
            exchange(i, i * 37L, i * 91L, 4096, false);
        }
    }

    @Test
    void reset_inTheMiddle_arrivesAsAReset() throws Exception {
        for (int i = 0; i < 30; i++) {
            long bytes = 1L << i % 22;
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
                    Socket server = accept()) {
                Future<Long> sent = submit(() -> send(client, 9, bytes, 5000));
                int first = (int) Math.min(bytes, 1000);
                assertThat(server.getInputStream().readNBytes(first)).hasSize(first);
                sent.get(60, TimeUnit.SECONDS);
                client.setSoLinger(true, 0);
                client.close();
                try {
                    while (server.getInputStream().read() >= 0) {
                        // the bytes before the reset
                    }
                    throw new AssertionError("a reset arrived as a FIN");
                } catch (IOException e) {
                    assertThat(e).hasMessageContaining("reset");
                }
            }
        }
    }

    @Test
    void target_thatRestarts_isReachedByTheNextConnection() throws Exception {
        exchange(6, 1000, 1000, 100, false);
        int before = target.getLocalPort();
        target.close();
        try (Socket refused = new Socket(InetAddress.getLoopbackAddress(), port)) {
            refused.setSoTimeout(30_000);
            assertThatThrownBy(() -> assertThat(refused.getInputStream().read()).isNotNegative())
                    .hasMessageContaining("reset");
        }
        target = new ServerSocket();
        target.setReuseAddress(true);
        target.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), before));
        exchange(7, 1000, 1000, 100, false);
    }
}

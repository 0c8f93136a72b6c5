package io.keepalive.heartbeat.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keepalive.heartbeat.wire.Vectors.Vector;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The peer in Python under interop/, written from the specification, runs the vectors and speaks to this framing. */
@Timeout(value = 120)
class InteropIT {
    private static final Path PEER = Path.of("../interop/peer.py");
    private static final Path VECTORS = Path.of("src/test/resources/heartbeat-vectors");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** So many of the 10 s for a HELLO have passed already, to save the test's time. */
    private static final Duration WAITED = Duration.ofSeconds(9);

    @BeforeAll
    static void findPython() {
        boolean found;
        try {
            Process python = new ProcessBuilder("python3", "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            found = python.waitFor(20, TimeUnit.SECONDS) && python.exitValue() == 0;
        } catch (IOException e) {
            found = false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (!found) {
            System.out.println("InteropIT is skipped: there is no python3 on the PATH (apt-get install python3)");
        }
        assumeTrue(found, "no python3 on the PATH");
    }

    @Test
    void python_readsAllVectors() throws Exception {
        assertThat(python("--vectors", VECTORS.toString())).endsWith(" vectors passed");
    }

    @Test
    void python_connectsAndSaysEverything() throws Exception {
        try (EchoServer server = new EchoServer(Duration.ZERO)) {
            assertThat(python("--talk", server.port())).isEqualTo("talked");
        }
    }

    @Test
    void python_attacks_andReceivesTheReasonOfTheClose() throws Exception {
        try (EchoServer server = new EchoServer(WAITED)) {
            assertThat(python("--attack", server.port(), VECTORS.toString()))
                    .isEqualTo(2 * liveErrors().size() + 2 + " attacks were closed with the right reason");
        }
    }

    @Test
    void java_connectsAndSaysEverything() throws Exception {
        try (Python python = new Python();
                BlockingPeer peer = new BlockingPeer(python.connect(), Vectors.RECEIVER, Duration.ZERO)) {
            byte[] bulk = new byte[200_000];
            new Random(1).nextBytes(bulk);
            peer.sendData(ByteBuffer.wrap(bulk, 0, 700)); // two small frames, for the peer's HELLO is not here yet
            assertThat(peer.rules().maxSendPayload()).isEqualTo(512);
            assertThat(peer.receive(PATIENCE)).isEqualTo(FrameType.HELLO);
            assertThat(peer.rules().maxSendPayload()).isEqualTo(65_536);
            expectData(peer, Arrays.copyOf(bulk, 700));
            peer.encoder().beat(peer.out());
            peer.encoder().pong(5, peer.out());
            peer.out().put(HexFormat.of().parseHex("ff000003aabbcc")); // of a later version
            peer.encoder().ping(0x0102_0304_0506_0708L, peer.out());
            peer.flush();
            assertThat(peer.receive(PATIENCE)).isEqualTo(FrameType.PONG);
            assertThat(peer.decoder().id()).isEqualTo(0x0102_0304_0506_0708L);
            for (int start = 0; start < bulk.length; start += 50_000) {
                peer.sendData(ByteBuffer.wrap(bulk, start, 50_000));
                expectData(peer, Arrays.copyOfRange(bulk, start, start + 50_000));
            }
            peer.encoder().end(peer.out());
            peer.encoder().beat(peer.out());
            peer.flush();
            assertThat(peer.receive(PATIENCE)).isEqualTo(FrameType.END);
            assertThat(peer.rules().mayCloseOutput()).isTrue();
            peer.shutdownOutput();
            assertThat(peer.receive(PATIENCE)).isNull();
            assertThat(peer.rules().isOrderlyEnd()).isTrue();
        }
    }

    @Test
    void java_attacks_andReceivesTheReasonOfTheClose() throws Exception {
        try (Python python = new Python()) {
            for (Vector vector : liveErrors()) {
                byte[] bytes = vector.bytes("bytes");
                assertThat(closedWith(python, bytes, bytes.length))
                        .as(vector.toString())
                        .isEqualTo(vector.object("error").get("code").getAsInt());
                assertThat(closedWith(python, bytes, 1))
                        .as(vector + ", byte by byte")
                        .isEqualTo(vector.object("error").get("code").getAsInt());
            }
            assertThat(closedWith(python, new byte[0], 1)).isEqualTo(CloseReason.HELLO_TIMEOUT.code());
            assertThat(closedWith(python, HexFormat.of().parseHex("010000060104000000"), 1))
                    .isEqualTo(CloseReason.HELLO_TIMEOUT.code());
        }
    }

    /** The vectors that end in an error for the ordinary receiver. */
    private static List<Vector> liveErrors() {
        return Vectors.read("streams.json")
                .filter(vector -> vector.has("error") && !vector.has("receiver"))
                .toList();
    }

    private static void expectData(BlockingPeer peer, byte[] expected) throws IOException {
        ByteBuffer received = ByteBuffer.allocate(expected.length);
        while (received.hasRemaining()) {
            assertThat(peer.receive(PATIENCE)).isEqualTo(FrameType.DATA);
            peer.decoder().transfer(peer.in(), received);
        }
        assertThat(received.array()).isEqualTo(expected);
    }

    /** Writes the bytes in pieces, whatever the rules say, and reads until a CLOSE comes. */
    private static int closedWith(Python python, byte[] bytes, int piece) throws IOException {
        try (Socket socket = python.connect()) {
            socket.setTcpNoDelay(true);
            OutputStream output = socket.getOutputStream();
            for (int start = 0; start < bytes.length; start += piece) {
                output.write(bytes, start, Math.min(piece, bytes.length - start));
            }
            socket.setSoTimeout((int) PATIENCE.toMillis());
            FrameDecoder decoder = new FrameDecoder(Orders.of(Vectors.RECEIVER, 0));
            ByteBuffer in = ByteBuffer.wrap(socket.getInputStream().readAllBytes());
            while (decoder.next(in)) {
                if (decoder.type() == FrameType.CLOSE) {
                    return decoder.closeCode();
                }
                decoder.slice(in);
            }
            throw new AssertionError("the stream ended without CLOSE");
        }
    }

    private static String python(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("python3", "-B", PEER.toString()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("interop", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                assertThat(process.waitFor(90, TimeUnit.SECONDS))
                        .as("%s ends", command)
                        .isTrue();
            } finally {
                process.destroyForcibly();
            }
            String text = Files.readString(output).strip();
            assertThat(process.exitValue()).as(text).isZero();
            return text;
        } finally {
            Files.delete(output);
        }
    }

    /** The echo peer in Python; ends when its standard input is closed. */
    private static final class Python implements AutoCloseable {
        private final Process process;
        private final int port;

        Python() throws IOException {
            process = new ProcessBuilder("python3", "-B", PEER.toString(), "--serve", "--hello-timeout", "1")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader reader = process.inputReader(StandardCharsets.US_ASCII);
            port = Integer.parseInt(reader.readLine());
        }

        Socket connect() throws IOException {
            return new Socket(InetAddress.getLoopbackAddress(), port);
        }

        @Override
        public void close() throws IOException {
            process.getOutputStream().close();
        }
    }

    /** The echo peer in Java: a thread for each connection. */
    private static final class EchoServer implements AutoCloseable {
        private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

        EchoServer(Duration alreadyWaited) throws IOException {
            daemon(() -> {
                while (true) {
                    Socket socket = listener.accept();
                    daemon(() -> {
                        try (BlockingPeer peer = new BlockingPeer(socket, Vectors.RECEIVER, alreadyWaited)) {
                            peer.echo();
                        }
                    });
                }
            });
        }

        String port() {
            return Integer.toString(listener.getLocalPort());
        }

        private interface Task {
            void run() throws IOException;
        }

        private static void daemon(Task task) {
            Thread thread = new Thread(() -> {
                try {
                    task.run();
                } catch (IOException e) {
                    // Closed, by the test or by the other side: its checks tell.
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}

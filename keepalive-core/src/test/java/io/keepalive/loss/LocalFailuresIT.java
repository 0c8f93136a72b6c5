package io.keepalive.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Failures that this machine makes itself: no descriptor left, a connection that its administrator ended, raced closes. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class LocalFailuresIT {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    /** Opens sockets until the limit, in ways of its own JVM, and prints what is said of each failure. */
    static final class Exhausting {
        private static final List<Closeable> OPEN = new ArrayList<>();

        private Exhausting() {}

        public static void main(String[] arguments) throws IOException {
            ServerSocket listener = new ServerSocket(0, 50, HERE);
            SocketChannel waiting = SocketChannel.open(listener.getLocalSocketAddress());
            OPEN.add(waiting);
            // Loads the classes before there is no descriptor left to read them by.
            List<String> verdicts = new ArrayList<>(List.of(verdict(new IOException("warm up"))));
            verdicts.clear();
            exhaust(verdicts, () -> SocketChannel.open());
            exhaust(verdicts, () -> {
                Socket socket = new Socket();
                socket.bind(null);
                return socket;
            });
            exhaust(verdicts, () -> new ServerSocket(0));
            exhaust(verdicts, () -> listener.accept());
            verdicts.forEach(System.out::println);
        }

        private static void exhaust(List<String> verdicts, Opening opening) {
            try {
                for (int i = 0; i < 1000; i++) {
                    OPEN.add(opening.open());
                }
                verdicts.add("no limit");
            } catch (IOException e) {
                verdicts.add(verdict(e));
            }
        }

        private static String verdict(IOException e) {
            return e.getMessage() + ": "
                    + ConnectionLoss.of(e).map(ConnectionLoss::toString).orElse("no loss");
        }
    }

    private interface Opening {
        Closeable open() throws IOException;
    }

    @Test
    void noDescriptorLeft_isNoLossOfAConnection() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n 64 && exec \"$0\" -XX:TieredStopAtLevel=1 -cp \"$1\" \"$2\"",
                        java,
                        System.getProperty("java.class.path"),
                        Exhausting.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output.lines().filter(line -> line.contains("Too many open files")))
                .as(output)
                .hasSize(4)
                .allMatch(line -> line.endsWith("no loss"));
    }

    /** By {@code ss --kill}, which ends a socket with ECONNABORTED. */
    @Test
    void connectionThatTheAdministratorEnded_isNeverSureToBeThePeersOrThePaths() throws Exception {
        List<ConnectionLoss> losses = new ArrayList<>();
        for (boolean channel : new boolean[] {false, true}) {
            try (ServerSocket server = new ServerSocket(0, 5, HERE);
                    Connected connected = Connected.to(server, channel);
                    Socket peer = server.accept()) {
                CountDownLatch reading = new CountDownLatch(1);
                CompletableFuture<Optional<ConnectionLoss>> ended = CompletableFuture.supplyAsync(() -> {
                    reading.countDown();
                    return connected.readToTheEnd();
                });
                reading.await();
                assumeTrue(
                        kill(connected.port(), server.getLocalPort()),
                        "SKIPPED: ss --kill needs root and a kernel with CONFIG_INET_DIAG_DESTROY");
                losses.add(ended.get(60, TimeUnit.SECONDS).orElseThrow());
                assertThat(peer.isClosed()).isFalse();
            }
        }

        losses.forEach(System.out::println);
        assertThat(losses)
                .noneMatch(loss -> loss.confidence() == Confidence.HIGH)
                .allMatch(loss -> loss.cause() == LossCause.LOCAL_CLOSED || loss.cause() == LossCause.UNKNOWN);
    }

    /** A reader, a writer and a closer at once, many times. */
    @Test
    void closeThatRacesWithReadsAndWrites_isOurOwnOrUnknown() throws Exception {
        List<ConnectionLoss> losses = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            try (ServerSocket server = new ServerSocket(0, 5, HERE);
                    Connected connected = Connected.to(server, i % 2 == 0);
                    Socket peer = server.accept()) {
                CountDownLatch start = new CountDownLatch(1);
                CompletableFuture<Optional<ConnectionLoss>> reader = CompletableFuture.supplyAsync(() -> {
                    start.countDown();
                    return connected.readToTheEnd();
                });
                CompletableFuture<Optional<ConnectionLoss>> writer =
                        CompletableFuture.supplyAsync(connected::writeToTheEnd);
                start.await();
                Thread.onSpinWait();
                connected.socket().close();
                reader.get(60, TimeUnit.SECONDS).ifPresent(losses::add);
                writer.get(60, TimeUnit.SECONDS).ifPresent(losses::add);
                assertThat(peer.isClosed()).isFalse();
            }
        }

        assertThat(losses)
                .hasSizeGreaterThan(60)
                .allMatch(loss -> loss.cause() == LossCause.LOCAL_CLOSED || loss.cause() == LossCause.UNKNOWN);
    }

    private static boolean kill(int local, int remote) throws Exception {
        Process process = new ProcessBuilder(
                        "ss", "--kill", "-tnH", "src", "127.0.0.1:" + local, "dst", "127.0.0.1:" + remote)
                .start();
        String killed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        boolean done = process.waitFor() == 0 && !killed.isBlank();
        if (!done) {
            System.err.println("SKIPPED connectionThatTheAdministratorEnded: ss --kill ended nothing");
        }
        return done;
    }

    /** A socket or a channel. */
    private record Connected(Socket socket, boolean isChannel) implements AutoCloseable {
        static Connected to(ServerSocket server, boolean channel) throws IOException {
            InetSocketAddress address = (InetSocketAddress) server.getLocalSocketAddress();
            return channel
                    ? new Connected(SocketChannel.open(address).socket(), true)
                    : new Connected(new Socket(address.getAddress(), address.getPort()), false);
        }

        int port() {
            return socket.getLocalPort();
        }

        Optional<ConnectionLoss> readToTheEnd() {
            try {
                while (true) {
                    int read = isChannel
                            ? socket.getChannel().read(ByteBuffer.allocate(10))
                            : socket.getInputStream().read();
                    if (read < 0) {
                        return Optional.empty();
                    }
                }
            } catch (IOException e) {
                return loss(e);
            }
        }

        Optional<ConnectionLoss> writeToTheEnd() {
            try {
                while (true) {
                    if (isChannel) {
                        socket.getChannel().write(ByteBuffer.allocate(1 << 16));
                    } else {
                        socket.getOutputStream().write(new byte[1 << 16]);
                    }
                }
            } catch (IOException e) {
                return loss(e);
            }
        }

        private Optional<ConnectionLoss> loss(IOException e) {
            return isChannel ? ConnectionLoss.of(e, socket.getChannel()) : ConnectionLoss.of(e, socket);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}

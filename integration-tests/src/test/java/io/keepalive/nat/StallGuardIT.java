package io.keepalive.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.keepalive.KeepAlive;
import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import io.keepalive.lab.junit.WithNatLab;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import io.keepalive.socket.GuardedOutputStream;
import io.keepalive.socket.SocketKeeper;
import io.keepalive.socket.WriteTimeouts;
import io.keepalive.testing.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** A blocked write ends in time on any JDK, plain and over TLS; without a guard it hangs. */
class StallGuardIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    /** Writes without end over a plain guarded, a TLS guarded and a plain unguarded connection. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] args) throws Exception {
            WriteTimeouts guard = WriteTimeouts.start(Duration.ofSeconds(3));
            Socket plain = new Socket(args[0], Kind.SOCKET.port(false));
            SSLSocket tls = (SSLSocket) TestCertificate.ofThisJvm()
                    .context()
                    .getSocketFactory()
                    .createSocket(args[0], Kind.TLS.port(false));
            tls.startHandshake();
            Socket unguarded = new Socket(args[0], Kind.SOCKET.port(false));
            List<Thread> guarded = new ArrayList<>();
            guarded.add(writing("plain", guard.outputOf(plain)));
            guarded.add(writing("tls", guard.outputOf(tls)));
            Thread hanging = writing("unguarded", unguarded.getOutputStream());
            System.out.println("writing");
            for (Thread thread : guarded) {
                thread.join();
            }
            hanging.join(Duration.ofSeconds(12).toMillis());
            System.out.println(hanging.isAlive() ? "unguarded still hangs" : "unguarded ended");
            System.exit(0);
        }

        private static Thread writing(String name, java.io.OutputStream output) {
            Thread thread = new Thread(() -> {
                byte[] bytes = new byte[1 << 20];
                long lastProgressNanos = System.nanoTime();
                try {
                    while (true) {
                        lastProgressNanos = System.nanoTime();
                        output.write(bytes);
                    }
                } catch (ConnectionLostException e) {
                    System.out.println("ended " + name + " " + e.cause() + " "
                            + (System.nanoTime() - lastProgressNanos) / 1_000_000);
                } catch (IOException e) {
                    System.out.println("ended " + name + " " + e);
                }
            });
            thread.setDaemon(true);
            thread.start();
            return thread;
        }
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 600)
    void blockedWrite_afterACut_endsInTime(NatLab lab) throws Exception {
        EchoServer.startIn(lab, "off");
        LabProcess client = lab.client()
                .javaCommand(Writer.class, lab.server().address())
                .options(TestCertificate.ofThisJvm().option())
                .start();
        client.awaitLine("writing"::equals, LIMIT);
        lab.cut();

        client.awaitLine(line -> line.startsWith("unguarded"), LIMIT);
        List<String> ended = client.lines().stream()
                .filter(line -> line.startsWith("ended "))
                .toList();
        ended.forEach(System.out::println);
        assertThat(ended)
                .hasSize(2)
                .anyMatch(line -> line.startsWith("ended plain WRITE_STALLED "))
                .anyMatch(line -> line.startsWith("ended tls WRITE_STALLED "));
        assertThat(ended)
                .allSatisfy(line -> assertThat(Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                        .isBetween(3_000L, 4_500L));
        assertThat(client.lines()).contains("unguarded still hangs");
    }

    @Test
    void slowReader_isNoStall() throws Exception {
        try (WriteTimeouts guard = WriteTimeouts.start(Duration.ofMillis(800));
                ServerSocket server = SocketKeeper.of(KeepAlive.off()).server().listen(LOOPBACK);
                Socket socket = new Socket()) {
            socket.setSendBufferSize(4096);
            socket.connect(server.getLocalSocketAddress());
            try (Socket peer = server.accept()) {
                GuardedOutputStream output = guard.outputOf(socket);
                Thread reader = new Thread(() -> readSlowly(peer));
                reader.setDaemon(true);
                reader.start();

                // Far more than all buffers hold: takes several times the limit.
                output.write(new byte[12 << 20]);

                assertThat(output.loss()).isEmpty();
            }
        }
    }

    private static void readSlowly(Socket peer) {
        byte[] bytes = new byte[128 << 10];
        try {
            while (peer.getInputStream().read(bytes) >= 0) {
                Thread.sleep(50);
            }
        } catch (IOException | InterruptedException e) {
            // The end of the test.
        }
    }

    @Test
    void peerThatDoesNotRead_isAStall_andTheSocketIsClosed() throws Exception {
        try (WriteTimeouts guard = WriteTimeouts.start(Duration.ofMillis(300));
                ServerSocket server = SocketKeeper.of(KeepAlive.off()).server().listen(LOOPBACK);
                Socket socket = new Socket(LOOPBACK.getAddress(), server.getLocalPort());
                Socket peer = server.accept()) {
            GuardedOutputStream output = guard.outputOf(socket);

            assertThatExceptionOfType(ConnectionLostException.class)
                    .isThrownBy(() -> output.write(new byte[64 << 20]))
                    .satisfies(e -> assertThat(e.cause()).isEqualTo(LossCause.WRITE_STALLED));

            assertThat(output.loss())
                    .hasValueSatisfying(loss -> assertThat(loss.evidence())
                            .isEqualTo("the operating system took nothing of a write for 300ms"));
            assertThat(socket.isClosed()).isTrue();
            assertThat(peer.isClosed()).isFalse();
        }
    }

    @Test
    void blockingChannel_isGuardedThroughItsSocket() throws Exception {
        try (WriteTimeouts guard = WriteTimeouts.start(Duration.ofMillis(300));
                ServerSocket server = SocketKeeper.of(KeepAlive.off()).server().listen(LOOPBACK);
                SocketChannel channel = SocketChannel.open(server.getLocalSocketAddress());
                Socket peer = server.accept()) {
            GuardedOutputStream output = guard.outputOf(channel.socket());

            assertThatExceptionOfType(ConnectionLostException.class)
                    .isThrownBy(() -> output.write(new byte[64 << 20]))
                    .satisfies(e -> assertThat(e.cause()).isEqualTo(LossCause.WRITE_STALLED));

            assertThat(channel.isOpen()).isFalse();
            assertThat(peer.isClosed()).isFalse();
        }
    }

    @Test
    void guard_refusesWhatItCanNotDo() throws Exception {
        for (Duration bad : new Duration[] {Duration.ZERO, Duration.ofMillis(9), Duration.ofDays(2)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> WriteTimeouts.start(bad))
                    .withMessageStartingWith("limit: ");
        }
        WriteTimeouts closed = WriteTimeouts.start(Duration.ofSeconds(1));
        closed.close();
        try (Socket socket = new Socket()) {
            assertThatIllegalStateException().isThrownBy(() -> closed.outputOf(socket));
        }
    }
}

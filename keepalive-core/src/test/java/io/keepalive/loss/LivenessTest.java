package io.keepalive.loss;

import static io.keepalive.loss.Liveness.Verdict.ALIVE;
import static io.keepalive.loss.Liveness.Verdict.ENDED;
import static io.keepalive.loss.Liveness.Verdict.SUSPECT;
import static io.keepalive.loss.Liveness.Verdict.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.keepalive.loss.Liveness.Verdict;
import io.keepalive.testing.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The verdict as a function of what the kernel returns, and on real connections. */
class LivenessTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, 0, 59000, 90000, ALIVE, an acknowledgement came 59000ms ago",
        "1, 0, 0, 90000, 300, ALIVE, data came 300ms ago",
        "1, 0, 0, 60000, 60000, ALIVE, an acknowledgement came 60000ms ago",
        "1, 0, 0, 60001, 60001, UNKNOWN, 'nothing came for 60001ms, and no probe is on its way'",
        "1, 0, 2, 70000, 90000, SUSPECT, '2 probes are not answered, and nothing came for 70000ms'",
        "1, 3, 0, 70000, 90000, SUSPECT, 'data was retransmitted 3 times without an answer, and nothing came for 70000ms'",
        "1, 1, 1, 500, 90000, ALIVE, an acknowledgement came 500ms ago",
        "8, 0, 0, 5, 5, ENDED, the peer has closed it",
        "7, 0, 0, 5, 5, ENDED, 'the peer has reset it, or the kernel has given it up'",
        "5, 0, 0, 5, 5, ENDED, 'this side has closed it, or shut its output'",
        "2, 0, 0, 5, 5, UNKNOWN, not connected",
        "13, 0, 0, 5, 5, UNKNOWN, the kernel gave a state that is not known here"
    })
    void info_withinAMinute(
            int state, int retransmits, int probes, int ack, int data, Verdict verdict, String evidence) {
        ByteBuffer bytes = ByteBuffer.allocate(104).order(ByteOrder.nativeOrder());
        bytes.put(0, (byte) state).put(2, (byte) retransmits).put(3, (byte) probes);
        bytes.putInt(52, data).putInt(56, ack);

        assertThat(Liveness.of(new TcpInfo(bytes.array()), MINUTE)).isEqualTo(new Liveness(verdict, evidence));
    }

    /** What older JDKs and the kernel's list tell. */
    @ParameterizedTest
    @CsvSource({"1, 0, 0, UNKNOWN", "1, 1, 0, SUSPECT", "1, 0, 1, SUSPECT", "8, 0, 0, ENDED", "7, 0, 0, ENDED"})
    void info_withoutTimes_neverProvesLife(int state, int retransmits, int probes, Verdict verdict) {
        byte[] bytes = {(byte) state, 0, (byte) retransmits, (byte) probes};

        assertThat(Liveness.of(new TcpInfo(bytes), MINUTE).verdict()).isEqualTo(verdict);
    }

    @Test
    void within_notPositive_isRefused() {
        for (Duration within : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Liveness.of(new Socket(), within))
                    .withMessage("within: " + within + " (expected: more than 0)");
        }
    }

    @Test
    void within_ofCenturies_isTaken() {
        assertThat(Liveness.of(new TcpInfo(new byte[] {8, 0, 0, 0}), Duration.ofSeconds(Long.MAX_VALUE))
                        .verdict())
                .isEqualTo(ENDED);
    }

    @Test
    void socket_notConnectedOrClosed_isReported() throws Exception {
        Socket socket = new Socket();
        assertThat(Liveness.of(socket, MINUTE)).hasToString("UNKNOWN: not connected");
        socket.close();
        assertThat(Liveness.of(socket, MINUTE)).hasToString("ENDED: this side has closed it");

        SocketChannel channel = SocketChannel.open();
        assertThat(Liveness.of(channel, MINUTE)).hasToString("UNKNOWN: not connected");
        channel.close();
        assertThat(Liveness.of(channel, MINUTE)).hasToString("ENDED: this side has closed it");
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has the evidence")
    void freshConnection_isAliveWhereTimesAreKnown_andEndsWithItsPeer() throws Exception {
        try (Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
            Socket accepted = server.accept();

            assertThat(Liveness.of(client, Duration.ofHours(1)).verdict()).isEqualTo(aliveIfTimesAreKnown(client));
            accepted.close();

            await().until(() -> Liveness.of(client, MINUTE).verdict() == ENDED);
            assertThat(Liveness.of(client, MINUTE)).hasToString("ENDED: the peer has closed it");
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has the evidence")
    void resetConnection_hasEnded() throws Exception {
        try (Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
            Socket accepted = server.accept();
            accepted.setSoLinger(true, 0);
            accepted.close();

            await().until(() -> Liveness.of(client, MINUTE).verdict() == ENDED);
            assertThat(Liveness.of(client, MINUTE).evidence()).contains("reset");
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has the evidence")
    void idleConnection_thatIsNotKept_isUnknownInTheEnd() throws Exception {
        try (Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket accepted = server.accept()) {
            assertThat(accepted.isConnected()).isTrue();

            await().until(() -> Liveness.of(client, Duration.ofMillis(50)).verdict() == UNKNOWN);
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has the evidence")
    void channels_areJudgedAsSockets() throws Exception {
        try (SocketChannel channel = SocketChannel.open(server.getLocalSocketAddress());
                AsynchronousSocketChannel asynchronous = AsynchronousSocketChannel.open()) {
            Socket accepted = server.accept();
            asynchronous.connect(server.getLocalSocketAddress()).get();
            Socket other = server.accept();

            assertThat(Liveness.of(channel, Duration.ofHours(1)).verdict())
                    .isEqualTo(aliveIfTimesAreKnown(channel.socket()));
            accepted.close();
            other.close();

            await().until(() -> Liveness.of(channel, MINUTE).verdict() == ENDED);
            await().until(() -> Liveness.of(asynchronous, MINUTE).verdict() == ENDED);
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has the evidence")
    void tls_isJudgedByTheConnectionBelow() throws Exception {
        try (ServerSocket tls = TestCertificate.ofThisJvm()
                        .context()
                        .getServerSocketFactory()
                        .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
                SSLSocket client = (SSLSocket) TestCertificate.ofThisJvm()
                        .context()
                        .getSocketFactory()
                        .createSocket(tls.getInetAddress(), tls.getLocalPort())) {
            SSLSocket accepted = (SSLSocket) tls.accept();
            CompletableFuture<Void> handshake = CompletableFuture.runAsync(() -> {
                try {
                    accepted.startHandshake();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            client.startHandshake();
            handshake.join();

            assertThat(Liveness.of(client, Duration.ofHours(1)).verdict()).isEqualTo(aliveIfTimesAreKnown(client));
            accepted.close();

            await().until(() -> Liveness.of(client, MINUTE).verdict() == ENDED);
        }
    }

    @Test
    void whatIsNotTcp_isUnknown() throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            assertThat(Liveness.of(listener, MINUTE).verdict()).isEqualTo(UNKNOWN);
        }
        try (SocketChannel local = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            assertThat(Liveness.of(local, MINUTE).verdict()).isEqualTo(UNKNOWN);
        }
    }

    private static Verdict aliveIfTimesAreKnown(Socket socket) {
        boolean known = TcpInfo.of(socket)
                .filter(info -> info.lastAckReceivedMillis().isPresent())
                .isPresent();
        return known ? ALIVE : UNKNOWN;
    }

    /** For the reader: what a pool does with each. */
    @Test
    void isAlive_onlyWithProof() {
        assertThat(new Liveness(ALIVE, "").isAlive()).isTrue();
        assertThat(new Liveness(SUSPECT, "").isAlive()).isFalse();
        assertThat(new Liveness(ENDED, "").isAlive()).isFalse();
        assertThat(new Liveness(UNKNOWN, "").isAlive()).isFalse();
    }
}

package io.keepalive.loss;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The exceptions that the JDK was seen to throw, by event. */
class LossClassifierTest {
    static Stream<Arguments> seen() {
        return Stream.of(
                sure(new SocketException("Connection timed out"), LossCause.PATH_TIMEOUT),
                sure(new IOException("Connection timed out"), LossCause.PATH_TIMEOUT),
                sure(new IOException("Operation timed out"), LossCause.PATH_TIMEOUT),
                sure(new SocketException("Network dropped connection on reset: getsockopt"), LossCause.PATH_TIMEOUT),
                sure(new SocketException("Connection reset"), LossCause.PEER_RESET),
                sure(new SocketException("Connection reset by peer"), LossCause.PEER_RESET),
                sure(new IOException("Connection reset by peer"), LossCause.PEER_RESET),
                sure(
                        new SSLException("Connection reset", new SocketException("Connection reset")),
                        LossCause.PEER_RESET),
                unsure(new org.bouncycastle.tls.TlsFatalAlertReceived((short) 70), LossCause.TLS),
                unsure(new org.bouncycastle.tls.TlsFatalAlert((short) 10), LossCause.TLS),
                sure(new SocketException("No route to host"), LossCause.UNREACHABLE),
                sure(new SocketException("Network is unreachable"), LossCause.UNREACHABLE),
                sure(new NoRouteToHostException("No route to host"), LossCause.UNREACHABLE),
                sure(new ConnectException("Connection refused"), LossCause.REFUSED),
                unsure(new SocketException("Connection refused"), LossCause.REFUSED),
                sure(new ConnectException("Connection timed out"), LossCause.CONNECT_TIMEOUT),
                sure(new SocketTimeoutException("Connect timed out"), LossCause.CONNECT_TIMEOUT),
                sure(new UnknownHostException("db.example"), LossCause.UNRESOLVED),
                sure(new UnresolvedAddressException(), LossCause.UNRESOLVED),
                sure(new SocketException("Socket closed"), LossCause.LOCAL_CLOSED),
                sure(new SocketException("Socket is closed"), LossCause.LOCAL_CLOSED),
                unsure(new ClosedChannelException(), LossCause.LOCAL_CLOSED),
                sure(new AsynchronousCloseException(), LossCause.LOCAL_CLOSED),
                sure(new ClosedByInterruptException(), LossCause.INTERRUPTED),
                sure(new SocketException("Closed by interrupt"), LossCause.INTERRUPTED),
                unsure(new InterruptedIOException(), LossCause.UNKNOWN),
                unsure(new SSLHandshakeException("no cipher suites in common"), LossCause.TLS),
                unsure(new EOFException(), LossCause.PEER_CLOSED),
                unsure(new SocketException("Broken pipe"), LossCause.UNKNOWN),
                unsure(new SocketException("Die Wartezeit für die Verbindung ist abgelaufen"), LossCause.UNKNOWN),
                unsure(new ConnectException("Verbindungsaufbau abgelehnt"), LossCause.REFUSED),
                unsure(new IOException("the pump has timed out: Connection timed out, perhaps"), LossCause.UNKNOWN),
                unsure(new IOException("Stream closed"), LossCause.LOCAL_CLOSED),
                unsure(new SocketException("Software caused connection abort"), LossCause.LOCAL_CLOSED),
                unsure(new ConnectException("Operation not permitted"), LossCause.UNREACHABLE),
                unsure(new IOException(), LossCause.UNKNOWN));
    }

    private static Arguments sure(Throwable thrown, LossCause cause) {
        return Arguments.of(thrown, cause, Confidence.HIGH);
    }

    private static Arguments unsure(Throwable thrown, LossCause cause) {
        return Arguments.of(thrown, cause, Confidence.LOW);
    }

    @ParameterizedTest
    @MethodSource("seen")
    void of_whatTheJdkThrows(Throwable thrown, LossCause cause, Confidence confidence) {
        ConnectionLoss loss = ConnectionLoss.of(thrown).orElseThrow();

        assertThat(loss.cause()).isEqualTo(cause);
        assertThat(loss.confidence()).isEqualTo(confidence);
        assertThat(loss.evidence())
                .contains(thrown.getClass().getSimpleName().replace("SSLException", "SocketException"));
    }

    @Test
    void of_anEndOfStream_isSureOnlyWithTheKernelsWord() {
        EOFException end = new EOFException();

        assertThat(verdict(end, TcpInfo.State.CLOSE_WAIT, 0)).isEqualTo("PEER_CLOSED HIGH");
        assertThat(verdict(end, TcpInfo.State.CLOSE, 0)).isEqualTo("UNKNOWN LOW");
        assertThat(verdict(end, TcpInfo.State.ESTABLISHED, 0)).isEqualTo("PEER_CLOSED LOW");
    }

    @Test
    void of_aReset_looksAtTheSilenceBefore() {
        SocketException reset = new SocketException("Connection reset");

        assertThat(verdict(reset, TcpInfo.State.CLOSE, 29_999)).isEqualTo("PEER_RESET HIGH");
        assertThat(verdict(reset, TcpInfo.State.CLOSE, 30_000)).isEqualTo("RESET_ON_IDLE LOW");
        assertThat(ConnectionLoss.of(reset).orElseThrow().cause()).isEqualTo(LossCause.PEER_RESET);
    }

    @Test
    void of_aUserTimeout_whileThePeerAcknowledges_isAStall() {
        SocketException timeout = new SocketException("Connection timed out");

        assertThat(verdict(timeout, TcpInfo.State.CLOSE, 500)).isEqualTo("WRITE_STALLED LOW");
        assertThat(verdict(timeout, TcpInfo.State.CLOSE, 30_000)).isEqualTo("PATH_TIMEOUT HIGH");
    }

    @Test
    void of_icmpOnAnEstablishedConnection_isNotRefused() {
        SocketException refused = new SocketException("Connection refused");
        refused.setStackTrace(frames("read0", -2));

        assertThat(verdict(refused, TcpInfo.State.CLOSE, 0)).isEqualTo("UNREACHABLE LOW");
    }

    @Test
    void of_anAbort_isNotAPathTimeout() {
        SocketException abort = new SocketException("Software caused connection abort");
        abort.setStackTrace(frames("read0", -2));

        assertThat(verdict(abort, TcpInfo.State.CLOSE, 0)).isEqualTo("LOCAL_CLOSED LOW");
    }

    @Test
    void of_unknownWords_aReadOnADeadConnectionIsMostLikelySilence() {
        SocketException words = new SocketException("Die Wartezeit für die Verbindung ist abgelaufen");
        words.setStackTrace(frames("read0", -2));
        assertThat(verdict(words, TcpInfo.State.CLOSE, 0)).isEqualTo("PATH_TIMEOUT LOW");
        assertThat(verdict(words, TcpInfo.State.ESTABLISHED, 0)).isEqualTo("UNKNOWN LOW");

        words.setStackTrace(frames("implRead", 17));
        assertThat(verdict(words, TcpInfo.State.CLOSE, 0)).isEqualTo("PATH_TIMEOUT LOW");

        words.setStackTrace(frames("write0", -2));
        assertThat(verdict(words, TcpInfo.State.CLOSE, 0))
                .as("a reset may be meant")
                .isEqualTo("UNKNOWN LOW");
        words.setStackTrace(frames("readAll", 17));
        assertThat(verdict(words, TcpInfo.State.CLOSE, 0)).as("no system call").isEqualTo("UNKNOWN LOW");
    }

    /** A line number of -2 is the JDK's mark of a native method. */
    private static StackTraceElement[] frames(String method, int line) {
        return new StackTraceElement[] {new StackTraceElement("sun.nio.ch.SocketDispatcher", method, "x.java", line)};
    }

    private static String verdict(Throwable thrown, TcpInfo.State state, long silenceMillis) {
        KernelState view = new KernelState() {
            @Override
            public Optional<TcpInfo.State> state() {
                return Optional.of(state);
            }

            @Override
            public OptionalLong silenceMillis() {
                return OptionalLong.of(silenceMillis);
            }
        };
        ConnectionLoss loss = LossClassifier.classify(thrown, view).orElseThrow();
        return loss.cause() + " " + loss.confidence();
    }

    static Stream<Throwable> noLoss() {
        return Stream.of(
                new SocketTimeoutException("Read timed out"),
                new SocketTimeoutException("Accept timed out"),
                new InterruptedByTimeoutException(),
                new IllegalStateException("Connection reset"),
                new InterruptedException(),
                new SocketException("Too many open files"),
                new SSLException("Read timed out", new SocketTimeoutException("Read timed out")));
    }

    @ParameterizedTest
    @MethodSource("noLoss")
    void of_whatDoesNotEndTheConnection_isEmpty(Throwable noLoss) {
        assertThat(ConnectionLoss.of(noLoss)).isEmpty();
    }

    @Test
    void of_aWrappedException_looksInside() {
        IOException reset = new SocketException("Connection reset");

        assertThat(ConnectionLoss.of(new ExecutionException(reset))
                        .orElseThrow()
                        .cause())
                .isEqualTo(LossCause.PEER_RESET);
        assertThat(ConnectionLoss.of(new UncheckedIOException(new IOException("while reading", reset)))
                        .orElseThrow()
                        .cause())
                .isEqualTo(LossCause.PEER_RESET);
    }

    @Test
    void of_aLoopOfCauses_ends() {
        IOException a = new IOException("a");
        IOException b = new IOException("b", a);
        a.initCause(b);

        assertThat(ConnectionLoss.of(a).orElseThrow().cause()).isEqualTo(LossCause.UNKNOWN);
    }

    @Test
    void connectionLostException_namesCauseAndEvidence() {
        ConnectionLoss loss = new ConnectionLoss(LossCause.HEARTBEAT_TIMEOUT, Confidence.HIGH, "2 pings unanswered");
        Instant heard = Instant.parse("2026-11-22T10:00:00Z");
        ConnectionLostException lost = new ConnectionLostException(loss, Duration.ofSeconds(90), heard, null);

        assertThat(lost)
                .hasMessage("connection lost: HEARTBEAT_TIMEOUT: the peer stopped answering heartbeats"
                        + " (confidence HIGH; 2 pings unanswered); nothing received for 90s;"
                        + " last proof of life at 2026-11-22T10:00:00Z");
        assertThat(lost.cause()).isEqualTo(LossCause.HEARTBEAT_TIMEOUT);
        assertThat(lost.idle()).contains(Duration.ofSeconds(90));
        assertThat(lost.lastProofOfLife()).contains(heard);
        assertThat(ConnectionLoss.of(new ExecutionException(lost))).contains(loss);
    }

    @Test
    void connectionLostException_survivesSerialization() throws Exception {
        ConnectionLoss loss =
                new ConnectionLoss(LossCause.PATH_TIMEOUT, Confidence.HIGH, "SocketException 'Connection timed out'");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream output = new ObjectOutputStream(bytes)) {
            output.writeObject(new ConnectionLostException(loss, Duration.ofSeconds(60), null, null));
        }
        try (ObjectInputStream input = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            ConnectionLostException lost = (ConnectionLostException) input.readObject();
            assertThat(lost.loss()).isEqualTo(loss);
            assertThat(lost.idle()).contains(Duration.ofSeconds(60));
            assertThat(lost.lastProofOfLife()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void cause_hasASectionInTheDocumentation(LossCause cause) throws IOException {
        assertThat(Files.readAllLines(Path.of("..", "docs", "loss-causes.md"))).contains("## " + cause);
    }
}

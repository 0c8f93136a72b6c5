package io.keepalive.nio.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatFormat;
import io.keepalive.heartbeat.HeartbeatTimer;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example for protocols of one's own over blocking sockets works, against a peer that is a bare socket. */
@Timeout(30)
class LineSocketTest {
    private static final HeartbeatConfig CONFIG = HeartbeatConfig.parse(
            "ping-idle=400ms,pong-timeout=400ms,max-missed-pongs=1,beat-interval=100ms,write-stall-timeout=500ms");

    /** Beats are empty lines. */
    private static final HeartbeatFormat<String> FORMAT = new HeartbeatFormat<>() {
        @Override
        public String beat() {
            return "";
        }

        @Override
        public String ping(long id) {
            return "PING " + id;
        }

        @Override
        public String pong(long id) {
            return "PONG " + id;
        }

        @Override
        public boolean read(String line, Signals signals) {
            if (line.isEmpty()) {
                signals.onBeat();
            } else if (line.startsWith("PING ")) {
                signals.onPing(Long.parseLong(line.substring(5)));
            } else if (line.startsWith("PONG ")) {
                signals.onPong(Long.parseLong(line.substring(5)));
            } else {
                return false;
            }
            return true;
        }
    };

    private final HeartbeatTimer<LineSocket> timer =
            new HeartbeatTimer<>("lines", Duration.ofMillis(20), LineSocket::tick);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Socket peer;
    private LineSocket lines;

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            peer = new Socket(listener.getInetAddress(), listener.getLocalPort());
            lines = new LineSocket(listener.accept(), CONFIG, FORMAT, timer, threads);
        }
    }

    @AfterEach
    void close() throws IOException {
        lines.close();
        peer.close();
        timer.close();
        threads.shutdown();
    }

    private void say(String line) throws IOException {
        peer.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void peerPings_getsAPong_andTheApplicationReadsOnlyItsOwn() throws IOException {
        say("one");
        say("PING 7");
        say("two");
        assertThat(lines.readLine()).isEqualTo("one");
        assertThat(lines.readLine()).isEqualTo("two");
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(peer.getInputStream(), StandardCharsets.UTF_8));
        String line = reader.readLine();
        while (line.isEmpty()) {
            line = reader.readLine(); // beats
        }
        assertThat(line).isEqualTo("PONG 7");
    }

    @Test
    void peerFallsSilent_theBlockedReaderThrows() throws IOException {
        say("");
        ConnectionLostException lost = catchThrowableOfType(ConnectionLostException.class, lines::readLine);
        assertThat(lost.cause()).isEqualTo(LossCause.HEARTBEAT_TIMEOUT);
    }

    @Test
    void peerStopsReading_theBlockedWriterThrows() {
        String large = "x".repeat(100_000);
        ConnectionLostException lost = catchThrowableOfType(ConnectionLostException.class, () -> {
            while (true) {
                lines.writeLine(large);
            }
        });
        assertThat(lost.cause()).isEqualTo(LossCause.WRITE_STALLED);
    }
}

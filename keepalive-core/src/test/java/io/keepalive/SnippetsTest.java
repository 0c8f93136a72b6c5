package io.keepalive;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.LossCause;
import io.keepalive.socket.KeepAliveReport;
import io.keepalive.socket.KeepAliveSocketFactory;
import io.keepalive.socket.KeptServerChannel;
import io.keepalive.socket.Outcome;
import io.keepalive.socket.Precedence;
import io.keepalive.socket.SocketKeeper;
import io.keepalive.socket.WriteTimeouts;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The likeliest uses, as a user would write them. What the README quotes stands there to the letter. */
class SnippetsTest {
    private static final Path SOURCE = Path.of("src/test/java/io/keepalive/SnippetsTest.java");

    /** Compiled only: it listens on a fixed port. {@link #kept_fromTheStart} does the same on a free one. */
    @SuppressWarnings({"unused", "resource"})
    private static void firstScreen() throws IOException {
        // snippet: first
        KeepAlive policy = KeepAlive.outliving(Middlebox.AZURE_LOAD_BALANCER); // idle=120s,interval=30s,count=8
        SocketKeeper keeper = SocketKeeper.of(policy);
        ServerSocket server = keeper.server().listen(7000); // every accepted socket gets the policy
        Socket client = keeper.client().connect("127.0.0.1", 7000); // and so does this one
        KeepAliveReport report = keeper.keep(client); // for any socket or channel that you have already
        System.out.println(report); // what the operating system holds, and what it refused
        // end
    }

    /** Compiled only: not every JVM that runs the tests allows system calls. */
    @SuppressWarnings("unused")
    private static void userTimeout(Socket socket) throws IOException {
        // snippet: user-timeout
        KeepAlive policy = KeepAlive.parse("outliving=4m,user-timeout=auto"); // unacknowledged data: 345 s, not 15 min
        SocketKeeper keeper = SocketKeeper.of(policy).strict(); // refuses to go on without it
        keeper.keep(socket); // Linux; JDK 22 or later, or 17 with a flag that the exception names
        // end
    }

    @ParameterizedTest
    @ValueSource(strings = {"first", "user-timeout"})
    void snippet_standsInTheReadme(String name) throws IOException {
        String source = Files.readString(SOURCE);
        String marker = "// snippet: " + name + "\n";
        int start = source.indexOf(marker) + marker.length();
        String snippet =
                source.substring(start, source.indexOf("// end\n", start)).stripIndent();

        assertThat(Files.readString(Path.of("../README.md"))).contains(snippet);
    }

    @Test
    void kept_fromTheStart() throws IOException {
        KeepAlive policy = KeepAlive.outliving(Middlebox.AZURE_LOAD_BALANCER);
        try (ServerSocket server = SocketKeeper.of(policy).server().listen(loopback());
                Socket client = SocketKeeper.of(policy).client().connect(server.getLocalSocketAddress());
                Socket accepted = server.accept()) {
            assertThat(KeepAliveReport.inspect(accepted).effective()).contains(policy);
            assertThat(SocketKeeper.of(policy).keep(client).effective()).contains(policy);
        }
    }

    @Test
    void kept_channels() throws IOException {
        KeepAlive policy = KeepAlive.defaults();
        try (KeptServerChannel server =
                        SocketKeeper.of(policy).server().noDelay(true).listenChannel(loopback());
                SocketChannel client = SocketKeeper.of(policy)
                        .client()
                        .connectTimeout(Duration.ofSeconds(10))
                        .connectChannel(server.localAddress());
                SocketChannel accepted = Objects.requireNonNull(server.accept())) {
            assertThat(KeepAliveReport.inspect(client).outlives(Duration.ofSeconds(60)))
                    .isTrue();
            assertThat(KeepAliveReport.inspect(accepted).detectionTime()).contains(Duration.ofSeconds(60));
        }
    }

    @Test
    void existingSocket_strictly() throws IOException {
        try (Socket socket = new Socket()) {
            SocketKeeper.of(KeepAlive.defaults()).keep(socket).orThrow();

            assertThat(socket.getKeepAlive()).isTrue();
        }
    }

    @Test
    void policy_fromConfiguration() throws Exception {
        KeepAlive policy = KeepAlive.parse("outliving=4m,count=5");

        assertThat(policy).hasToString("idle=120s,interval=30s,count=5");
    }

    @Test
    void policy_byQuestions() throws Exception {
        KeepAlive policy = KeepAlive.builder()
                .outliving(Duration.ofMinutes(4))
                .detectWithin(Duration.ofMinutes(3))
                .toleratingLostProbes(2)
                .build();

        assertThat(policy.outlives(Duration.ofMinutes(4))).isTrue();
        assertThat(policy.detectionTimeAtMost())
                .hasValueSatisfying(time -> assertThat(time).isLessThanOrEqualTo(Duration.ofMinutes(3)));
        assertThat(policy.explain()).contains("probe");
    }

    @Test
    void onlyTighten_whatAProgramHasSet() throws IOException {
        try (Socket socket = new Socket()) {
            SocketKeeper.of(KeepAlive.parse("idle=20s")).keep(socket);

            KeepAliveReport report = SocketKeeper.of(KeepAlive.defaults())
                    .precedence(Precedence.TIGHTEN)
                    .keep(socket);

            assertThat(report.entry(KeepAliveOption.TCP_KEEPIDLE).outcome()).isEqualTo(Outcome.UNCHANGED);
            assertThat(report.effective()).contains(KeepAlive.parse("idle=20s,interval=5s,count=6"));
        }
    }

    @Test
    void reportEverySocket() throws IOException {
        List<KeepAliveReport> reports = new ArrayList<>();
        try (ServerSocket server = SocketKeeper.of(KeepAlive.defaults())
                        .onReport(reports::add)
                        .server()
                        .listen(loopback());
                Socket client = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
                Socket accepted = server.accept()) {
            assertThat(client.isConnected() && accepted.isConnected()).isTrue();
            assertThat(reports)
                    .singleElement()
                    .satisfies(report -> assertThat(report.isComplete()).isTrue());
        }
    }

    @Test
    void socketFactory_forAClientThatTakesOne() throws IOException {
        try (Socket socket = new KeepAliveSocketFactory("idle=120s,interval=30s,count=8").createSocket()) {
            socket.setKeepAlive(false); // as some clients do by themselves

            assertThat(socket.getKeepAlive()).isTrue();
        }
    }

    @Test
    void blockedWrite_endsInTime_andSaysWhy() throws IOException {
        try (WriteTimeouts guard = WriteTimeouts.start(Duration.ofMillis(200));
                ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
                Socket peerThatDoesNotRead = server.accept()) {
            assertThat(peerThatDoesNotRead.isConnected()).isTrue();
            OutputStream output = guard.outputOf(socket);
            LossCause cause = null;
            while (cause == null) {
                try {
                    output.write(new byte[1 << 20]);
                } catch (IOException e) {
                    cause = ConnectionLoss.of(e).map(ConnectionLoss::cause).orElse(LossCause.UNKNOWN);
                }
            }
            assertThat(cause).isEqualTo(LossCause.WRITE_STALLED);
        }
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
}

package io.keepalive.socket;

import static io.keepalive.KeepAliveOption.TCP_KEEPIDLE;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keepalive.KeepAlive;
import io.keepalive.internal.DurationText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Sockets that are kept from the start, client and server. */
class SocketBuildersTest {
    private static final KeepAlive POLICY = KeepAlive.parse("idle=11s,interval=3s,count=4");
    private static final KeepAlive IMPOSSIBLE = KeepAlive.parse("idle=11s,count=128");

    private final List<KeepAliveReport> reports = new ArrayList<>();

    @Test
    void client_andServer_bothEndsAreKept() throws IOException {
        try (ServerSocket server = SocketKeeper.of(POLICY)
                        .onReport(reports::add)
                        .server()
                        .noDelay(true)
                        .listen(loopback());
                Socket client = SocketKeeper.of(POLICY)
                        .onReport(reports::add)
                        .client()
                        .noDelay(true)
                        .connectTimeout(ofSeconds(10))
                        .connect("localhost", server.getLocalPort());
                Socket accepted = server.accept()) {
            for (Socket socket : new Socket[] {client, accepted}) {
                assertThat(KeepAliveReport.inspect(socket).effective()).contains(POLICY);
                assertThat(socket.getTcpNoDelay()).isTrue();
            }
            assertThat(reports)
                    .hasSize(2)
                    .allSatisfy(report -> assertThat(report.isComplete()).isTrue());
        }
    }

    @Test
    void channels_bothEndsAreKept() throws IOException {
        try (KeptServerChannel server =
                        SocketKeeper.of(POLICY).server().noDelay(true).listenChannel(loopback());
                SocketChannel client =
                        SocketKeeper.of(POLICY).client().noDelay(true).connectChannel(server.localAddress());
                SocketChannel accepted = Objects.requireNonNull(server.accept())) {
            for (SocketChannel channel : new SocketChannel[] {client, accepted}) {
                assertThat(KeepAliveReport.inspect(channel).effective()).contains(POLICY);
                assertThat(channel.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
                assertThat(channel.isBlocking()).isTrue();
            }
        }
    }

    @Test
    void serverChannel_nonBlocking_withNothingWaiting_acceptsNull() throws IOException {
        try (KeptServerChannel server = SocketKeeper.of(POLICY).server().listenChannel(0)) {
            server.channel().configureBlocking(false);

            assertThat(server.accept()).isNull();
        }
    }

    @Test
    void asynchronousChannels_bothEndsAreKept() throws Exception {
        try (KeptAsynchronousServerChannel server = SocketKeeper.of(POLICY)
                .onReport(reports::add)
                .server()
                .noDelay(true)
                .listenAsync(loopback())) {
            CompletableFuture<AsynchronousSocketChannel> accepting = server.accept();
            try (AsynchronousSocketChannel client =
                            await(SocketKeeper.of(POLICY).client().noDelay(true).connectAsync(server.localAddress()));
                    AsynchronousSocketChannel accepted = await(accepting)) {
                for (AsynchronousSocketChannel channel : List.of(client, accepted)) {
                    assertThat(KeepAliveReport.inspect(channel).effective()).contains(POLICY);
                    assertThat(channel.getOption(StandardSocketOptions.TCP_NODELAY))
                            .isTrue();
                }
                assertThat(reports).singleElement().matches(KeepAliveReport::isComplete);
            }
        }
    }

    @Test
    void asynchronousServer_strict_closesTheAcceptedChannel_andGoesOnListening() throws Exception {
        try (KeptAsynchronousServerChannel server =
                        SocketKeeper.of(IMPOSSIBLE).strict().server().listenAsync(loopback());
                Socket client = new Socket();
                Socket next = new Socket()) {
            CompletableFuture<AsynchronousSocketChannel> accepting = server.accept();
            client.connect(server.localAddress());
            client.setSoTimeout(10_000);

            assertThatThrownBy(() -> await(accepting)).hasCauseInstanceOf(KeepAliveException.class);
            assertThat(client.getInputStream().read()).isEqualTo(-1);

            CompletableFuture<AsynchronousSocketChannel> again = server.accept();
            next.connect(server.localAddress());
            assertThatThrownBy(() -> await(again)).hasCauseInstanceOf(KeepAliveException.class);
        }
    }

    @Test
    void asynchronousServer_acceptCancelled_closesWhoComes_andClosedFailsThePending() throws Exception {
        KeptAsynchronousServerChannel server = SocketKeeper.of(POLICY).server().listenAsync(0);
        try (server;
                Socket client = new Socket()) {
            server.accept().cancel(false);
            client.connect(new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), ((InetSocketAddress) server.localAddress()).getPort()));
            client.setSoTimeout(10_000);
            assertThat(client.getInputStream().read()).isEqualTo(-1);

            CompletableFuture<AsynchronousSocketChannel> pending = server.accept();
            server.close();
            assertThatThrownBy(() -> await(pending)).hasCauseInstanceOf(ClosedChannelException.class);
        }
        assertThatThrownBy(() -> await(server.accept())).hasCauseInstanceOf(ClosedChannelException.class);
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    @Test
    void client_lenient_connectsAndReportsWhatFailed() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = SocketKeeper.of(IMPOSSIBLE)
                        .onReport(reports::add)
                        .client()
                        .connect(server.getLocalSocketAddress())) {
            assertThat(client.isConnected()).isTrue();
            assertThat(reports).singleElement().satisfies(report -> {
                assertThat(report.isComplete()).isFalse();
                assertThat(report.entry(TCP_KEEPIDLE).outcome()).isEqualTo(Outcome.APPLIED);
            });
        }
    }

    @Test
    void client_strict_doesNotConnect() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ClientSocketBuilder client = SocketKeeper.of(IMPOSSIBLE).strict().client();

            assertThatExceptionOfType(KeepAliveException.class)
                    .isThrownBy(() -> client.connect(server.getLocalSocketAddress()))
                    .withMessageContaining("TCP_KEEPCNT");
            assertThatExceptionOfType(KeepAliveException.class)
                    .isThrownBy(() -> client.connectChannel(server.getLocalSocketAddress()));
            server.setSoTimeout(200);
            assertThatExceptionOfType(java.net.SocketTimeoutException.class).isThrownBy(server::accept);
        }
    }

    @Test
    void server_strict_closesTheAcceptedSocket_andGoesOnListening() throws IOException {
        try (ServerSocket server = SocketKeeper.of(IMPOSSIBLE).strict().server().listen(loopback());
                Socket client = new Socket()) {
            client.connect(server.getLocalSocketAddress());
            client.setSoTimeout(10_000);

            assertThatExceptionOfType(KeepAliveException.class).isThrownBy(server::accept);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(server.isClosed()).isFalse();
        }
    }

    @Test
    void client_bindsToTheGivenAddress() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client =
                        SocketKeeper.of(POLICY).client().bind(loopback()).connect(server.getLocalSocketAddress())) {
            assertThat(client.getLocalAddress()).isEqualTo(InetAddress.getLoopbackAddress());
        }
    }

    @Test
    void client_toNowhere_failsAsTheJdkDoes() throws IOException {
        int freePort;
        try (ServerSocket server = new ServerSocket(0)) {
            freePort = server.getLocalPort();
        }
        assertThatExceptionOfType(java.net.ConnectException.class)
                .isThrownBy(() -> SocketKeeper.of(POLICY).client().connect("127.0.0.1", freePort));
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> SocketKeeper.of(POLICY)
                        .client()
                        .connect(InetSocketAddress.createUnresolved("nowhere.invalid", 1)));
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> SocketKeeper.of(POLICY)
                        .client()
                        .connectChannel(InetSocketAddress.createUnresolved("nowhere.invalid", 1)));
    }

    @Test
    void badValues_areRefusedByName() throws Exception {
        for (Duration bad : new Duration[] {Duration.ZERO, ofMillis(-1), ofMillis(1L + Integer.MAX_VALUE)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SocketKeeper.of(POLICY).client().connectTimeout(bad))
                    .withMessageContaining("connectTimeout: " + DurationText.format(bad));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SocketKeeper.of(POLICY).server().backlog(0))
                .withMessageContaining("backlog: 0 (expected: at least 1");
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
}

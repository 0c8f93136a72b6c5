package io.keepalive.loss;

import static io.keepalive.loss.LossCause.CONNECT_TIMEOUT;
import static io.keepalive.loss.LossCause.INTERRUPTED;
import static io.keepalive.loss.LossCause.LOCAL_CLOSED;
import static io.keepalive.loss.LossCause.PEER_CLOSED;
import static io.keepalive.loss.LossCause.PEER_RESET;
import static io.keepalive.loss.LossCause.REFUSED;
import static io.keepalive.loss.LossCause.TLS;
import static io.keepalive.loss.LossCause.UNKNOWN;
import static io.keepalive.loss.LossCause.UNRESOLVED;
import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.testing.FailureTable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Failures that are made to happen, on several kinds of sockets and clients: none may be sure and wrong.
 */
@Timeout(30)
class RealFailuresTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private static final FailureTable TABLE = new FailureTable();

    private final List<AutoCloseable> open = new ArrayList<>();
    private ServerSocket server = newServer();

    private interface Step {
        void run() throws Exception;
    }

    /** How the peer ends the connection. */
    private enum End {
        FIN,
        RST
    }

    @BeforeEach
    void listen() {
        open.add(server);
    }

    @AfterAll
    static void print() throws IOException {
        TABLE.print("sockets and clients");
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : open) {
            resource.close();
        }
    }

    @Test
    void socket_peerResets_readAndWrite() throws Exception {
        Socket client = new Socket(HERE, server.getLocalPort());
        end(End.RST);
        check(failure(() -> client.getInputStream().read()), client, PEER_RESET);
        check(failure(() -> writeOn(client)), client, PEER_RESET, UNKNOWN, LOCAL_CLOSED);
        client.close();
        check(failure(() -> client.getInputStream().read()), client, LOCAL_CLOSED);
        check(failure(() -> client.getOutputStream().write(1)), client, LOCAL_CLOSED);
    }

    @Test
    void socket_peerCloses_writes() throws Exception {
        Socket client = new Socket(HERE, server.getLocalPort());
        end(End.FIN);
        check(failure(() -> writeOn(client)), client, PEER_CLOSED, PEER_RESET, UNKNOWN);
        client.shutdownOutput();
        check(failure(() -> client.getOutputStream().write(1)), client, LOCAL_CLOSED, UNKNOWN);
    }

    @Test
    void socket_closedByAnotherThread() throws Exception {
        Socket client = new Socket(HERE, server.getLocalPort());
        later(client::close);
        check(failure(() -> client.getInputStream().read()), client, LOCAL_CLOSED);
    }

    @Test
    void channel_everyEnd() throws Exception {
        for (End how : End.values()) {
            SocketChannel client = SocketChannel.open(server.getLocalSocketAddress());
            end(how);
            Throwable thrown = failure(() -> {
                for (int i = 0; i < 100; i++) {
                    client.write(ByteBuffer.allocate(1 << 16));
                    Thread.sleep(1);
                }
            });
            check(ConnectionLoss.of(thrown, client), thrown, PEER_CLOSED, PEER_RESET, UNKNOWN);
            client.close();
            Throwable closed = failure(() -> client.read(ByteBuffer.allocate(1)));
            check(ConnectionLoss.of(closed, client), closed, LOCAL_CLOSED);
            assertThat(ConnectionLoss.of(closed, client).orElseThrow().confidence())
                    .isEqualTo(Confidence.HIGH);
        }
    }

    @Test
    void channel_shutdownOutput_isNotSurelyClosed() throws Exception {
        SocketChannel client = SocketChannel.open(server.getLocalSocketAddress());
        open.add(client);
        client.shutdownOutput();
        Throwable thrown = failure(() -> client.write(ByteBuffer.allocate(1)));
        assertThat(ConnectionLoss.of(thrown, client).orElseThrow().confidence()).isEqualTo(Confidence.LOW);
        assertThat(ConnectionLoss.of(thrown).orElseThrow().confidence()).isEqualTo(Confidence.LOW);
    }

    @Test
    void channel_interruptedOrClosedMeanwhile() throws Exception {
        SocketChannel interrupted = SocketChannel.open(server.getLocalSocketAddress());
        Thread reader = Thread.currentThread();
        later(reader::interrupt);
        check(failure(() -> interrupted.read(ByteBuffer.allocate(1))), null, INTERRUPTED);
        assertThat(Thread.interrupted()).isTrue();

        SocketChannel closed = SocketChannel.open(server.getLocalSocketAddress());
        later(closed::close);
        check(failure(() -> closed.read(ByteBuffer.allocate(1))), null, LOCAL_CLOSED);
    }

    @Test
    void asynchronousChannel_resetAndRefused() throws Exception {
        AsynchronousSocketChannel client = AsynchronousSocketChannel.open();
        open.add(client);
        client.connect(server.getLocalSocketAddress()).get();
        end(End.RST);
        check(failure(() -> client.read(ByteBuffer.allocate(1)).get()), null, PEER_RESET);
        AsynchronousSocketChannel refused = AsynchronousSocketChannel.open();
        open.add(refused);
        check(failure(() -> refused.connect(nobody()).get()), null, REFUSED);
    }

    @Test
    void connect_refusedUnresolvedAndTimedOut() throws Exception {
        check(failure(() -> new Socket().connect(nobody())), null, REFUSED);
        check(failure(() -> SocketChannel.open(nobody())), null, REFUSED);
        InetSocketAddress name = InetSocketAddress.createUnresolved("db.invalid", 1);
        check(failure(() -> new Socket().connect(name)), null, UNRESOLVED);
        check(failure(() -> SocketChannel.open(name)), null, UNRESOLVED);
        InetSocketAddress full = fullListener();
        check(failure(() -> new Socket().connect(full, 50)), null, CONNECT_TIMEOUT);
        check(failure(() -> SocketChannel.open().socket().connect(full, 50)), null, CONNECT_TIMEOUT);
    }

    @Test
    void tls_peerEndsDuringAndAfterTheHandshake() throws Exception {
        SocketFactory tls = SSLContext.getDefault().getSocketFactory();
        for (End how : End.values()) {
            CompletableFuture<Void> ended = CompletableFuture.runAsync(() -> {
                try {
                    end(how);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            try (Socket client = tls.createSocket(HERE, server.getLocalPort())) {
                check(failure(() -> client.getInputStream().read()), client, PEER_CLOSED, PEER_RESET, UNKNOWN, TLS);
                // The provider has closed the socket itself by now.
                Throwable thrown = failure(() -> client.getOutputStream().write(1));
                assertThat(ConnectionLoss.of(thrown).orElseThrow().confidence()).isEqualTo(Confidence.LOW);
            }
            ended.get();
        }
    }

    @Test
    void tls_peerSpeaksSomethingElse() throws Exception {
        CompletableFuture<Void> ended = CompletableFuture.runAsync(() -> {
            try (Socket peer = server.accept()) {
                peer.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                peer.getInputStream().read();
            } catch (IOException e) {
                // The client has ended it.
            }
        });
        try (Socket client = SSLContext.getDefault().getSocketFactory().createSocket(HERE, server.getLocalPort())) {
            check(failure(() -> client.getInputStream().read()), client, TLS);
        }
        ended.join();
    }

    @Test
    void jdkHttpClient_refusedAndTimedOut() throws Exception {
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        HttpClient client = builder.build();
        HttpClient hasty = builder.connectTimeout(Duration.ofMillis(100)).build();
        check(failure(() -> client.send(request(nobody()), BodyHandlers.discarding())), null, REFUSED);
        check(failure(() -> hasty.send(request(fullListener()), BodyHandlers.discarding())), null, CONNECT_TIMEOUT);
        HttpRequest limited = HttpRequest.newBuilder(request((InetSocketAddress) server.getLocalSocketAddress())
                        .uri())
                .timeout(Duration.ofMillis(100))
                .build();
        assertThat(ConnectionLoss.of(failure(() -> client.send(limited, BodyHandlers.discarding()))))
                .satisfiesAnyOf(
                        loss -> assertThat(loss).isEmpty(),
                        loss -> assertThat(loss.orElseThrow().confidence()).isEqualTo(Confidence.LOW));
    }

    @Test
    void okHttp_callTimeoutRefusedAndConnectTimeout() throws Exception {
        OkHttpClient client =
                new OkHttpClient.Builder().retryOnConnectionFailure(false).build();
        OkHttpClient hasty =
                client.newBuilder().connectTimeout(100, TimeUnit.MILLISECONDS).build();
        InetSocketAddress silent = (InetSocketAddress) server.getLocalSocketAddress();
        OkHttpClient limited =
                client.newBuilder().callTimeout(100, TimeUnit.MILLISECONDS).build();
        check(failure(() -> limited.newCall(okRequest(silent)).execute()), null, LOCAL_CLOSED, UNKNOWN);
        acceptIfConnected();
        check(failure(() -> client.newCall(okRequest(nobody())).execute()), null, REFUSED);
        check(failure(() -> hasty.newCall(okRequest(fullListener())).execute()), null, CONNECT_TIMEOUT);
    }

    /** On a busy machine a call may time out before it connects. */
    private void acceptIfConnected() throws IOException {
        server.setSoTimeout(1000);
        try {
            server.accept().close();
        } catch (SocketTimeoutException e) {
            // It did not connect.
        }
    }

    private static void check(Throwable thrown, @Nullable Socket socket, LossCause... right) {
        Optional<ConnectionLoss> loss = ConnectionLoss.of(thrown);
        check(loss, thrown, right);
        if (socket != null) {
            check(ConnectionLoss.of(thrown, socket), thrown, right);
        }
    }

    private static void check(Optional<ConnectionLoss> loss, Throwable thrown, LossCause... right) {
        Set<LossCause> causes = EnumSet.copyOf(Arrays.asList(right));
        loss.ifPresent(found -> TABLE.add(
                StackWalker.getInstance().walk(RealFailuresTest::testMethod),
                "a client",
                "a call",
                causes.stream()
                        .filter(cause -> cause != UNKNOWN)
                        .map(LossCause::name)
                        .collect(Collectors.toSet()),
                found.cause().name(),
                found.confidence() == Confidence.HIGH,
                thrown));
        assertThat(loss).as("%s", thrown).isPresent();
        assertThat(loss.get().cause()).as("%s of %s", loss.get(), thrown).isIn(causes);
    }

    /** The test that is running, as what happened: jdkHttpClient_refusedAndTimedOut. */
    private static String testMethod(Stream<StackWalker.StackFrame> frames) {
        return frames.map(StackWalker.StackFrame::getMethodName)
                .filter(name -> name.matches("[a-zA-Z]+_.*"))
                .findFirst()
                .orElse("unknown");
    }

    private static Throwable failure(Step step) {
        try {
            step.run();
        } catch (Exception e) {
            return e;
        }
        return new EOFException();
    }

    private static void writeOn(Socket socket) throws Exception {
        for (int i = 0; i < 100; i++) {
            socket.getOutputStream().write(new byte[1 << 16]);
            Thread.sleep(1);
        }
    }

    private void end(End how) throws Exception {
        Socket peer = server.accept();
        if (how == End.RST) {
            peer.setSoLinger(true, 0);
        }
        peer.close();
    }

    private static void later(Step step) {
        CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(() -> {
            try {
                step.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static ServerSocket newServer() {
        try {
            return new ServerSocket(0, 50, HERE);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static InetSocketAddress nobody() throws IOException {
        try (ServerSocket closed = new ServerSocket(0, 1, HERE)) {
            return new InetSocketAddress(HERE, closed.getLocalPort());
        }
    }

    /** A listener whose queue is full: Linux drops further attempts to connect. */
    private InetSocketAddress fullListener() throws IOException {
        ServerSocket full = new ServerSocket(0, 1, HERE);
        open.add(full);
        for (int i = 0; i < 3; i++) {
            SocketChannel waiting = SocketChannel.open();
            open.add(waiting);
            waiting.configureBlocking(false);
            waiting.connect(full.getLocalSocketAddress());
        }
        return (InetSocketAddress) full.getLocalSocketAddress();
    }

    private static HttpRequest request(InetSocketAddress to) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + to.getPort() + "/"))
                .build();
    }

    private static Request okRequest(InetSocketAddress to) {
        return new Request.Builder()
                .url("http://127.0.0.1:" + to.getPort() + "/")
                .build();
    }
}

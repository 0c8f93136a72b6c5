package io.keepalive.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keepalive.loss.Confidence;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.LossCause;
import io.keepalive.testing.FailureTable;
import io.keepalive.testing.FailureTable.Mark;
import io.keepalive.testing.TestCertificate;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Ends that are made to happen, on each kind of socket, in a read and in a write: some 230 verdicts on real exceptions, of which
 * none may be sure and wrong.
 */
@Timeout(120)
class FailureTableTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    /** The ends that a kind of socket is tried with whose handshake takes long. */
    private static final Set<End> BRIEF = EnumSet.of(End.FIN, End.FIN_BEFORE_TLS_SAYS_SO, End.RST);

    /** One end of a connection, and what can be done with it. */
    private interface Client extends AutoCloseable {
        int read() throws Exception;

        void write() throws Exception;

        void shutdownOutput() throws Exception;

        Optional<ConnectionLoss> loss(Throwable thrown);

        @Override
        void close() throws IOException;
    }

    private record OfSocket(Socket socket) implements Client {
        @Override
        public int read() throws IOException {
            return socket.getInputStream().read();
        }

        @Override
        public void write() throws IOException {
            socket.getOutputStream().write(new byte[1 << 14]);
        }

        @Override
        public void shutdownOutput() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public Optional<ConnectionLoss> loss(Throwable thrown) {
            return ConnectionLoss.of(thrown, socket);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private record OfChannel(SocketChannel channel) implements Client {
        @Override
        public int read() throws IOException {
            return channel.read(ByteBuffer.allocate(1));
        }

        @Override
        public void write() throws IOException {
            channel.write(ByteBuffer.allocate(1 << 14));
        }

        @Override
        public void shutdownOutput() throws IOException {
            channel.shutdownOutput();
        }

        @Override
        public Optional<ConnectionLoss> loss(Throwable thrown) {
            return ConnectionLoss.of(thrown, channel);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private record OfAsynchronous(AsynchronousSocketChannel channel) implements Client {
        @Override
        public int read() throws Exception {
            return channel.read(ByteBuffer.allocate(1)).get();
        }

        @Override
        public void write() throws Exception {
            channel.write(ByteBuffer.allocate(1 << 14)).get();
        }

        @Override
        public void shutdownOutput() throws IOException {
            channel.shutdownOutput();
        }

        @Override
        public Optional<ConnectionLoss> loss(Throwable thrown) {
            return ConnectionLoss.of(thrown);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private enum Kind {
        SOCKET,
        CHANNEL,
        ADAPTOR,
        ASYNCHRONOUS,
        SOCKS,
        WRAPPED,
        JDK_TLS,
        BOUNCY_CASTLE,
        CONSCRYPT;

        boolean isTls() {
            return EnumSet.of(JDK_TLS, BOUNCY_CASTLE, CONSCRYPT).contains(this);
        }

        Client connect(InetSocketAddress address, TestProxy proxy) throws Exception {
            return switch (this) {
                case SOCKET -> new OfSocket(new Socket(address.getAddress(), address.getPort()));
                case CHANNEL -> new OfChannel(SocketChannel.open(address));
                case ADAPTOR -> new OfSocket(SocketChannel.open(address).socket());
                case ASYNCHRONOUS -> {
                    AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
                    channel.connect(address).get();
                    yield new OfAsynchronous(channel);
                }
                case SOCKS -> connected(new Socket(proxy.of(Proxy.Type.SOCKS)), address);
                case WRAPPED -> connected(new OddSockets.Wrapping(new Socket()), address);
                case JDK_TLS -> layered(SocketWaysTest.Tls.JDK, address);
                case BOUNCY_CASTLE -> layered(SocketWaysTest.Tls.BOUNCY_CASTLE, address);
                case CONSCRYPT -> layered(SocketWaysTest.Tls.CONSCRYPT, address);
            };
        }

        private static Client connected(Socket socket, InetSocketAddress address) throws IOException {
            socket.connect(address);
            return new OfSocket(socket);
        }

        private static Client layered(SocketWaysTest.Tls tls, InetSocketAddress address) throws IOException {
            Socket below = new Socket(address.getAddress(), address.getPort());
            SSLSocket socket = (SSLSocket) tls.factory().createSocket(below, "localhost", address.getPort(), true);
            socket.startHandshake();
            return new OfSocket(socket);
        }
    }

    /** What happens to the connection, and what may be said of it for sure. */
    private enum End {
        FIN(LossCause.PEER_CLOSED, LossCause.PEER_RESET),
        FIN_BEFORE_TLS_SAYS_SO(LossCause.PEER_CLOSED, LossCause.PEER_RESET),
        RST(LossCause.PEER_RESET),
        /** A reset, with a FIN before it where the JDK shuts the output first: a read sees either. */
        CLOSED_WITH_UNREAD_DATA(LossCause.PEER_RESET, LossCause.PEER_CLOSED),
        CLOSED_HERE(LossCause.LOCAL_CLOSED),
        CLOSED_HERE_MEANWHILE(LossCause.LOCAL_CLOSED),
        OUTPUT_SHUT(),
        OUTPUT_SHUT_AND_FIN(LossCause.PEER_CLOSED, LossCause.PEER_RESET);

        @SuppressWarnings("ImmutableEnumChecker") // never changed
        private final Set<LossCause> sure;

        End(LossCause... sure) {
            this.sure = Set.of(sure);
        }

        /** The names of the causes that are true, given how sure the finding is. */
        Set<String> right(ConnectionLoss found) {
            Set<LossCause> right = EnumSet.noneOf(LossCause.class);
            right.addAll(sure);
            if (found.confidence() == Confidence.LOW && (this == OUTPUT_SHUT || this == OUTPUT_SHUT_AND_FIN)) {
                right.add(LossCause.LOCAL_CLOSED);
            }
            return right.stream().map(LossCause::name).collect(Collectors.toSet());
        }

        void happen(Client client, Socket peer, Socket raw) throws Exception {
            switch (this) {
                case FIN -> peer.close();
                case FIN_BEFORE_TLS_SAYS_SO -> raw.close();
                case RST -> {
                    raw.setSoLinger(true, 0);
                    raw.close();
                }
                case CLOSED_WITH_UNREAD_DATA -> {
                    client.write();
                    await().atMost(30, TimeUnit.SECONDS)
                            .until(() -> raw.getInputStream().available() > 0);
                    raw.close();
                }
                case CLOSED_HERE -> client.close();
                case CLOSED_HERE_MEANWHILE ->
                    CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS).execute(() -> {
                        try {
                            client.close();
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    });
                case OUTPUT_SHUT -> client.shutdownOutput();
                case OUTPUT_SHUT_AND_FIN -> {
                    client.shutdownOutput();
                    raw.close();
                }
            }
        }
    }

    @Test
    void everyEndOnEveryKindOfSocket_noneIsSureAndWrong() throws Exception {
        FailureTable table = new FailureTable();
        for (Kind kind : Kind.values()) {
            if (kind == Kind.BOUNCY_CASTLE && !FailureTable.isWanted()) {
                continue; // its handshakes take seconds on a busy machine
            }
            for (End end : End.values()) {
                for (String call : List.of("read", "write")) {
                    if (end == End.CLOSED_HERE_MEANWHILE && call.equals("write") && kind.isTls()) {
                        continue; // closing TLS waits for the writer: WriteTimeoutsFaultsTest
                    }
                    if (kind == Kind.BOUNCY_CASTLE && !BRIEF.contains(end)) {
                        continue; // a handshake takes long
                    }
                    if (end == End.OUTPUT_SHUT && call.equals("read")) {
                        continue; // nothing happens to a read
                    }
                    one(table, kind, end, call);
                }
            }
        }
        table.print("sockets of the JDK and TLS");
        assertThat(table.rows(Mark.WRONG)).isEmpty();
        assertThat(table.rows()).hasSizeGreaterThanOrEqualTo(200);
        assertThat(table.rows(Mark.UNSURE).size() * 20)
                .as("at least 95 % right")
                .isLessThanOrEqualTo(table.rows().size());
    }

    /** How a handshake may fail. */
    private enum Refusal {
        OTHER_VERSION,
        OTHER_PROTOCOL;

        /** The peer of the next connection. */
        void serve(ServerSocket server) {
            try (Socket raw = server.accept()) {
                if (this == OTHER_PROTOCOL) {
                    raw.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    raw.getInputStream().readAllBytes();
                    return;
                }
                SSLSocket layered = (SSLSocket) TestCertificate.ofThisJvm()
                        .context()
                        .getSocketFactory()
                        .createSocket(raw, (java.io.InputStream) null, true);
                layered.setEnabledProtocols(new String[] {"TLSv1.2"});
                layered.startHandshake();
            } catch (IOException e) {
                // The client refuses.
            }
        }
    }

    @Test
    void refusalOfTls_withEveryProvider_isNeverTakenForAnotherEnd() throws Exception {
        FailureTable table = new FailureTable();
        for (SocketWaysTest.Tls tls : SocketWaysTest.Tls.values()) {
            if (tls == SocketWaysTest.Tls.BOUNCY_CASTLE && !FailureTable.isWanted()) {
                continue;
            }
            for (Refusal refusal : Refusal.values()) {
                try (ServerSocket server = new ServerSocket(0, 5, HERE)) {
                    CompletableFuture<Void> peer = CompletableFuture.runAsync(() -> refusal.serve(server));
                    refuse(table, tls, refusal, server.getLocalPort());
                    peer.get(30, TimeUnit.SECONDS);
                }
            }
        }

        table.print("handshakes of TLS");
        assertThat(table.rows()).hasSizeGreaterThanOrEqualTo(8);
        assertThat(table.rows(Mark.RIGHT)).hasSameSizeAs(table.rows());
    }

    private static void refuse(FailureTable table, SocketWaysTest.Tls tls, Refusal refusal, int port)
            throws IOException {
        try (Socket below = new Socket(HERE, port)) {
            SSLSocket socket = (SSLSocket) tls.factory().createSocket(below, "localhost", port, true);
            socket.setEnabledProtocols(new String[] {"TLSv1.3"});
            socket.setSoTimeout(30_000);
            try {
                socket.startHandshake();
            } catch (IOException e) {
                for (Optional<ConnectionLoss> loss : List.of(ConnectionLoss.of(e, socket), ConnectionLoss.of(e))) {
                    loss.ifPresent(found -> table.add(
                            "TLS " + refusal,
                            tls.name(),
                            "handshake",
                            Set.of("TLS"),
                            found.cause().name(),
                            found.confidence() == Confidence.HIGH,
                            e));
                }
            }
        }
    }

    private static void add(
            FailureTable table, Kind kind, End end, String call, Throwable thrown, Optional<ConnectionLoss> loss) {
        loss.ifPresent(found -> table.add(
                end.name(),
                kind.name(),
                call,
                end.right(found),
                found.cause().name(),
                found.confidence() == Confidence.HIGH,
                thrown));
    }

    private static void one(FailureTable table, Kind kind, End end, String call) throws Exception {
        try (TestProxy proxy = new TestProxy();
                ServerSocket server = new ServerSocket(0, 5, HERE)) {
            CompletableFuture<Socket> raw = new CompletableFuture<>();
            CompletableFuture<Socket> peer = CompletableFuture.supplyAsync(() -> accepted(server, kind, raw));
            try (Client client = kind.connect((InetSocketAddress) server.getLocalSocketAddress(), proxy);
                    Socket accepted = peer.get(30, TimeUnit.SECONDS)) {
                end.happen(client, accepted, raw.get());
                Throwable thrown = failure(client, call);
                if (thrown != null) {
                    add(table, kind, end, call, thrown, client.loss(thrown));
                    add(table, kind, end, call + " without the socket", thrown, ConnectionLoss.of(thrown));
                }
            } catch (IOException e) {
                // TLS may refuse to be closed on a connection that has gone.
            }
        }
    }

    private static Socket accepted(ServerSocket server, Kind kind, CompletableFuture<Socket> raw) {
        try {
            Socket socket = server.accept();
            raw.complete(socket);
            if (!kind.isTls()) {
                return socket;
            }
            SSLSocket layered = (SSLSocket) TestCertificate.ofThisJvm()
                    .context()
                    .getSocketFactory()
                    .createSocket(socket, (java.io.InputStream) null, true);
            layered.startHandshake();
            return layered;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first failure of some calls: a write after the peer's FIN succeeds once. */
    private static @Nullable Throwable failure(Client client, String call) throws InterruptedException {
        try {
            for (int i = 0; i < 100; i++) {
                if (call.equals("write")) {
                    client.write();
                } else if (client.read() < 0) {
                    return new EOFException();
                }
                TimeUnit.MILLISECONDS.sleep(1);
            }
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            return e;
        }
    }
}

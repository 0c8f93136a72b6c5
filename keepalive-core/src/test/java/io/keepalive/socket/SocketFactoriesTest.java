package io.keepalive.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.keepalive.KeepAlive;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The factories as clients use them: by class name, and every way to create a socket. */
class SocketFactoriesTest {
    private static final KeepAlive POLICY = KeepAlive.parse("idle=11s,interval=3s,count=4");
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /** One of the ways to create a socket. */
    record Way(String name, Create create) {
        interface Create {
            Socket by(SocketFactory factory, int port) throws IOException;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, LOOPBACK);
    }

    @AfterEach
    void close() throws IOException {
        System.clearProperty("keepalive.policy");
        server.close();
    }

    static Stream<Way> ways() {
        return Stream.of(
                new Way("unconnected", (factory, port) -> {
                    Socket socket = factory.createSocket();
                    socket.connect(new InetSocketAddress(LOOPBACK, port));
                    return socket;
                }),
                new Way("name", (factory, port) -> factory.createSocket("localhost", port)),
                new Way("no name", (factory, port) -> factory.createSocket((String) null, port)),
                new Way("name, local", (factory, port) -> factory.createSocket("localhost", port, LOOPBACK, 0)),
                new Way("name, any local", (factory, port) -> factory.createSocket("localhost", port, null, 0)),
                new Way("address", (factory, port) -> factory.createSocket(LOOPBACK, port)),
                new Way("address, local", (factory, port) -> factory.createSocket(LOOPBACK, port, LOOPBACK, 0)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void everyWay_givesAKeptConnection(Way way) throws IOException {
        for (SocketFactory factory : List.of(
                SocketKeeper.of(POLICY).precedence(Precedence.TIGHTEN).socketFactory(),
                SocketKeeper.of(POLICY).precedence(Precedence.TIGHTEN).sslSocketFactory())) {
            try (Socket socket = way.create().by(factory, server.getLocalPort())) {
                assertThat(socket.isConnected()).isTrue();
                assertThat(socket.getPort()).isEqualTo(server.getLocalPort());
                assertThat(KeepAliveReport.inspect(socket).effective()).contains(POLICY);
                if (way.name().endsWith(", local")) {
                    assertThat(socket.getLocalAddress()).isEqualTo(LOOPBACK);
                }
            }
        }
    }

    @Test
    void policy_isThereBeforeTheConnection() throws IOException {
        for (SocketFactory factory : List.of(
                SocketKeeper.of(POLICY).precedence(Precedence.TIGHTEN).socketFactory(),
                SocketKeeper.of(POLICY).precedence(Precedence.TIGHTEN).sslSocketFactory())) {
            try (Socket socket = factory.createSocket()) {
                assertThat(socket.isConnected()).isFalse();
                assertThat(KeepAliveReport.inspect(socket).effective()).contains(POLICY);
            }
        }
    }

    @Test
    void tls_ownConnection_judgesLaterCalls() throws IOException {
        SSLSocketFactory factory =
                SocketKeeper.of(POLICY).precedence(Precedence.TIGHTEN).sslSocketFactory();
        try (Socket byName = factory.createSocket("localhost", server.getLocalPort());
                Socket byAddress = factory.createSocket(LOOPBACK, server.getLocalPort())) {
            for (Socket socket : List.of(byName, byAddress)) {
                assertThat(socket).isInstanceOf(SSLSocket.class);
                socket.setKeepAlive(false);
                assertThat(socket.getKeepAlive()).isTrue();
            }
        }
    }

    @Test
    void tls_layered_appliesThePolicyToAForeignSocket_byItsPrecedence() throws IOException {
        List<KeepAliveReport> reports = new ArrayList<>();
        SSLSocketFactory factory = SocketKeeper.of(POLICY)
                .precedence(Precedence.TIGHTEN)
                .onReport(reports::add)
                .sslSocketFactory((SSLSocketFactory) SSLSocketFactory.getDefault());
        try (Socket foreign = new Socket(LOOPBACK, server.getLocalPort())) {
            SocketKeeper.of(KeepAlive.parse("idle=5s")).keep(foreign);

            Socket tls = factory.createSocket(foreign, "localhost", server.getLocalPort(), false);

            assertThat(KeepAliveReport.inspect(tls).effective())
                    .contains(KeepAlive.parse("idle=5s,interval=3s,count=4"));
            assertThat(reports).hasSize(1);
        }
        try (Socket foreign = new Socket(LOOPBACK, server.getLocalPort())) {
            Socket tls = factory.createSocket(foreign, null, false);

            assertThat(((SSLSocket) tls).getUseClientMode()).isFalse();
            assertThat(KeepAliveReport.inspect(foreign).effective()).contains(POLICY);
        }
    }

    @Test
    void tls_layered_leavesASocketOfAFactoryAsItIs() throws IOException {
        KeepAlive other = KeepAlive.parse("idle=22s,interval=4s,count=5");
        try (Socket kept = SocketKeeper.of(other)
                        .precedence(Precedence.TIGHTEN)
                        .socketFactory()
                        .createSocket(LOOPBACK, server.getLocalPort());
                Socket tls = SocketKeeper.of(POLICY)
                        .precedence(Precedence.TIGHTEN)
                        .sslSocketFactory()
                        .createSocket(kept, "localhost", server.getLocalPort(), true)) {
            assertThat(KeepAliveReport.inspect(tls).effective()).contains(other);
        }
    }

    @Test
    void tls_cipherSuites_areThoseOfTheFactoryBelow() throws Exception {
        SSLSocketFactory below = (SSLSocketFactory) SSLSocketFactory.getDefault();
        SSLSocketFactory factory = (SSLSocketFactory) KeepAliveSSLSocketFactory.getDefault();

        assertThat(factory.getDefaultCipherSuites()).isEqualTo(below.getDefaultCipherSuites());
        assertThat(factory.getSupportedCipherSuites()).isEqualTo(below.getSupportedCipherSuites());
    }

    @Test
    void failedAttempt_failsAsTheJdkDoes() throws IOException {
        int port = server.getLocalPort();
        server.close();
        for (SocketFactory factory : List.of(
                SocketKeeper.of(POLICY).precedence(Precedence.TIGHTEN).socketFactory(),
                SocketKeeper.of(POLICY).precedence(Precedence.TIGHTEN).sslSocketFactory())) {
            assertThatExceptionOfType(java.net.ConnectException.class)
                    .isThrownBy(() -> factory.createSocket("localhost", port));
            assertThatExceptionOfType(UnknownHostException.class)
                    .isThrownBy(() -> factory.createSocket("nowhere.invalid", port));
        }
    }

    @Test
    void serverFactory_everyWay_acceptsKeptSockets_andJudgesLaterCalls() throws IOException {
        List<KeepAliveReport> reports = new ArrayList<>();
        ServerSocketFactory factory = SocketKeeper.of(POLICY)
                .precedence(Precedence.TIGHTEN)
                .onReport(reports::add)
                .serverSocketFactory();
        ServerSocket unbound = factory.createServerSocket();
        unbound.bind(new InetSocketAddress(LOOPBACK, 0));
        for (ServerSocket listener : List.of(
                unbound,
                factory.createServerSocket(0),
                factory.createServerSocket(0, 5),
                factory.createServerSocket(0, 5, LOOPBACK))) {
            reports.clear();
            try (listener;
                    Socket client = new Socket(LOOPBACK, listener.getLocalPort());
                    Socket accepted = listener.accept()) {
                assertThat(accepted.isConnected()).isTrue();
                assertThat(accepted.getPort()).isEqualTo(client.getLocalPort());
                client.getOutputStream().write(42);
                assertThat(accepted.getInputStream().read()).isEqualTo(42);
                assertThat(KeepAliveReport.inspect(accepted).effective()).contains(POLICY);

                accepted.setKeepAlive(false);

                assertThat(accepted.getKeepAlive()).isTrue();
                assertThat(reports).hasSize(2);
            }
        }
    }

    @Test
    void serverFactory_misuse_failsAsEver() throws IOException {
        ServerSocket listener = SocketKeeper.of(POLICY)
                .precedence(Precedence.TIGHTEN)
                .serverSocketFactory()
                .createServerSocket();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(listener::accept)
                .withMessage("Socket is not bound yet");
        listener.bind(new InetSocketAddress(LOOPBACK, 0));
        listener.setSoTimeout(50);
        assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(listener::accept);
        listener.close();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(listener::accept)
                .withMessage("Socket is closed");
    }

    @ParameterizedTest
    @ValueSource(classes = {KeepAliveSocketFactory.class, KeepAliveSSLSocketFactory.class})
    void byClassName(Class<? extends SocketFactory> type) throws Exception {
        assertHolds(KeepAlive.defaults(), type.getConstructor().newInstance());
        assertHolds(KeepAlive.defaults(), type.getConstructor(String.class).newInstance((Object) null));
        assertHolds(KeepAlive.defaults(), (SocketFactory)
                type.getMethod("getDefault").invoke(null));
        assertHolds(POLICY, type.getConstructor(String.class).newInstance(POLICY.toString()));

        System.setProperty("keepalive.policy", POLICY.toString());
        assertHolds(POLICY, type.getConstructor().newInstance());
        assertHolds(POLICY, type.getConstructor(String.class).newInstance((Object) null));
        assertHolds(POLICY, (SocketFactory) type.getMethod("getDefault").invoke(null));
        assertHolds(KeepAlive.defaults(), type.getConstructor(String.class).newInstance("defaults"));
    }

    private static void assertHolds(KeepAlive policy, SocketFactory factory) throws IOException {
        try (Socket socket = factory.createSocket()) {
            assertThat(KeepAliveReport.inspect(socket).effective()).contains(policy);
        }
    }

    @Test
    void serverFactory_byClassName() throws IOException {
        System.setProperty("keepalive.policy", POLICY.toString());
        for (ServerSocketFactory factory : List.of(
                new KeepAliveServerSocketFactory(),
                new KeepAliveServerSocketFactory(POLICY.toString()),
                KeepAliveServerSocketFactory.getDefault())) {
            try (ServerSocket listener = factory.createServerSocket(0);
                    Socket client = new Socket(LOOPBACK, listener.getLocalPort());
                    Socket accepted = listener.accept()) {
                assertThat(client.isConnected()).isTrue();
                assertThat(KeepAliveReport.inspect(accepted).effective()).contains(POLICY);
            }
        }
    }

    @Test
    void badText_isRefusedWithItsOrigin() throws Exception {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KeepAliveSocketFactory("idel=3s"))
                .withMessageStartingWith("argument of KeepAliveSocketFactory: keepalive policy 'idel=3s': 'idel'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KeepAliveServerSocketFactory(""))
                .withMessageStartingWith("argument of KeepAliveServerSocketFactory: keepalive policy ''");

        System.setProperty("keepalive.policy", "idle=3");
        assertThatIllegalArgumentException()
                .isThrownBy(KeepAliveSSLSocketFactory::new)
                .withMessageStartingWith("system property keepalive.policy: keepalive policy 'idle=3': idle");
    }
}

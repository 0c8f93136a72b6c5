package io.keepalive.socket;

import static io.keepalive.KeepAliveOption.SO_KEEPALIVE;
import static io.keepalive.KeepAliveOption.TCP_KEEPIDLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.keepalive.KeepAlive;
import io.keepalive.testing.TestCertificate;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocket;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another factory's sockets, kept. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the expected values are those of Linux")
class WrappingSocketFactoryTest {
    private static final KeepAlive POLICY = KeepAlive.parse("idle=11s,interval=3s,count=4");
    private static final String TUNNEL = Tunnel.class.getName();

    private final List<KeepAliveReport> reports = new ArrayList<>();
    private final SocketKeeper keeper =
            SocketKeeper.of(POLICY).precedence(Precedence.TIGHTEN).onReport(reports::add);
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        System.clearProperty("keepalive.disabled");
        System.clearProperty("keepalive.factory");
        System.clearProperty("keepalive.policy");
        server.close();
    }

    @Test
    void socket_ofAnotherFactory_holdsThePolicy_andLaterCallsAreJudged() throws Exception {
        Tunnel tunnel = new Tunnel();
        try (Socket socket = keeper.socketFactory(tunnel).createSocket()) {
            socket.connect(server.getLocalSocketAddress());
            socket.setKeepAlive(false);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 7200);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 1);
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);

            Socket below = tunnel.made.get(0);
            assertThat(below.getKeepAlive()).isTrue();
            assertThat(below.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(11);
            assertThat(below.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL)).isEqualTo(1);
            assertThat(below.getTcpNoDelay()).isTrue();
            assertThat(reports.get(0).effective()).contains(POLICY);
            assertThat(reports.get(1).entry(SO_KEEPALIVE).advice()).contains("setKeepAlive(false) was refused");
            assertThat(reports.get(2).entry(TCP_KEEPIDLE).outcome()).isEqualTo(Outcome.UNCHANGED);
            assertThat(KeepAliveReport.inspect(socket).entry(TCP_KEEPIDLE).effective())
                    .as("seen through the wrapper")
                    .hasValue(11);
        }
    }

    /** Each way of the other factory is used as it is; four of the five connect by themselves. */
    @Test
    void everyWayToCreate_isPassedOn() throws Exception {
        SocketFactory factory = keeper.socketFactory(new Tunnel());
        InetAddress here = InetAddress.getLoopbackAddress();
        int port = server.getLocalPort();
        for (Socket socket : List.of(
                factory.createSocket("127.0.0.1", port),
                factory.createSocket(here, port),
                factory.createSocket("127.0.0.1", port, here, 0),
                factory.createSocket(here, port, here, 0))) {
            try (socket) {
                assertThat(socket.isConnected()).isTrue();
                assertThat(KeepAliveReport.inspect(socket).effective()).contains(POLICY);
            }
        }
    }

    /** A tunnel opens its connection when it is connected, as an HTTP proxy's socket does. */
    @Test
    void socket_thatGetsAnotherDescriptorByConnecting_isKeptOnceMore() throws Exception {
        SocketFactory factory = keeper.socketFactory(new Tunnel() {
            @Override
            public Socket createSocket() {
                return new Reconnecting();
            }
        });
        try (Socket socket = factory.createSocket()) {
            socket.connect(server.getLocalSocketAddress(), 10_000);

            assertThat(socket.getKeepAlive()).isTrue();
            assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(11);
            assertThat(reports).hasSize(2);
        }
    }

    @Test
    void tls_ofAnotherFactory_staysTls_andIsKept() throws Exception {
        SocketFactory tls = TestCertificate.ofThisJvm().context().getSocketFactory();
        try (Socket socket = keeper.socketFactory(tls).createSocket("127.0.0.1", server.getLocalPort())) {
            socket.setKeepAlive(false);

            assertThat(socket).isInstanceOfSatisfying(SSLSocket.class, ssl -> {
                assertThat(ssl.getSupportedProtocols()).contains("TLSv1.3");
                assertThat(ssl.getUseClientMode()).isTrue();
            });
            assertThat(KeepAliveReport.inspect(socket).effective()).contains(POLICY);
        }
    }

    @Test
    void keptSocket_staysAsItIs() throws Exception {
        SocketFactory kept = SocketKeeper.of(KeepAlive.parse("idle=99s")).socketFactory();
        for (SocketFactory inner :
                List.of(kept, SocketKeeper.of(KeepAlive.parse("idle=99s")).socketFactory(new Tunnel()))) {
            try (Socket socket = keeper.socketFactory(inner).createSocket()) {
                assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(99);
                assertThat(reports).isEmpty();
            }
        }
    }

    @Test
    void disabled_theOtherFactorysOwnSocket() throws Exception {
        System.setProperty("keepalive.disabled", "true");
        Tunnel tunnel = new Tunnel();
        try (Socket socket = keeper.socketFactory(tunnel).createSocket()) {
            assertThat(socket).isSameAs(tunnel.made.get(0));
        }
    }

    @Test
    void socketOfNoConnection_isUsedAllTheSame() throws Exception {
        SocketFactory factory = keeper.socketFactory(new Tunnel() {
            @Override
            public Socket createSocket() {
                return new OddSockets.Mock();
            }
        });
        try (Socket socket = factory.createSocket()) {
            assertThat(socket).isNotNull();
            assertThat(reports.get(0).entry(SO_KEEPALIVE).outcome()).isEqualTo(Outcome.UNSUPPORTED);
        }
    }

    @Test
    void channelSockets_haveTheirChannel_andArekept() throws Exception {
        try (Socket socket = keeper.channelSocketFactory().createSocket("127.0.0.1", server.getLocalPort())) {
            socket.setKeepAlive(false);

            assertThat(socket.getChannel().isConnected()).isTrue();
            assertThat(KeepAliveReport.inspect(socket.getChannel()).effective()).contains(POLICY);
        }
    }

    // ---- by class name

    @ParameterizedTest
    @ValueSource(
            strings = {
                "idle=11s,interval=3s,count=4 over %s",
                "idle=11s,interval=3s,count=4 over %s(bastion:22)",
                "over %s",
            })
    void argument_namesPolicyAndFactory(String argument) throws Exception {
        System.setProperty("keepalive.policy", POLICY.toString());
        SocketFactory factory = new KeepAliveWrappingSocketFactory(argument.formatted(TUNNEL));

        assertThat(factory)
                .hasToString("KeepAliveWrappingSocketFactory[" + POLICY + " over "
                        + (argument.contains("(") ? "tunnel bastion:22]" : "tunnel]"));
        try (Socket socket = factory.createSocket("127.0.0.1", server.getLocalPort())) {
            assertThat(KeepAliveReport.inspect(socket).effective()).contains(POLICY);
        }
    }

    @Test
    void properties_nameBoth_andGoOnToTheFactory() {
        Properties properties = new Properties();
        properties.setProperty("keepaliveFactory", OfProperties.class.getName());
        properties.setProperty("keepalivePolicy", POLICY.toString());
        properties.setProperty("instance", "project:region:db");

        assertThat(new KeepAliveWrappingSocketFactory(properties))
                .hasToString("KeepAliveWrappingSocketFactory[" + POLICY + " over instance project:region:db]");
    }

    @Test
    void properties_factoryThatTakesNone_getsItsArgument() {
        Properties properties = new Properties();
        properties.setProperty("keepaliveFactory", TUNNEL);
        properties.setProperty("keepaliveFactoryArg", "bastion");

        assertThat(new KeepAliveWrappingSocketFactory(properties).toString()).endsWith("over tunnel bastion]");
    }

    @Test
    void systemProperties_nameBoth() {
        System.setProperty("keepalive.policy", POLICY.toString());
        System.setProperty("keepalive.factory", TUNNEL + "(bastion)");

        assertThat(KeepAliveWrappingSocketFactory.getDefault())
                .hasToString("KeepAliveWrappingSocketFactory[" + POLICY + " over tunnel bastion]");
    }

    @Test
    void factoryWithDefaultOnly_isItsDefault() {
        assertThat(new KeepAliveWrappingSocketFactory("idle=11s over javax.net.SocketFactory").toString())
                .contains("over javax.net.");
    }

    @Test
    void mistakes_areNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KeepAliveWrappingSocketFactory("idel=3s over " + TUNNEL))
                .withMessageContaining("argument of KeepAliveWrappingSocketFactory: keepalive policy 'idel=3s'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KeepAliveWrappingSocketFactory("idle=3s"))
                .withMessageContaining("'idle=3s' (expected: POLICY over CLASS");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KeepAliveWrappingSocketFactory("over com.example.Missing"))
                .withMessageContaining("com.example.Missing")
                .withMessageContaining("(expected: the name of a class that extends javax.net.SocketFactory)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KeepAliveWrappingSocketFactory("over java.lang.Object"))
                .withMessageContaining("java.lang.Object is none (expected:");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KeepAliveWrappingSocketFactory("over " + Broken.class.getName()))
                .withMessageContaining("no bastion");
        assertThatIllegalArgumentException()
                .isThrownBy(KeepAliveWrappingSocketFactory::new)
                .withMessageContaining("keepalive.factory: none (expected:");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KeepAliveWrappingSocketFactory(new Properties()))
                .withMessageContaining("keepaliveFactory");
    }

    /** A method that a later JDK adds, and that is left out here, would speak of a socket that is not connected. */
    @Test
    void wrappers_passOnEachPublicMethod() {
        for (Class<?> wrapper : List.of(WrappedSocket.class, WrappedSslSocket.class)) {
            Stream<Method> inherited = Stream.of(wrapper.getMethods())
                    .filter(method -> method.getDeclaringClass() != wrapper
                            && method.getDeclaringClass() != Object.class
                            && !Modifier.isStatic(method.getModifiers()));
            assertThat(inherited).as(wrapper.getSimpleName()).isEmpty();
        }
    }

    /** Another factory, as a tunnel's library has it. */
    public static class Tunnel extends SocketFactory {
        final List<Socket> made = new ArrayList<>();
        private final String name;

        /** For configurations. */
        public Tunnel() {
            this.name = "tunnel";
        }

        /** For configurations. */
        public Tunnel(String argument) {
            this.name = "tunnel " + argument;
        }

        @Override
        public Socket createSocket() {
            Socket socket = new Socket();
            made.add(socket);
            return socket;
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return new Socket(host, port);
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
            return new Socket(host, port, localHost, localPort);
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return new Socket(host, port);
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
                throws IOException {
            return new Socket(host, port, localHost, localPort);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** As Cloud SQL's: made from the driver's properties. */
    public static final class OfProperties extends Tunnel {
        private final Properties properties;

        /** For drivers. */
        public OfProperties(Properties properties) {
            this.properties = properties;
        }

        @Override
        public String toString() {
            return "instance " + properties.getProperty("instance");
        }
    }

    /** Can't be made. */
    public static final class Broken extends Tunnel {
        /** Fails. */
        public Broken() {
            throw new IllegalStateException("no bastion");
        }
    }

    /** Loses its options by connecting. */
    private static final class Reconnecting extends Socket {
        @Override
        public void connect(SocketAddress address, int timeout) throws IOException {
            super.connect(new InetSocketAddress(((InetSocketAddress) address).getPort()), timeout);
            super.setKeepAlive(false);
            super.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 7200);
        }
    }
}

package io.keepalive.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.keepalive.KeepAlive;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.ObjectName;
import javax.naming.Context;
import javax.naming.ldap.InitialLdapContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a program meets that knows a factory by its name only, and clients that look for more than a factory. */
@Timeout(60)
class FactoryEdgeTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final String NAME = "db.internal.invalid";

    @Test
    void log_eachKindOfFailure_isOneLine() throws Exception {
        List<String> lines = new ArrayList<>();
        FactoryLog log = new FactoryLog(lines::add);
        SocketKeeper keeper =
                SocketKeeper.of(KeepAlive.parse("idle=40000s,count=200")).onReport(log::report);
        for (int i = 0; i < 3; i++) {
            try (Socket socket = new Socket()) {
                keeper.keep(socket);
                keeper.keep(new OddSockets.Mock());
            }
        }
        assertThat(lines)
                .anyMatch(line -> line.startsWith("TCP_KEEPIDLE") && line.contains("REJECTED"))
                .anyMatch(line -> line.startsWith("TCP_KEEPIDLE") && line.contains("UNSUPPORTED"))
                .anyMatch(line -> line.startsWith("TCP_KEEPCNT") && line.contains("REJECTED"))
                .doesNotHaveDuplicates();
    }

    @Test
    void log_throwsAnError_connectionIsKept() throws Exception {
        FactoryLog log = new FactoryLog(line -> {
            throw new LinkageError("odd");
        });
        try (Socket socket = new Socket()) {
            SocketKeeper.of(KeepAlive.parse("idle=40000s"))
                    .onReport(log::report)
                    .keep(socket);

            assertThat(socket.getKeepAlive()).isTrue();
        }
    }

    @Test
    void log_closedSocket_isNoFailureOfTheSystem() throws Exception {
        List<String> lines = new ArrayList<>();
        Socket socket = new Socket();
        socket.close();

        SocketKeeper.of(KeepAlive.defaults())
                .onReport(new FactoryLog(lines::add)::report)
                .keep(socket);

        assertThat(lines).isEmpty();
    }

    @Test
    void bean_askedForByProperty_isRegistered() throws Exception {
        System.setProperty(StatisticsBean.PROPERTY, "true");
        try {
            assertThat(new KeepAliveSocketFactory()).isNotNull();

            assertThat(ManagementFactory.getPlatformMBeanServer().isRegistered(new ObjectName(StatisticsBean.NAME)))
                    .isTrue();
        } finally {
            System.clearProperty(StatisticsBean.PROPERTY);
        }
    }

    @Test
    void connect_nameThatOnlyTheProxyKnows_isLeftToTheProxy() throws Exception {
        ProxySelector before = ProxySelector.getDefault();
        try (TestProxy proxy = new TestProxy();
                ServerSocket server = new ServerSocket(0, 5, HERE)) {
            ProxySelector.setDefault(new ForOneName(before, proxy.of(Proxy.Type.SOCKS)));
            try (Socket socket = SocketKeeper.of(KeepAlive.defaults()).client().connect(NAME, server.getLocalPort());
                    Socket accepted = server.accept();
                    Socket ofFactory = new KeepAliveSocketFactory().createSocket(NAME, server.getLocalPort());
                    Socket alsoAccepted = server.accept()) {
                assertThat(accepted.isConnected() && alsoAccepted.isConnected()).isTrue();
                assertThat(KeepAliveReport.inspect(socket).effective()).isPresent();
                assertThat(ofFactory.getKeepAlive()).isTrue();
            }
        } finally {
            ProxySelector.setDefault(before);
        }
    }

    @Test
    void connect_nameWithoutAddress_isUnknown() {
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> SocketKeeper.of(KeepAlive.defaults()).client().connect("nobody.invalid", 1));
    }

    /** Others of this JVM go on as before. */
    private static final class ForOneName extends ProxySelector {
        private final @Nullable ProxySelector others;
        private final Proxy proxy;

        ForOneName(@Nullable ProxySelector others, Proxy proxy) {
            this.others = others;
            this.proxy = proxy;
        }

        @Override
        public List<Proxy> select(URI uri) {
            if (String.valueOf(uri).contains(NAME)) {
                return List.of(proxy);
            }
            return others == null ? List.of(Proxy.NO_PROXY) : others.select(uri);
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException e) {
            // The test fails by itself.
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {KeepAliveSocketFactory.class})
    @SuppressWarnings("JdkObsolete") // JNDI's
    void ldapPool_ofAFactory_isUsed(Class<?> factory) throws Exception {
        try (LdapServer server = new LdapServer()) {
            Hashtable<String, String> settings = new Hashtable<>();
            settings.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
            settings.put(Context.PROVIDER_URL, "ldap://127.0.0.1:" + server.listener.getLocalPort());
            settings.put(Context.SECURITY_AUTHENTICATION, "simple");
            settings.put(Context.SECURITY_PRINCIPAL, "cn=test");
            settings.put(Context.SECURITY_CREDENTIALS, "test");
            settings.put("com.sun.jndi.ldap.connect.pool", "true");
            settings.put("java.naming.ldap.factory.socket", factory.getName());
            for (int i = 0; i < 5; i++) {
                new InitialLdapContext(settings, null).close();
            }
            assertThat(server.connections).hasValue(1);
        }
    }

    @Test
    void compare_namesOfFactories_areEqualOnlyToThemselves() {
        KeepAliveSSLSocketFactory tls = new KeepAliveSSLSocketFactory();
        assertThat(tls.compare("a.Factory", "a.Factory")).isZero();
        assertThat(tls.compare("a.Factory", "b.Factory")).isNotZero();
        assertThat(tls.compare(null, "a.Factory")).isNotZero();
    }

    /** Says yes to each bind (RFC 4511), and knows nothing else. */
    private static final class LdapServer implements AutoCloseable {
        private static final int SEQUENCE = 0x30;
        private static final int BIND = 0x60;
        private static final byte[] SUCCESS = {0x61, 7, 0x0a, 1, 0, 4, 0, 4, 0};

        private final ServerSocket listener =
                new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        private final AtomicInteger connections = new AtomicInteger();

        LdapServer() throws IOException {
            start(this::accept);
        }

        private static void start(Runnable task) {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            thread.start();
        }

        private void accept() {
            try {
                while (true) {
                    Socket socket = listener.accept();
                    connections.incrementAndGet();
                    start(() -> serve(socket));
                }
            } catch (IOException e) {
                // The test has ended.
            }
        }

        private static void serve(Socket socket) {
            try (socket) {
                DataInputStream input = new DataInputStream(socket.getInputStream());
                OutputStream output = socket.getOutputStream();
                while (input.read() == SEQUENCE) {
                    byte[] message = input.readNBytes(input.read());
                    int idBytes = 2 + message[1];
                    if ((message[idBytes] & 0xff) == BIND) {
                        output.write(new byte[] {SEQUENCE, (byte) (idBytes + SUCCESS.length)});
                        output.write(message, 0, idBytes);
                        output.write(SUCCESS);
                    }
                }
            } catch (IOException e) {
                // The client has gone.
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}

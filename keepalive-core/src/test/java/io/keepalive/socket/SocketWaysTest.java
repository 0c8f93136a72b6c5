package io.keepalive.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveOption;
import io.keepalive.testing.MultipathSockets;
import io.keepalive.testing.NeedsServer;
import io.keepalive.testing.ServerProgram;
import io.keepalive.testing.Ss;
import io.keepalive.testing.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.security.Provider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.conscrypt.OpenSSLProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a report says of a socket, compared with what ss says of its connection. */
@NeedsServer(ServerProgram.SS)
@Timeout(60)
class SocketWaysTest {
    private static final KeepAlive POLICY = KeepAlive.parse("idle=120s,interval=30s,count=8");
    private static final KeepAlive WITH_TIMEOUT = KeepAlive.parse("idle=120s,interval=30s,count=8,user-timeout=345s");
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    /** Held, since a logger that nobody holds forgets its level. */
    private static final Logger BOUNCY_CASTLE_LOG = Logger.getLogger("org.bouncycastle");

    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<Socket> accepted = new CopyOnWriteArrayList<>();
    private TestProxy proxy;
    private ServerSocket server;

    /** What an application has in hand. */
    private record Subject(Object socket, Connect connect, boolean isUnsupported) {}

    private interface Connect {
        void to(InetSocketAddress address) throws Exception;
    }

    private static Subject subject(Socket socket) {
        return new Subject(socket, socket::connect, false);
    }

    private static Subject hidden(Socket socket) {
        return new Subject(socket, socket::connect, true);
    }

    /** Ways that exist before they are connected. */
    enum Way {
        PLAIN {
            @Override
            Subject make(TestProxy proxy) {
                return subject(new Socket());
            }
        },
        CHANNEL {
            @Override
            Subject make(TestProxy proxy) throws IOException {
                SocketChannel channel = SocketChannel.open();
                return new Subject(channel, channel::connect, false);
            }
        },
        ADAPTOR {
            @Override
            Subject make(TestProxy proxy) throws IOException {
                return subject(SocketChannel.open().socket());
            }
        },
        ASYNCHRONOUS {
            @Override
            Subject make(TestProxy proxy) throws IOException {
                AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
                return new Subject(channel, to -> channel.connect(to).get(), false);
            }
        },
        SOCKS {
            @Override
            Subject make(TestProxy proxy) {
                return subject(new Socket(proxy.of(Proxy.Type.SOCKS)));
            }
        },
        HTTP_TUNNEL {
            @Override
            Subject make(TestProxy proxy) {
                return subject(new Socket(proxy.of(Proxy.Type.HTTP)));
            }
        },
        JDK_TLS {
            @Override
            Subject make(TestProxy proxy) throws IOException {
                return subject(Tls.JDK.factory().createSocket());
            }
        },
        BOUNCY_CASTLE {
            @Override
            Subject make(TestProxy proxy) throws IOException {
                return subject(Tls.BOUNCY_CASTLE.factory().createSocket());
            }
        },
        CONSCRYPT {
            @Override
            Subject make(TestProxy proxy) throws IOException {
                return subject(Tls.CONSCRYPT.factory().createSocket());
            }
        },
        /** Of a program that was started by mptcpize, say. */
        MULTIPATH {
            @Override
            Subject make(TestProxy proxy) throws IOException {
                assumeTrue(MultipathSockets.areHere());
                SocketChannel channel = MultipathSockets.open();
                return new Subject(channel, channel::connect, false);
            }
        },
        SUBCLASSED {
            @Override
            Subject make(TestProxy proxy) {
                return subject(new OddSockets.Counting());
            }
        },
        WRAPPED {
            @Override
            Subject make(TestProxy proxy) {
                return subject(new OddSockets.Wrapping(new Socket()));
            }
        },
        WRAPPED_SOCKS {
            @Override
            Subject make(TestProxy proxy) {
                return subject(new OddSockets.Wrapping(new Socket(proxy.of(Proxy.Type.SOCKS))));
            }
        },
        HIDDEN {
            @Override
            Subject make(TestProxy proxy) {
                return hidden(new OddSockets.Hiding(new Socket()));
            }
        },
        FORWARDING_OF_WRAPPED {
            @Override
            Subject make(TestProxy proxy) {
                return subject(new OddSockets.Wrapping(new OddSockets.Wrapping(new Socket())));
            }
        };

        abstract Subject make(TestProxy proxy) throws IOException;
    }

    /** Providers that layer TLS on a connected socket. */
    @SuppressWarnings("ImmutableEnumChecker") // a factory is made once
    enum Tls {
        JDK(null),
        BOUNCY_CASTLE(new BouncyCastleJsseProvider(new org.bouncycastle.jce.provider.BouncyCastleProvider())),
        CONSCRYPT(new OpenSSLProvider());

        private final @Nullable Provider provider;
        private @Nullable SSLSocketFactory factory;

        Tls(@Nullable Provider provider) {
            this.provider = provider;
        }

        /** One for all tests: making BouncyCastle's takes seconds on a busy machine. */
        synchronized SSLSocketFactory factory() throws IOException {
            if (factory == null) {
                factory = newFactory();
            }
            return factory;
        }

        private SSLSocketFactory newFactory() throws IOException {
            BOUNCY_CASTLE_LOG.setLevel(Level.OFF); // it logs each handshake
            try {
                SSLContext context =
                        provider == null ? SSLContext.getInstance("TLS") : SSLContext.getInstance("TLS", provider);
                TrustManager[] trusted = {TestCertificate.ofThisJvm().trustManager()};
                context.init(null, trusted, null);
                return context.getSocketFactory();
            } catch (java.security.GeneralSecurityException e) {
                throw new IOException(e);
            }
        }
    }

    @BeforeEach
    void listen() throws IOException {
        proxy = new TestProxy();
        server = TestCertificate.ofThisJvm().context().getServerSocketFactory().createServerSocket(0, 50, HERE);
        open.add(proxy);
        open.add(server);
        Thread acceptor = new Thread(() -> {
            try {
                while (true) {
                    Socket socket = server.accept();
                    accepted.add(socket);
                    new Thread(() -> handshake((SSLSocket) socket)).start();
                }
            } catch (IOException e) {
                // The test has ended.
            }
        });
        acceptor.setDaemon(true);
        acceptor.start();
    }

    private static void handshake(SSLSocket socket) {
        try {
            socket.startHandshake();
        } catch (IOException e) {
            // Not every client speaks TLS.
        }
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) { // TLS says goodbye on the socket below
            open.get(i).close();
        }
        for (Socket socket : accepted) {
            socket.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void keep_beforeConnect_reportIsWhatSsSays(Way way) throws Exception {
        Subject subject = make(way);
        KeepAliveReport before = keep(POLICY, subject.socket());
        connect(subject);

        // The JDK makes another descriptor when an HTTP tunnel is there, and nothing shows that before.
        KeepAliveReport report = way == Way.HTTP_TUNNEL ? inspect(subject.socket()) : before;
        assertThat(before.entry(KeepAliveOption.TCP_KEEPIDLE).outcome() == Outcome.UNSUPPORTED)
                .isEqualTo(subject.isUnsupported());
        assertTrue(report, localPort(subject.socket()));
        if (!subject.isUnsupported()) {
            assertTrue(inspect(subject.socket()), localPort(subject.socket()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void keep_afterConnect_reportIsWhatSsSays(Way way) throws Exception {
        Subject subject = make(way);
        connect(subject);
        KeepAliveReport report = keep(WITH_TIMEOUT, subject.socket());

        assertThat(report.entry(KeepAliveOption.TCP_KEEPIDLE).outcome())
                .isEqualTo(subject.isUnsupported() ? Outcome.UNSUPPORTED : Outcome.APPLIED);
        assertTrue(report, localPort(subject.socket()));
        if (keep(WITH_TIMEOUT, plainSocket()).isComplete()) {
            // Multipath TCP has no user timeout.
            assertThat(report.isComplete())
                    .as(report.toString())
                    .isEqualTo(!subject.isUnsupported() && way != Way.MULTIPATH);
        }
    }

    @ParameterizedTest
    @EnumSource
    void keep_userTimeoutBeforeConnect_reachesNoOtherDescriptor(Way way) throws Exception {
        Socket other = plainSocket();
        Subject subject = make(way);
        keep(WITH_TIMEOUT, subject.socket());
        connect(subject);
        Socket fresh = plainSocket();
        keep(POLICY.toBuilder().userTimeout(java.time.Duration.ofSeconds(77)).build(), subject.socket());

        assertThat(userTimeout(other)).isZero();
        assertThat(userTimeout(fresh)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void keep_tlsLayeredOnEachWay_reportIsWhatSsSays(Tls tls) throws Exception {
        for (Way way : List.of(Way.PLAIN, Way.ADAPTOR, Way.SOCKS, Way.HTTP_TUNNEL, Way.SUBCLASSED, Way.WRAPPED)) {
            Socket below = (Socket) make(way).socket();
            below.connect(server.getLocalSocketAddress());
            SSLSocket layered = (SSLSocket) tls.factory().createSocket(below, "localhost", server.getLocalPort(), true);
            open.add(layered);
            layered.startHandshake();

            KeepAliveReport report = SocketKeeper.of(POLICY).keep(layered);

            assertTrue(report, below.getLocalPort());
            boolean unreachable = tls == Tls.JDK && way == Way.WRAPPED;
            assertThat(report.isComplete())
                    .as(tls + " over " + way + ": " + report)
                    .isEqualTo(!unreachable);
        }
    }

    @Test
    void keep_acceptedSocket_reportIsWhatSsSays() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 5, HERE);
                Socket client = new Socket(HERE, plain.getLocalPort());
                Socket socket = plain.accept()) {
            KeepAliveReport report = SocketKeeper.of(POLICY).keep(socket);

            assertThat(report.isComplete()).isTrue();
            assertThat(Ss.secondsToProbe(Ss.line(plain.getLocalPort(), client.getLocalPort())))
                    .isBetween(60.0, 120.0);
        }
    }

    @Test
    void keep_testDouble_isUnsupported() throws Exception {
        for (Socket socket : List.of(new OddSockets.TestDouble(), new OddSockets.Mock())) {
            KeepAliveReport report = SocketKeeper.of(POLICY).keep(socket);

            assertThat(report.entry(KeepAliveOption.TCP_KEEPIDLE).outcome())
                    .as(report.toString())
                    .isEqualTo(Outcome.UNSUPPORTED);
            assertThat(report.toString()).contains(socket.getClass().getName(), "before that is wrapped");
        }
    }

    private Subject make(Way way) throws IOException {
        Subject subject = way.make(proxy);
        open.add((AutoCloseable) subject.socket());
        return subject;
    }

    private void connect(Subject subject) throws Exception {
        subject.connect().to((InetSocketAddress) server.getLocalSocketAddress());
    }

    private Socket plainSocket() throws IOException {
        Socket socket = new Socket(HERE, server.getLocalPort());
        open.add(socket);
        return socket;
    }

    private static long userTimeout(Socket socket) {
        return KeepAliveReport.inspect(socket)
                .entry(KeepAliveOption.TCP_USER_TIMEOUT)
                .effective()
                .orElse(0);
    }

    private static KeepAliveReport keep(KeepAlive policy, Object socket) throws IOException {
        SocketKeeper keeper = SocketKeeper.of(policy);
        return socket instanceof Socket plain ? keeper.keep(plain) : keeper.keep((NetworkChannel) socket);
    }

    private static KeepAliveReport inspect(Object socket) {
        return socket instanceof Socket plain
                ? KeepAliveReport.inspect(plain)
                : KeepAliveReport.inspect((NetworkChannel) socket);
    }

    private static int localPort(Object socket) throws IOException {
        return socket instanceof Socket plain
                ? plain.getLocalPort()
                : ((InetSocketAddress) ((NetworkChannel) socket).getLocalAddress()).getPort();
    }

    /** The report claims what the kernel's timer shows, or nothing. */
    private static void assertTrue(KeepAliveReport report, int localPort) throws Exception {
        KeepAliveReport.Entry idle = report.entry(KeepAliveOption.TCP_KEEPIDLE);
        String line = Ss.line("sport = :" + localPort);
        if (idle.effective().isEmpty()) {
            assertThat(line).as(report.toString()).doesNotContain("keepalive");
            return;
        }
        double seconds = Ss.secondsToProbe(line);
        boolean on = report.entry(KeepAliveOption.SO_KEEPALIVE).effective().orElse(0) == 1;
        assertThat(seconds > 0).as("%s, ss: %s", report, line).isEqualTo(on);
        if (on) {
            assertThat(seconds)
                    .as("%s, ss: %s", report, line)
                    .isBetween(idle.effective().getAsLong() - 60.0, (double)
                            idle.effective().getAsLong());
        }
    }
}

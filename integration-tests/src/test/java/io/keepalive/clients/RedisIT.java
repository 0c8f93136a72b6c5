package io.keepalive.clients;

import static io.keepalive.clients.Evidence.POLICY;
import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.socket.KeepAliveReport;
import io.keepalive.socket.Precedence;
import io.keepalive.socket.SocketKeeper;
import io.keepalive.testing.NeedsServer;
import io.keepalive.testing.Redis;
import io.keepalive.testing.ServerProgram;
import io.keepalive.testing.Ss;
import io.keepalive.testing.TestCertificate;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Jedis against Redis. */
@NeedsServer(ServerProgram.REDIS)
class RedisIT {
    private static final Pattern CLIENT_PORT = Pattern.compile(" addr=\\S+:(\\d+) ");

    @TempDir
    static Path directory;

    @AutoClose
    static Redis redis;

    @BeforeAll
    static void start() throws Exception {
        redis = Redis.start(directory);
    }

    @Test
    void socketFactory_theConnectionIsKept() throws Exception {
        List<KeepAliveReport> reports = new CopyOnWriteArrayList<>();
        SocketFactory factory = SocketKeeper.of(POLICY)
                .precedence(Precedence.TIGHTEN)
                .onReport(reports::add)
                .socketFactory();

        try (Jedis jedis = new Jedis(sockets(factory))) {
            Evidence.assertKept("Jedis", clientPort(jedis), redis.port());
            assertThat(reports)
                    .singleElement()
                    .satisfies(report -> assertThat(report.effective()).contains(POLICY));
        }
    }

    /** Jedis opens the TCP socket, switches keepalive on without times, and has TLS layered on top by the factory. */
    @Test
    @SuppressWarnings("deprecation") // newer ways of Jedis take a context, and no factory
    void sslSocketFactory_theConnectionIsKept() throws Exception {
        List<KeepAliveReport> reports = new CopyOnWriteArrayList<>();
        SSLSocketFactory factory = SocketKeeper.of(POLICY)
                .precedence(Precedence.TIGHTEN)
                .onReport(reports::add)
                .sslSocketFactory(TestCertificate.ofThisJvm().context().getSocketFactory());

        try (Jedis jedis = new Jedis(
                new HostAndPort("127.0.0.1", redis.tlsPort()),
                DefaultJedisClientConfig.builder()
                        .ssl(true)
                        .sslSocketFactory(factory)
                        .build())) {
            Evidence.assertKept("Jedis, TLS", clientPort(jedis), redis.tlsPort());
            assertThat(reports)
                    .singleElement()
                    .satisfies(report -> assertThat(report.effective()).contains(POLICY));
        }
    }

    @Test
    @SuppressWarnings("deprecation") // as above
    void alone_hasTheSystemsTimes() throws Exception {
        try (Jedis plain = new Jedis("127.0.0.1", redis.port());
                Jedis tls = new Jedis(
                        new HostAndPort("127.0.0.1", redis.tlsPort()),
                        DefaultJedisClientConfig.builder()
                                .ssl(true)
                                .sslSocketFactory(
                                        TestCertificate.ofThisJvm().context().getSocketFactory())
                                .build())) {
            Evidence.assertSystemsTimes("Jedis alone", Ss.line(clientPort(plain), redis.port()));
            Evidence.assertSystemsTimes("Jedis alone, TLS", Ss.line(clientPort(tls), redis.tlsPort()));
        }
    }

    private static JedisSocketFactory sockets(SocketFactory factory) {
        return () -> {
            try {
                Socket socket = factory.createSocket("127.0.0.1", redis.port());
                socket.setSoTimeout(2000);
                return socket;
            } catch (IOException e) {
                throw new JedisConnectionException(e);
            }
        };
    }

    /** The server's word for which connection it is. */
    static int clientPort(Jedis jedis) {
        return clientPort(jedis.clientInfo());
    }

    /** A line of {@code CLIENT LIST}. */
    static int clientPort(String info) {
        Matcher matcher = CLIENT_PORT.matcher(info);
        assertThat(matcher.find()).as(info).isTrue();
        return Integer.parseInt(matcher.group(1));
    }
}

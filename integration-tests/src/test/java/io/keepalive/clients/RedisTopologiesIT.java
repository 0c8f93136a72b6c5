package io.keepalive.clients;

import static io.keepalive.clients.Evidence.POLICY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keepalive.socket.SocketKeeper;
import io.keepalive.testing.NeedsServer;
import io.keepalive.testing.Redis;
import io.keepalive.testing.ServerProgram;
import io.keepalive.testing.TestCertificate;
import io.keepalive.testing.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.providers.PooledConnectionProvider;

/** Jedis with its pool, a cluster and sentinels, against Redis. */
@NeedsServer(ServerProgram.REDIS)
class RedisTopologiesIT {
    private static final String HERE = "127.0.0.1";

    @TempDir
    Path directory;

    private int port;
    private int tlsPort;

    @Test
    void pool_overASocketFactory_isKept() throws Exception {
        try (Redis server = redis();
                RedisClient client = RedisClient.builder()
                        .connectionProvider(new PooledConnectionProvider(ConnectionFactory.builder()
                                .socketFactory(sockets(SocketKeeper.of(POLICY).socketFactory()))
                                .clientConfig(DefaultJedisClientConfig.builder().build())
                                .build()))
                        .build()) {
            assertThat(server.port()).isEqualTo(port);
            assertThat(client.set("key", "value")).isEqualTo("OK");

            assertAllKept("Jedis, pool", port);
        }
    }

    /** Its nodes are found by the client: there is no place for a socket factory but with TLS. */
    @Test
    void cluster_withTls_isKept() throws Exception {
        try (Redis server = redis(
                "--cluster-enabled",
                "yes",
                "--tls-cluster",
                "yes",
                "--cluster-config-file",
                "nodes.conf",
                "--cluster-announce-ip",
                HERE)) {
            assertThat(server.port()).isEqualTo(port);
            try (Jedis jedis = new Jedis(HERE, port)) {
                jedis.clusterAddSlots(IntStream.range(0, 16_384).toArray());
                await().until(() -> jedis.clusterInfo().contains("cluster_state:ok"));
            }
            try (RedisClusterClient client = RedisClusterClient.builder()
                    .nodes(Set.of(new HostAndPort(HERE, tlsPort)))
                    .clientConfig(tls())
                    .build()) {
                assertThat(client.set("key", "value")).isEqualTo("OK");

                assertAllKept("Jedis, cluster, TLS", tlsPort);
            }
        }
    }

    @Test
    void sentinel_withTls_isKept() throws Exception {
        int sentinelPort = TestServer.freePort();
        try (Redis server = redis()) {
            assertThat(server.port()).isEqualTo(port);
            Path configuration = Files.writeString(
                    directory.resolve("sentinel.conf"), """
                    port %d
                    bind 127.0.0.1
                    dir %s
                    sentinel monitor main 127.0.0.1 %d 1
                    sentinel down-after-milliseconds main 600000
                    """.formatted(sentinelPort, directory, tlsPort));
            try (TestServer sentinel = TestServer.start(
                            directory,
                            sentinelPort,
                            List.of(ServerProgram.REDIS.path().toString(), configuration.toString(), "--sentinel"));
                    RedisSentinelClient client = RedisSentinelClient.builder()
                            .masterName("main")
                            .sentinels(Set.of(new HostAndPort(HERE, sentinel.port())))
                            .sentinelClientConfig(
                                    DefaultJedisClientConfig.builder().build())
                            .clientConfig(tls())
                            .build()) {
                assertThat(client.set("key", "value")).isEqualTo("OK");

                assertAllKept("Jedis, sentinel, TLS", tlsPort);
            }
        }
    }

    @SuppressWarnings("deprecation") // newer ways of Jedis take a context, and no factory
    private static JedisClientConfig tls() {
        return DefaultJedisClientConfig.builder()
                .ssl(true)
                .sslSocketFactory(SocketKeeper.of(POLICY)
                        .sslSocketFactory(TestCertificate.ofThisJvm().context().getSocketFactory()))
                .build();
    }

    private JedisSocketFactory sockets(SocketFactory factory) {
        return () -> {
            try {
                Socket socket = factory.createSocket(HERE, port);
                socket.setSoTimeout(10_000);
                return socket;
            } catch (IOException e) {
                throw new JedisConnectionException(e);
            }
        };
    }

    private Redis redis(String... more) throws Exception {
        Redis redis = Redis.start(directory, more);
        port = redis.port();
        tlsPort = redis.tlsPort();
        return redis;
    }

    /** The server's word for which clients there are, at one of its ports. */
    private void assertAllKept(String client, int serverPort) throws Exception {
        List<Integer> ports;
        try (Jedis jedis = new Jedis(HERE, port)) {
            int own = RedisIT.clientPort(jedis);
            ports = jedis.clientList()
                    .lines()
                    .filter(line -> line.contains(" laddr=" + HERE + ":" + serverPort + " "))
                    .map(RedisIT::clientPort)
                    .filter(other -> other != own)
                    .toList();
        }
        assertThat(ports).isNotEmpty();
        for (int clientPort : ports) {
            Evidence.assertKept(client, clientPort, serverPort);
        }
    }
}

package io.keepalive.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keepalive.KeepAlive;
import io.keepalive.socket.KeepAliveReport;
import io.keepalive.testing.NeedsServer;
import io.keepalive.testing.Redis;
import io.keepalive.testing.ServerProgram;
import io.keepalive.testing.Ss;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lettuce, a client on Netty, given a policy through its own hooks, which wins over its defaults; against a real Redis. */
@NeedsServer(ServerProgram.REDIS)
class LettuceIT {
    /** No value in it is anybody's default. */
    private static final KeepAlive POLICY = KeepAlive.parse("idle=47s,interval=7s,count=4");

    @TempDir
    static Path directory;

    @AutoClose
    static Redis redis;

    private final List<KeepAliveReport> reports = new CopyOnWriteArrayList<>();
    private final ChannelKeeper keeper =
            ChannelKeeper.of(POLICY).strict().onReport((channel, report) -> reports.add(report));

    @BeforeAll
    static void start() throws Exception {
        redis = Redis.start(directory);
    }

    /** The two hooks of {@link NettyCustomizer}, as docs/netty.md has them. */
    private NettyCustomizer customizer(String hook) {
        return switch (hook) {
            case "channel" ->
                new NettyCustomizer() {
                    @Override
                    public void afterChannelInitialized(Channel channel) {
                        var unused = keeper.keep(channel);
                    }
                };
            case "bootstrap" ->
                new NettyCustomizer() {
                    @Override
                    public void afterBootstrapInitialized(Bootstrap bootstrap) {
                        keeper.keepInPlace(bootstrap);
                    }
                };
            default -> throw new IllegalArgumentException(hook);
        };
    }

    @ParameterizedTest
    @CsvSource({"channel, false", "channel, true", "bootstrap, false", "bootstrap, true"})
    void throughItsHooks_theConnectionIsKept_andTheOneAfterIt(String hook, boolean tls) throws Exception {
        ClientResources resources = DefaultClientResources.builder()
                .nettyCustomizer(customizer(hook))
                .build();
        RedisClient client = client(resources, tls);
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            assertThat(connection.sync().set("key", "value")).isEqualTo("OK");
            long id = connection.sync().clientId();
            assertKept(hook + (tls ? ", TLS" : ""), connection);
            assertThat(reports).hasSize(1);

            try (StatefulRedisConnection<String, String> other = client.connect()) {
                assertThat(other.sync().clientKill(KillArgs.Builder.id(id))).isEqualTo(1);
            }
            await().ignoreExceptions()
                    .until(() -> connection.isOpen() && connection.sync().clientId() != id);

            assertKept(hook + (tls ? ", TLS" : "") + ", reconnected", connection);
            assertThat(reports)
                    .allSatisfy(report -> assertThat(
                                    report.effective().orElseThrow().detectionTime())
                            .isEqualTo(POLICY.detectionTime()));
        } finally {
            shutDown(client, resources);
        }
    }

    /** Its own {@code KeepAliveOptions} have to be asked for. */
    @Test
    void alone_hasTheSystemsTimes() throws Exception {
        ClientResources resources = DefaultClientResources.create();
        RedisClient client = client(resources, false);
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            String line = line(connection);
            System.out.println("Lettuce alone: " + line);
            assertThat(Ss.secondsToProbe(line)).as(line).isGreaterThan(6000);
        } finally {
            shutDown(client, resources);
        }
    }

    private static RedisClient client(ClientResources resources, boolean tls) {
        RedisClient client = RedisClient.create(
                resources,
                RedisURI.builder()
                        .withHost("127.0.0.1")
                        .withPort(tls ? redis.tlsPort() : redis.port())
                        .withSsl(tls)
                        .build());
        client.setOptions(ClientOptions.builder()
                .sslOptions(SslOptions.builder()
                        .trustManager(directory.resolve("test.crt").toFile())
                        .build())
                .build());
        return client;
    }

    private static void assertKept(String how, StatefulRedisConnection<String, String> connection) throws Exception {
        String line = line(connection);
        System.out.println("Lettuce, " + how + ": " + line);
        assertThat(Ss.secondsToProbe(line)).as(line).isBetween(0.0, 47.0);
    }

    /** The server's word for which connection it is, and the kernel's for what it has. */
    private static String line(StatefulRedisConnection<String, String> connection) throws Exception {
        String info = connection.sync().clientInfo();
        return Ss.line(port(info, " addr="), port(info, " laddr="));
    }

    private static int port(String info, String key) {
        String address = info.substring(info.indexOf(key) + key.length()).split(" ", 2)[0];
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private static void shutDown(RedisClient client, ClientResources resources) throws InterruptedException {
        client.shutdown(0, 2, TimeUnit.SECONDS);
        resources.shutdown(0, 2, TimeUnit.SECONDS).sync();
    }
}

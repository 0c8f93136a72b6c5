package io.keepalive.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.socket.KeepAliveReport;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lettuce, a client on Netty, given a policy through its own hook, which wins over its defaults; against a real Redis. */
class LettuceIT {
    /** No value in it is anybody's default. */
    private static final KeepAlive POLICY = KeepAlive.parse("idle=47s,interval=7s,count=4");

    private static final Pattern CLIENT_PORT = Pattern.compile(" addr=\\S+:(\\d+) ");
    private static final Pattern PROBE_SECONDS = Pattern.compile("timer:\\(keepalive,(\\d+)sec,");

    @TempDir
    Path directory;

    @Test
    void throughItsNettyCustomizer_theConnectionIsKept() throws Exception {
        int port = freePort();
        List<KeepAliveReport> reports = new CopyOnWriteArrayList<>();
        ChannelKeeper keeper = ChannelKeeper.of(POLICY).strict().onReport((channel, report) -> reports.add(report));
        Process redis = startRedis(port);
        ClientResources resources = DefaultClientResources.builder()
                .nettyCustomizer(new NettyCustomizer() {
                    @Override
                    public void afterChannelInitialized(Channel channel) {
                        var unused = keeper.keep(channel);
                    }
                })
                .build();
        RedisClient client = RedisClient.create(resources, "redis://127.0.0.1:" + port);
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            assertThat(connection.sync().set("key", "value")).isEqualTo("OK");
            String info = connection.sync().clientList();
            Matcher clientPort = CLIENT_PORT.matcher(info);
            assertThat(clientPort.find()).as(info).isTrue();

            String line = ss(clientPort.group(1));
            System.out.println("Lettuce: " + line);
            Matcher probe = PROBE_SECONDS.matcher(line);
            assertThat(probe.find()).as(line).isTrue();
            assertThat(Integer.parseInt(probe.group(1))).isBetween(30, 47);
            assertThat(reports)
                    .singleElement()
                    .satisfies(report -> assertThat(
                                    report.effective().orElseThrow().detectionTime())
                            .isEqualTo(POLICY.detectionTime()));
        } finally {
            client.shutdown(0, 2, TimeUnit.SECONDS);
            resources.shutdown(0, 2, TimeUnit.SECONDS).sync();
            redis.destroy();
            assertThat(redis.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** The kernel's word for it, once nothing is unacknowledged: there is one timer at a time. */
    private static String ss(String localPort) throws Exception {
        String line;
        do {
            TimeUnit.MILLISECONDS.sleep(20);
            Process ss = new ProcessBuilder(
                            program("ss").toString(), "-tnoH", "state", "established", "sport = :" + localPort)
                    .start();
            line = new String(ss.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        } while (line.contains("timer:(on,"));
        return line.replaceAll("\\s+", " ");
    }

    private Process startRedis(int port) throws Exception {
        Path log = directory.resolve("redis.log");
        Process redis = new ProcessBuilder(
                        program("redis-server").toString(),
                        "--bind",
                        "127.0.0.1",
                        "--port",
                        String.valueOf(port),
                        "--save",
                        "",
                        "--dir",
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(redis::destroyForcibly));
        while (true) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return redis;
            } catch (IOException notYet) {
                assertThat(redis.isAlive()).as(Files.readString(log)).isTrue();
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    private static Path program(String name) {
        Optional<Path> found = Stream.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":", -1))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
        String reason = name + " missing here; scripts/install-test-servers installs what is needed";
        if (found.isEmpty() && "required".equals(System.getenv("KEEPALIVE_SERVERS"))) {
            throw new IllegalStateException("KEEPALIVE_SERVERS=required, but " + reason);
        }
        Assumptions.assumeTrue(found.isPresent(), reason);
        return found.orElseThrow();
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }
}

package io.keepalive.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.testing.NeedsServer;
import io.keepalive.testing.ServerProgram;
import io.keepalive.testing.Ss;
import io.keepalive.testing.TestServer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.DefaultNettyHook;
import org.redisson.client.NettyHook;
import org.redisson.config.Config;

/** Redisson, which hands out its bootstrap, each channel, and takes a group; against a real Redis. */
@NeedsServer(ServerProgram.REDIS)
class RedissonIT {
    private static final KeepAlive POLICY = KeepAlive.parse("idle=47s,interval=7s,count=4");

    @TempDir
    static Path directory;

    private static int port;

    @AutoClose
    static TestServer server;

    private final ChannelKeeper keeper = ChannelKeeper.of(POLICY).strict();
    private final Queue<Channel> channels = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void start() throws Exception {
        port = TestServer.freePort();
        server = TestServer.start(
                directory,
                port,
                List.of(
                        ServerProgram.REDIS.path().toString(),
                        "--bind",
                        "127.0.0.1",
                        "--port",
                        String.valueOf(port),
                        "--save",
                        "",
                        "--dir",
                        directory.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bootstrap", "channel"})
    void nettyHook_everyConnectionIsKept(String hook) throws Exception {
        Config config = config();
        config.setNettyHook(new NettyHook() {
            @Override
            public void afterBoostrapInitialization(Bootstrap bootstrap) {
                if (hook.equals("bootstrap")) {
                    keeper.keepInPlace(bootstrap);
                }
            }

            @Override
            public void afterChannelInitialization(Channel channel) {
                channels.add(channel);
                if (hook.equals("channel")) {
                    var unused = keeper.keep(channel);
                }
            }
        });

        use(
                config,
                "Redisson, " + hook,
                line -> assertThat(Ss.secondsToProbe(line)).as(line).isBetween(0.0, 47.0));
    }

    @Test
    void eventLoopGroup_everyConnectionIsKept() throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        Config config = config();
        config.setNettyHook(recording());
        config.setEventLoopGroup(keeper.keep(group));
        try {
            use(
                    config,
                    "Redisson, group",
                    line -> assertThat(Ss.secondsToProbe(line)).as(line).isBetween(0.0, 47.0));
        } finally {
            group.shutdownGracefully(0, 2, TimeUnit.SECONDS).sync();
        }
    }

    @Test
    void alone_hasNoTimerOrTheSystemsTimes() throws Exception {
        Config config = config();
        config.setNettyHook(recording());

        use(
                config,
                "Redisson alone",
                line -> assertThat(Ss.secondsToProbe(line)).as(line).matches(seconds -> seconds < 0 || seconds > 6000));
    }

    private NettyHook recording() {
        return new DefaultNettyHook() {
            @Override
            public void afterChannelInitialization(Channel channel) {
                channels.add(channel);
            }
        };
    }

    private static Config config() {
        Config config = new Config();
        config.useSingleServer()
                .setAddress("redis://127.0.0.1:" + port)
                .setConnectionMinimumIdleSize(2)
                .setConnectionPoolSize(2);
        return config;
    }

    private interface Check {
        void accept(String line);
    }

    /** Each connection that Redisson has opened and not closed. */
    private void use(Config config, String how, Check check) throws Exception {
        RedissonClient client = Redisson.create(config);
        try {
            client.getBucket("key").set("value");
            assertThat(channels).isNotEmpty();
            for (Channel channel : channels) {
                if (channel.isActive()) {
                    String line = Ss.line(port(channel.localAddress()), port(channel.remoteAddress()));
                    System.out.println(how + ": " + line);
                    check.accept(line);
                }
            }
        } finally {
            client.shutdown(0, 2, TimeUnit.SECONDS);
        }
    }

    private static int port(SocketAddress address) {
        return ((InetSocketAddress) address).getPort();
    }
}

package io.keepalive.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.connection.TransportSettings;
import io.keepalive.testing.Ss;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.mongodb.autoconfigure.MongoAutoConfiguration;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.boot.mongodb.autoconfigure.MongoReactiveAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** MongoDB's drivers, which connect when they are made, against a server that never answers. */
class KeepAliveMongoTest {
    @Test
    void reactive_connection_holdsThePolicy() throws Exception {
        try (Silent server = new Silent()) {
            runner(server, MongoReactiveAutoConfiguration.class).run(context -> {
                assertToProbe(server, 100, 120);
                assertThat(Starter.state(context, "mongodb").last())
                        .contains("TCP_KEEPIDLE 120s APPLIED", "TCP_KEEPCNT 8 APPLIED");
                assertThat(context.getBean(KeepAliveClients.class).unreached()).isEmpty();
                server.stop();
            });
        }
    }

    @Test
    void synchronous_withItsOwnSockets_isNamedWithTheRemedy() throws Exception {
        try (Silent server = new Silent()) {
            runner(server, MongoAutoConfiguration.class).run(context -> {
                assertThat(context.getBean(KeepAliveClients.class).unreached())
                        .extractingByKey("mongodb")
                        .asString()
                        .contains("transportSettings");
                server.stop();
            });
        }
    }

    /** The driver's options are those of the application, and its event loops, too. */
    @Test
    void synchronous_withTheApplicationsNettyTransport_isKept() throws Exception {
        try (Silent server = new Silent()) {
            runner(server, MongoAutoConfiguration.class)
                    .withUserConfiguration(OwnTransport.class)
                    .run(context -> {
                        assertToProbe(server, 100, 120);
                        assertThat(context.getBean(AtomicInteger.class)).hasPositiveValue();
                        assertThat(context.getBean(KeepAliveClients.class).unreached())
                                .isEmpty();
                        server.stop();
                    });
        }
    }

    private static void assertToProbe(Silent server, double least, double most) {
        await().until(server::hasClient);
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(Ss.secondsToProbe(Ss.timer(server.clientPort(), server.port())))
                        .isBetween(least, most));
    }

    private static ApplicationContextRunner runner(Silent server, Class<?> ofSpringBoot) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(Starter.configurations(ofSpringBoot)))
                .withPropertyValues(
                        "spring.mongodb.uri=mongodb://localhost:" + server.port() + "/db",
                        "keepalive.policy=outliving=4m");
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnTransport {
        @Bean
        AtomicInteger threads() {
            return new AtomicInteger();
        }

        @Bean(destroyMethod = "shutdownGracefully")
        EventLoopGroup loops(AtomicInteger threads) {
            return new MultiThreadIoEventLoopGroup(
                    1,
                    task -> {
                        threads.incrementAndGet();
                        return new Thread(task, "loop of the application");
                    },
                    NioIoHandler.newFactory());
        }

        @Bean
        MongoClientSettingsBuilderCustomizer own(EventLoopGroup loops) {
            return settings -> settings.transportSettings(TransportSettings.nettyBuilder()
                    .eventLoopGroup(loops)
                    .allocator(UnpooledByteBufAllocator.DEFAULT)
                    .build());
        }
    }
}

package io.keepalive.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keepalive.testing.Ss;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.boot.amqp.autoconfigure.ConnectionFactoryCustomizer;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** RabbitMQ's client against a server that never answers. */
class KeepAliveRabbitTest {
    @ParameterizedTest
    @ValueSource(classes = {Own.class, OwnNio.class, OwnNetty.class})
    void connection_holdsThePolicy_andTheApplicationsConfigurator(Class<?> own) throws Exception {
        try (Silent server = new Silent()) {
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(Starter.configurations(RabbitAutoConfiguration.class)))
                    .withUserConfiguration(own)
                    .withPropertyValues("keepalive.policy=outliving=4m", "spring.rabbitmq.port=" + server.port())
                    .run(context -> {
                        connect(context.getBean(ConnectionFactory.class));
                        await().until(server::hasClient);

                        await().ignoreExceptions()
                                .untilAsserted(() -> assertThat(
                                                Ss.secondsToProbe(Ss.timer(server.clientPort(), server.port())))
                                        .isBetween(100.0, 120.0));
                        assertThat(Starter.state(context, "rabbit").last())
                                .contains("TCP_KEEPIDLE 120s APPLIED", "TCP_KEEPCNT 8 APPLIED");
                        assertThat(context.getBean(AtomicInteger.class)).hasValue(1);
                        server.stop();
                    });
        }
    }

    static void connect(ConnectionFactory factory) {
        Thread thread = new Thread(
                () -> {
                    try {
                        factory.createConnection().close();
                    } catch (AmqpException e) {
                        // The server goes away without an answer.
                    }
                },
                "rabbit");
        thread.setDaemon(true);
        thread.start();
    }

    @Configuration(proxyBeanMethods = false)
    static class Own {
        @Bean
        AtomicInteger calls() {
            return new AtomicInteger();
        }

        @Bean
        ConnectionFactoryCustomizer own(AtomicInteger calls) {
            return factory -> factory.setSocketConfigurator(socket -> calls.incrementAndGet());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnNio {
        @Bean
        AtomicInteger calls() {
            return new AtomicInteger();
        }

        @Bean
        @SuppressWarnings("deprecation") // NIO still works, until the driver drops it
        ConnectionFactoryCustomizer own(AtomicInteger calls) {
            return factory -> {
                factory.useNio();
                factory.getNioParams().setSocketChannelConfigurator(channel -> calls.incrementAndGet());
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnNetty {
        @Bean
        AtomicInteger calls() {
            return new AtomicInteger();
        }

        @Bean
        ConnectionFactoryCustomizer own(AtomicInteger calls) {
            return factory -> factory.netty().channelCustomizer(channel -> calls.incrementAndGet());
        }
    }
}

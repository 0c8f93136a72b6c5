package io.keepalive.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keepalive.testing.Ss;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.JedisClientConfigurationBuilderCustomizer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.providers.PooledConnectionProvider;

/** Jedis against a server that never answers; {@code SampleIT} and the sample have a real one. */
class KeepAliveJedisTest {
    @Test
    void connection_holdsThePolicy_andTheApplicationsSettings() throws Exception {
        try (Silent server = new Silent()) {
            runner(server).withUserConfiguration(Own.class).run(context -> {
                connect(context);
                await().until(server::hasClient);

                await().ignoreExceptions()
                        .untilAsserted(() -> assertThat(toProbe(server)).isBetween(100.0, 120.0));
                assertThat(Starter.state(context, "jedis").last()).contains("TCP_KEEPIDLE 120s APPLIED");
                assertThat(context.getBean(AtomicInteger.class)).hasValue(1);
                JedisClientConfiguration configuration =
                        context.getBean(JedisConnectionFactory.class).getClientConfiguration();
                assertThat(configuration.getClientName()).contains("mine");
                assertThat(configuration.getPoolConfig())
                        .hasValueSatisfying(
                                pool -> assertThat(pool.getMaxTotal()).isEqualTo(3));
                assertThat(context.getBean(KeepAliveClients.class).unreached()).isEmpty();
                server.stop();
            });
        }
    }

    @Test
    void client_withAProviderOfTheApplication_isLeftAloneAndReported() {
        runner(1)
                .withUserConfiguration(OwnProvider.class)
                .run(context -> assertThat(Starter.state(context, "jedis").left())
                        .singleElement()
                        .asString()
                        .contains("connectionProvider"));
    }

    @Test
    void connectionFactory_ofTheApplication_isNamedWithTheRemedy() {
        runner(1)
                .withBean("own", JedisConnectionFactory.class, JedisConnectionFactory::new)
                .run(context -> assertThat(
                                context.getBean(KeepAliveClients.class).unreached())
                        .containsOnlyKeys("jedis"));
    }

    private static ApplicationContextRunner runner(Silent server) {
        return runner(server.port());
    }

    private static ApplicationContextRunner runner(int port) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(Starter.configurations(DataRedisAutoConfiguration.class)))
                .withPropertyValues(
                        "spring.data.redis.client-type=jedis",
                        "spring.data.redis.port=" + port,
                        "spring.data.redis.jedis.pool.max-active=3",
                        "spring.data.redis.client-name=mine",
                        "keepalive.policy=outliving=4m");
    }

    private static double toProbe(Silent server) throws Exception {
        return Ss.secondsToProbe(Ss.timer(server.clientPort(), server.port()));
    }

    static void connect(ApplicationContext context) {
        Thread thread = new Thread(
                () -> {
                    try (RedisConnection connection =
                            context.getBean(RedisConnectionFactory.class).getConnection()) {
                        connection.ping();
                    } catch (DataAccessException e) {
                        // The server goes away without an answer.
                    }
                },
                "jedis");
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
        JedisClientConfigurationBuilderCustomizer own(AtomicInteger calls) {
            return builder -> builder.customizeClient(client -> calls.incrementAndGet());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnProvider {
        @Bean
        JedisClientConfigurationBuilderCustomizer own() {
            return builder -> builder.customizeClient(
                    client -> client.connectionProvider(new PooledConnectionProvider(new HostAndPort("localhost", 1))));
        }
    }
}

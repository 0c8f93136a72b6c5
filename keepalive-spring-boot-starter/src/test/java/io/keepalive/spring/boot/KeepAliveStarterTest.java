package io.keepalive.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.micrometer.KeepAliveMetrics;
import io.keepalive.socket.Precedence;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.boot.elasticsearch.autoconfigure.ElasticsearchRestClientAutoConfiguration;
import org.springframework.boot.grpc.client.autoconfigure.GrpcClientAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

class KeepAliveStarterTest {
    private static final Class<?>[] OF_SPRING_BOOT = {
        DataSourceAutoConfiguration.class, DataRedisAutoConfiguration.class
    };

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(Starter.configurations(OF_SPRING_BOOT)))
            .withPropertyValues("spring.datasource.url=jdbc:postgresql://localhost:1/db");

    @Test
    void policy_notSet_isTheDefault() {
        runner.run(context -> assertThat(state(context, "lettuce").policy()).isEqualTo("idle=30s,interval=5s,count=6"));
    }

    @Test
    void policy_ofOneClient_winsOverThePolicyOfAll() {
        runner.withPropertyValues(
                        "keepalive.policy=outliving=azure-load-balancer",
                        "keepalive.clients.lettuce.policy=idle=7s,interval=2s,count=3",
                        "keepalive.clients.lettuce.precedence=enforce")
                .run(context -> {
                    assertThat(state(context, "lettuce").policy()).isEqualTo("idle=7s,interval=2s,count=3");
                    assertThat(state(context, "lettuce").precedence()).isEqualTo("ENFORCE");
                    assertThat(state(context, "datasource").policy()).isEqualTo("idle=120s,interval=30s,count=8");
                    assertThat(state(context, "datasource").precedence()).isEqualTo("TIGHTEN");
                });
    }

    @Test
    void client_disabled_isLeftAlone() {
        runner.withPropertyValues("keepalive.clients.datasource.enabled=false")
                .run(context -> assertThat(
                                context.getBean(KeepAliveClients.class).states())
                        .containsOnlyKeys("lettuce"));
    }

    @Test
    void policy_notParsable_failsTheStartAndNamesTheProperty() {
        runner.withPropertyValues("keepalive.policy=idle=2")
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("idle"));
        runner.withPropertyValues("keepalive.clients.lettuce.policy=often")
                .run(context ->
                        assertThat(context).getFailure().hasStackTraceContaining("keepalive.clients.lettuce.policy: "));
    }

    /** Probes don't help there, whatever the policy; requests of the clients do. */
    @Test
    void policy_forABoxThatCountsPayload_failsTheStartAndNamesTheClientsOwnProperties() {
        runner.withPropertyValues("keepalive.policy=outliving=haproxy")
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("payload"));
        runner.withPropertyValues("keepalive.policy=outliving=haproxy")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("in less than 30s: spring.datasource.hikari.keepalive-time"));
    }

    @Test
    void kafka_isNamedWithTheRemedy() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(Starter.configurations(KafkaAutoConfiguration.class)))
                .run(context -> assertThat(
                                context.getBean(KeepAliveClients.class).unreached())
                        .extractingByKey("kafka")
                        .asString()
                        .contains("net.ipv4.tcp_keepalive_time", "Java agent"));
    }

    @Test
    void clientName_unknown_failsTheStartAndNamesThoseThatExist() {
        runner.withPropertyValues("keepalive.clients.lettuces.policy=idle=7s")
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining("lettuces"));
    }

    /** No bean, no hook: the clients make the sockets that they make without the starter. */
    @Test
    void disabled_hasTheSameBeansAsWithoutTheStarter() {
        Class<?>[] ofSpringBoot = {
            SslAutoConfiguration.class,
            DataSourceAutoConfiguration.class,
            DataRedisAutoConfiguration.class,
            RabbitAutoConfiguration.class,
            HttpClientAutoConfiguration.class,
            ImperativeHttpClientAutoConfiguration.class,
            ReactiveHttpClientAutoConfiguration.class,
            ElasticsearchRestClientAutoConfiguration.class,
            GrpcClientAutoConfiguration.class,
            KafkaAutoConfiguration.class
        };
        ApplicationContextRunner without = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(ofSpringBoot))
                .withPropertyValues("spring.datasource.url=jdbc:postgresql://localhost:1/db");
        ApplicationContextRunner with = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(Starter.configurations(ofSpringBoot)))
                .withPropertyValues(
                        "spring.datasource.url=jdbc:postgresql://localhost:1/db", "keepalive.enabled=false");
        without.run(plain -> with.run(disabled -> assertThat(Arrays.stream(disabled.getBeanDefinitionNames())
                        .filter(name -> !name.startsWith("io.keepalive.")))
                .containsExactlyInAnyOrder(plain.getBeanDefinitionNames())));
    }

    @Test
    void lettuce_nothingConfigured_getsTheWholePolicy() {
        runner.withPropertyValues("keepalive.policy=outliving=4m").run(context -> {
            SocketOptions options = lettuce(context).getSocketOptions();
            assertThat(options.isKeepAlive()).isTrue();
            assertThat(options.getKeepAlive().getIdle()).isEqualTo(Duration.ofSeconds(120));
            assertThat(options.getKeepAlive().getInterval()).isEqualTo(Duration.ofSeconds(30));
            assertThat(options.getKeepAlive().getCount()).isEqualTo(8);
        });
    }

    @ParameterizedTest
    @CsvSource({"TIGHTEN, 20, 8", "RESPECT, 20, 17", "OBSERVE, 20, 17", "ENFORCE, 120, 8"})
    void lettuce_configuredByTheApplication_isMerged(Precedence precedence, long idle, int count) {
        runner.withUserConfiguration(OwnLettuce.class)
                .withPropertyValues("keepalive.policy=outliving=4m", "keepalive.precedence=" + precedence)
                .run(context -> {
                    SocketOptions options = lettuce(context).getSocketOptions();
                    assertThat(options.getKeepAlive().getIdle()).isEqualTo(Duration.ofSeconds(idle));
                    assertThat(options.getKeepAlive().getCount()).isEqualTo(count);
                    assertThat(options.getConnectTimeout()).isEqualTo(Duration.ofSeconds(3));
                    assertThat(options.isTcpNoDelay()).isFalse();
                    assertThat(lettuce(context).getRequestQueueSize()).isEqualTo(77);
                });
    }

    @Test
    void lettuce_userTimeoutInThePolicy_isSet() {
        runner.withPropertyValues("keepalive.policy=idle=120s,interval=30s,count=8,user-timeout=90s")
                .run(context -> assertThat(lettuce(context)
                                .getSocketOptions()
                                .getTcpUserTimeout()
                                .getTcpUserTimeout())
                        .isEqualTo(Duration.ofSeconds(90)));
    }

    @Test
    void monitoring_hasMetersEndpointAndHealth() {
        runner.withBean(SimpleMeterRegistry.class)
                .withPropertyValues(
                        "management.endpoints.web.exposure.include=keepalive",
                        "management.endpoints.jmx.exposure.include=keepalive")
                .run(context -> {
                    assertThat(context).hasSingleBean(KeepAliveMetrics.class);
                    KeepAliveEndpoint.State state =
                            context.getBean(KeepAliveEndpoint.class).state();
                    assertThat(state.clients()).containsKeys("datasource", "lettuce");
                    assertThat(state.losses()).containsKey("HEARTBEAT_TIMEOUT");
                    Health health =
                            Objects.requireNonNull(context.getBean("keepAliveHealthIndicator", HealthIndicator.class)
                                    .health());
                    assertThat(health.getStatus()).isEqualTo(Status.UP);
                    assertThat(health.getDetails()).containsKeys("datasource", "lettuce");
                });
    }

    private static ClientState state(ApplicationContext context, String client) {
        return Starter.state(context, client);
    }

    private static ClientOptions lettuce(ApplicationContext context) {
        return context.getBean(LettuceConnectionFactory.class)
                .getClientConfiguration()
                .getClientOptions()
                .orElseThrow();
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnLettuce {
        @Bean
        LettuceClientOptionsBuilderCustomizer own() {
            return options -> options.requestQueueSize(77)
                    .socketOptions(SocketOptions.builder()
                            .connectTimeout(Duration.ofSeconds(3))
                            .tcpNoDelay(false)
                            .keepAlive(KeepAliveOptions.builder()
                                    .enable()
                                    .idle(Duration.ofSeconds(20))
                                    .interval(Duration.ofSeconds(4))
                                    .count(17)
                                    .build())
                            .build());
        }
    }
}

package io.keepalive.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import java.net.Socket;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.elasticsearch.autoconfigure.ElasticsearchRestClientAutoConfiguration;
import org.springframework.boot.grpc.client.autoconfigure.GrpcClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.mongodb.autoconfigure.MongoReactiveAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

/**
 * With {@code keepalive.enabled=false} the kernel holds for each kind of connection, option by option, what it holds where
 * the starter is not there.
 */
@EnabledOnOs(OS.LINUX)
class DisabledSocketsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Makes the client connect. */
    private interface Use {
        void connect(ApplicationContext context, Silent server) throws Exception;
    }

    /**
     * One kind of client.
     *
     * @param settle for how long its options have to be the same: where the server speaks first, nothing shows when the
     *     client has set them
     */
    private record Client(String name, List<Class<?>> ofSpringBoot, List<String> properties, Duration settle, Use use) {
        ApplicationContextRunner runner(Class<?>[] configurations, Silent server) {
            return new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(configurations))
                    .withPropertyValues(properties.stream()
                            .map(property -> property.formatted(server.port()))
                            .toArray(String[]::new));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Client> clients() {
        return Stream.of(
                pool("pgjdbc", "jdbc:postgresql://localhost:%d/db", Duration.ZERO),
                pool("MariaDB", "jdbc:mariadb://localhost:%d/db", Duration.ofMillis(200)),
                pool("MySQL", "jdbc:mysql://localhost:%d/db", Duration.ofMillis(200)),
                redis("lettuce"),
                redis("jedis"),
                client(
                        "RabbitMQ",
                        RabbitAutoConfiguration.class,
                        "spring.rabbitmq.port=%d",
                        (context, server) -> KeepAliveRabbitTest.connect(context.getBean(ConnectionFactory.class))),
                client(
                        "MongoDB, reactive",
                        MongoReactiveAutoConfiguration.class,
                        "spring.mongodb.uri=mongodb://localhost:%d/db",
                        (context, server) -> {}),
                client(
                        "Elasticsearch",
                        ElasticsearchRestClientAutoConfiguration.class,
                        "spring.elasticsearch.uris=http://localhost:%d",
                        (context, server) -> KeepAliveElasticsearchTest.request(context)),
                http("RestClient", "imperative.factory", "http-components", KeepAliveHttpClientsTest::request),
                http("RestClient", "imperative.factory", "jetty", KeepAliveHttpClientsTest::request),
                http("RestClient", "imperative.factory", "reactor", KeepAliveHttpClientsTest::request),
                http("WebClient", "reactive.connector", "http-components", KeepAliveHttpClientsTest::get),
                http("WebClient", "reactive.connector", "jetty", KeepAliveHttpClientsTest::get),
                http("WebClient", "reactive.connector", "reactor", KeepAliveHttpClientsTest::get),
                new Client(
                        "gRPC",
                        List.of(SslAutoConfiguration.class, GrpcClientAutoConfiguration.class),
                        List.of(),
                        Duration.ZERO,
                        KeepAliveGrpcTest::connect));
    }

    private static Client client(String name, Class<?> ofSpringBoot, String property, Use use) {
        return new Client(name, List.of(ofSpringBoot), List.of(property), Duration.ZERO, use);
    }

    private static Client pool(String driver, String url, Duration settle) {
        return new Client(
                driver,
                List.of(DataSourceAutoConfiguration.class),
                List.of(
                        "spring.datasource.url=" + url,
                        "spring.datasource.username=test",
                        "spring.datasource.hikari.initialization-fail-timeout=-1",
                        "spring.datasource.hikari.maximum-pool-size=1",
                        "spring.datasource.hikari.connection-timeout=250"),
                settle,
                (context, server) -> {
                    try {
                        context.getBean(HikariDataSource.class).getConnection().close();
                    } catch (SQLException e) {
                        // The pool goes on trying; the server never answers.
                    }
                });
    }

    private static Client redis(String client) {
        return new Client(
                client,
                List.of(DataRedisAutoConfiguration.class),
                List.of("spring.data.redis.port=%d", "spring.data.redis.client-type=" + client),
                Duration.ZERO,
                (context, server) -> KeepAliveJedisTest.connect(context));
    }

    private static Client http(String client, String property, String library, Use use) {
        return new Client(
                client + ", " + library,
                List.of(
                        HttpClientAutoConfiguration.class,
                        ImperativeHttpClientAutoConfiguration.class,
                        ReactiveHttpClientAutoConfiguration.class),
                List.of("spring.http.clients." + property + "=" + library, Starter.QUICK_END),
                Duration.ZERO,
                use);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void client_disabled_itsSocketIsAsWithoutTheStarter(Client client) throws Exception {
        Class<?>[] ofSpringBoot = client.ofSpringBoot().toArray(Class<?>[]::new);
        try (Silent first = new Silent();
                Silent second = new Silent()) {
            client.runner(ofSpringBoot, first)
                    .run(plain -> client.runner(Starter.configurations(ofSpringBoot), second)
                            .withPropertyValues("keepalive.enabled=false", "keepalive.policy=outliving=4m")
                            .run(disabled -> {
                                client.use().connect(plain, first);
                                client.use().connect(disabled, second);
                                assertSameOptions(client.settle(), first, second);
                                first.stop();
                                second.stop();
                            }));
        }
    }

    private static void assertSameOptions(Duration settle, Silent first, Silent second) {
        if (settle.isZero()) {
            await().atMost(LIMIT).until(() -> first.hasGreeting() && second.hasGreeting());
        }
        await().atMost(LIMIT)
                .ignoreExceptions()
                .during(settle)
                .untilAsserted(() -> assertThat(HeldOptions.of(second.clientPort(), second.port()))
                        .isEqualTo(HeldOptions.of(first.clientPort(), first.port())));
    }

    @ParameterizedTest
    @EnumSource
    void server_disabled_itsConnectionsAreAsWithoutTheStarter(EmbeddedServer server) {
        server.run(plain -> server.runWithStarter("keepalive.enabled=false", disabled -> {
            int port = server.port(plain);
            int disabledPort = server.port(disabled);
            try (Socket first = server.connect(port);
                    Socket second = server.connect(disabledPort)) {
                assertThat(HeldOptions.of(disabledPort, second.getLocalPort()))
                        .isEqualTo(HeldOptions.of(port, first.getLocalPort()));
            }
        }));
    }
}

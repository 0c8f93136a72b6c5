package io.keepalive.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keepalive.testing.Ss;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.eclipse.jetty.io.ClientConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.JettyClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.autoconfigure.ClientHttpRequestFactoryBuilderCustomizer;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ClientHttpConnectorBuilderCustomizer;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.HttpComponentsClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.ReactorClientHttpConnectorBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.web.reactive.function.client.WebClient;

/** Real connections of HTTP clients, seen by the kernel; the server never answers. */
class KeepAliveHttpClientsTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(Starter.configurations(
                    HttpClientAutoConfiguration.class,
                    ImperativeHttpClientAutoConfiguration.class,
                    ReactiveHttpClientAutoConfiguration.class)))
            .withPropertyValues("keepalive.policy=outliving=4m", Starter.QUICK_END);

    @ParameterizedTest
    @CsvSource({"http-components, 120", "reactor, 120", "jetty, 120"})
    void requestFactory_connection_holdsThePolicy(String factory, double seconds) throws Exception {
        try (Silent server = new Silent()) {
            runner.withPropertyValues("spring.http.clients.imperative.factory=" + factory)
                    .run(context -> {
                        request(context, server);
                        assertThat(toProbe(server)).isBetween(seconds * 0.8, seconds);
                    });
        }
    }

    @ParameterizedTest
    @CsvSource({"jetty, jetty-client", "http-components, http-components"})
    void webClient_connection_holdsThePolicy(String connector, String client) throws Exception {
        try (Silent server = new Silent()) {
            runner.withPropertyValues("spring.http.clients.reactive.connector=" + connector)
                    .run(context -> {
                        get(context, server);
                        await().untilAsserted(() -> assertThat(toProbe(server)).isBetween(100.0, 120.0));
                        assertThat(Starter.state(context, client).last()).contains("TCP_KEEPIDLE 120s");
                    });
        }
    }

    @Test
    void webClient_onHttpComponents_theApplicationsListenerIsCalled_andItsStricterValueStays() throws Exception {
        try (Silent server = new Silent()) {
            runner.withUserConfiguration(OwnSessions.class)
                    .withPropertyValues("spring.http.clients.reactive.connector=http-components")
                    .run(context -> {
                        get(context, server);
                        await().until(() ->
                                context.getBean(OwnSessions.class).connected.get() == 1);
                        await().untilAsserted(() -> assertThat(toProbe(server)).isBetween(50.0, 60.0));
                        assertRestOfThePolicy(server);
                    });
        }
    }

    @Test
    void jetty_theApplicationsListenerIsCalled() throws Exception {
        try (Silent server = new Silent()) {
            runner.withUserConfiguration(OwnJetty.class)
                    .withPropertyValues("spring.http.clients.imperative.factory=jetty")
                    .run(context -> {
                        request(context, server);
                        assertThat(context.getBean(OwnJetty.class).connecting).hasValue(1);
                        assertThat(Starter.state(context, "jetty-client").sockets())
                                .isEqualTo(1);
                    });
        }
    }

    @Test
    void requestFactory_ofTheJdk_isNamedWithTheRemedy() {
        runner.withPropertyValues("spring.http.clients.imperative.factory=jdk")
                .run(context -> assertThat(
                                context.getBean(KeepAliveClients.class).unreached())
                        .extractingByKey("jdk-http-client")
                        .asString()
                        .contains("httpclient5"));
    }

    @Test
    void httpComponents_configuredByTheApplication_stricterValueStays() throws Exception {
        try (Silent server = new Silent()) {
            runner.withUserConfiguration(OwnHttpComponents.class)
                    .withPropertyValues("spring.http.clients.imperative.factory=http-components")
                    .run(context -> {
                        request(context, server);
                        assertThat(toProbe(server)).isBetween(50.0, 60.0);
                        assertRestOfThePolicy(server);
                    });
        }
    }

    @Test
    void webClient_connection_holdsThePolicy_andTheApplicationsCustomizer() throws Exception {
        try (Silent server = new Silent()) {
            runner.withUserConfiguration(OwnReactor.class).run(context -> {
                get(context, server);

                assertThat(toProbe(server)).isBetween(100.0, 120.0);
                assertThat(Starter.state(context, "reactor-client").last())
                        .contains("TCP_KEEPIDLE 120s APPLIED", "TCP_KEEPINTVL 30s APPLIED", "TCP_KEEPCNT 8 APPLIED");
                assertThat(context.getBean(OwnReactor.class).channels).hasValue(1);
                assertThat(HeldOptions.of(server.clientPort(), server.port())).containsEntry("TCP_NODELAY", "0");
            });
        }
    }

    static void get(ApplicationContext context, Silent server) {
        WebClient client = WebClient.builder()
                .clientConnector(
                        context.getBean(ClientHttpConnectorBuilder.class).build())
                .build();
        client.get()
                .uri("http://localhost:" + server.port() + "/")
                .retrieve()
                .toBodilessEntity()
                .onErrorComplete()
                .subscribe();
        await().until(server::hasClient);
    }

    static void request(ApplicationContext context, Silent server) {
        ClientHttpRequestFactory factory =
                context.getBean(ClientHttpRequestFactoryBuilder.class).build();
        Thread thread = new Thread(
                () -> {
                    try {
                        factory.createRequest(URI.create("http://localhost:" + server.port() + "/"), HttpMethod.GET)
                                .execute()
                                .close();
                    } catch (IOException e) {
                        // The server goes away without an answer.
                    }
                },
                "request");
        thread.setDaemon(true);
        thread.start();
        await().until(server::hasClient);
    }

    /** What the application did not set. */
    private static void assertRestOfThePolicy(Silent server) throws Exception {
        assertThat(HeldOptions.of(server.clientPort(), server.port()))
                .containsEntry("TCP_KEEPINTVL", "30")
                .containsEntry("TCP_KEEPCNT", "8");
    }

    private static double toProbe(Silent server) throws Exception {
        return Ss.secondsToProbe(Ss.timer(server.clientPort(), server.port()));
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnHttpComponents {
        @Bean
        ClientHttpRequestFactoryBuilderCustomizer<HttpComponentsClientHttpRequestFactoryBuilder> own() {
            return builder -> builder.withSocketConfigCustomizer(
                    config -> config.setSoKeepAlive(true).setTcpKeepIdle(60));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnReactor {
        final AtomicInteger channels = new AtomicInteger();

        @Bean
        ClientHttpConnectorBuilderCustomizer<ReactorClientHttpConnectorBuilder> own() {
            return builder -> builder.withHttpClientCustomizer(client -> client.option(ChannelOption.TCP_NODELAY, false)
                    .doOnChannelInit((observer, channel, remote) -> channels.incrementAndGet()));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnJetty {
        final AtomicInteger connecting = new AtomicInteger();

        @Bean
        ClientHttpRequestFactoryBuilderCustomizer<JettyClientHttpRequestFactoryBuilder> own() {
            return builder -> builder.withClientConnectorCustomizerCustomizer(
                    connector -> connector.addEventListener(new ClientConnector.ConnectListener() {
                        @Override
                        public void onConnectBegin(SocketChannel channel, SocketAddress address) {
                            connecting.incrementAndGet();
                        }
                    }));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnSessions {
        final AtomicInteger connected = new AtomicInteger();

        @Bean
        ClientHttpConnectorBuilderCustomizer<HttpComponentsClientHttpConnectorBuilder> own() {
            return builder -> builder.withHttpClientCustomizer(
                    client -> client.setIOSessionListener(new CountingSessions(connected))
                            .setIOReactorConfig(
                                    IOReactorConfig.custom().setTcpKeepIdle(60).build()));
        }
    }
}

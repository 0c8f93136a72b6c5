package io.keepalive.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.netty.NettyServerBuilder;
import io.keepalive.testing.Ss;
import io.netty.channel.ChannelOption;
import java.net.Socket;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.server.ServerBuilderCustomizer;

/** Real connections to embedded servers, seen by the kernel. */
class KeepAliveServersTest {
    private static final String POLICY = "keepalive.policy=outliving=4m";

    @ParameterizedTest
    @EnumSource
    void acceptedConnection_holdsThePolicy(EmbeddedServer server) {
        server.runWithStarter(POLICY, context -> {
            int port = server.port(context);
            try (Socket client = server.connect(port)) {
                assertThat(Ss.secondsToProbe(Ss.timer(port, client.getLocalPort())))
                        .isBetween(100.0, 120.0);
                ClientState state = Starter.state(context, server.toString());
                assertThat(state.kept()).hasSize(1);
                if (server != EmbeddedServer.GRPC_SERVER) { // its options are not read back
                    await().until(() ->
                            Starter.state(context, server.toString()).sockets() == 1);
                    assertThat(Starter.state(context, server.toString()).last())
                            .contains(
                                    "TCP_KEEPIDLE 120s APPLIED", "TCP_KEEPINTVL 30s APPLIED", "TCP_KEEPCNT 8 APPLIED");
                }
                assertThat(state.longestSilence()).isEmpty();
            }
        });
    }

    @Test
    void tomcat_protocolOfTheApplication_isLeftAloneAndReported() {
        EmbeddedServer.TOMCAT.runWithStarter(
                POLICY,
                context -> {
                    try (Socket client = EmbeddedServer.TOMCAT.connect(EmbeddedServer.TOMCAT.port(context))) {
                        assertThat(client.isConnected()).isTrue();
                        ClientState state = Starter.state(context, "tomcat");
                        assertThat(state.kept()).isEmpty();
                        assertThat(state.left()).singleElement().asString().contains("Http11Nio2Protocol");
                    }
                },
                OwnProtocol.class);
    }

    @Test
    void tomcat_connectorOfTheApplication_keepsItsSettings() {
        EmbeddedServer.TOMCAT.runWithStarter(
                POLICY,
                context -> {
                    TomcatWebServer tomcat = (TomcatWebServer)
                            Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer());
                    assertThat(tomcat.getTomcat().getConnector().getProperty("maxConnections"))
                            .isEqualTo(77);
                    assertThat(Starter.state(context, "tomcat").kept()).hasSize(1);
                },
                OwnConnector.class);
    }

    @Test
    void jetty_listenerOfTheApplication_isCalled() {
        EmbeddedServer.JETTY.runWithStarter(
                POLICY,
                context -> {
                    try (Socket client = EmbeddedServer.JETTY.connect(EmbeddedServer.JETTY.port(context))) {
                        assertThat(client.isConnected()).isTrue();
                        assertThat(context.getBean(AtomicInteger.class)).hasValue(1);
                        assertThat(Starter.state(context, "jetty").sockets()).isEqualTo(1);
                    }
                },
                OwnListener.class);
    }

    @Test
    void reactorNetty_optionsAndHandlersOfTheApplication_stay() {
        EmbeddedServer server = EmbeddedServer.REACTOR_SERVER;
        server.runWithStarter(
                POLICY,
                context -> {
                    int port = server.port(context);
                    try (Socket client = server.connect(port)) {
                        assertThat(context.getBean(AtomicInteger.class)).hasValue(1);
                        assertThat(HeldOptions.of(port, client.getLocalPort()))
                                .containsEntry("TCP_NODELAY", "0")
                                .containsEntry("TCP_KEEPIDLE", "120");
                    }
                },
                OwnReactor.class);
    }

    @Test
    void grpc_optionOfTheApplication_wins() {
        EmbeddedServer server = EmbeddedServer.GRPC_SERVER;
        server.runWithStarter(
                POLICY,
                context -> {
                    int port = server.port(context);
                    try (Socket client = server.connect(port)) {
                        assertThat(Ss.timer(port, client.getLocalPort())).isEqualTo("no timer");
                    }
                },
                OwnGrpc.class);
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnProtocol {
        @Bean
        WebServerFactoryCustomizer<TomcatWebServerFactory> own() {
            return factory -> factory.setProtocol("org.apache.coyote.http11.Http11Nio2Protocol");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnConnector {
        @Bean
        WebServerFactoryCustomizer<TomcatWebServerFactory> own() {
            return factory ->
                    factory.addConnectorCustomizers(connector -> connector.setProperty("maxConnections", "77"));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnListener {
        @Bean
        AtomicInteger opened() {
            return new AtomicInteger();
        }

        @Bean
        WebServerFactoryCustomizer<JettyServletWebServerFactory> own(AtomicInteger opened) {
            return factory -> factory.addServerCustomizers(
                    server -> server.getConnectors()[0].addEventListener(new Connection.Listener() {
                        @Override
                        public void onOpened(Connection connection) {
                            opened.incrementAndGet();
                        }

                        @Override
                        public void onClosed(Connection connection) {}
                    }));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnReactor {
        @Bean
        AtomicInteger channels() {
            return new AtomicInteger();
        }

        @Bean
        WebServerFactoryCustomizer<NettyReactiveWebServerFactory> own(AtomicInteger channels) {
            return factory ->
                    factory.addServerCustomizers(server -> server.childOption(ChannelOption.TCP_NODELAY, false)
                            .doOnChannelInit((observer, channel, remote) -> channels.incrementAndGet()));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnGrpc {
        @Bean
        ServerBuilderCustomizer<NettyServerBuilder> own() {
            return builder -> builder.withChildOption(ChannelOption.SO_KEEPALIVE, false);
        }
    }
}

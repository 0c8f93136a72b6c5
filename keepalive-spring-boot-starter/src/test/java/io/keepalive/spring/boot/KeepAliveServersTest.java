package io.keepalive.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keepalive.testing.Ss;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.server.reactive.context.AnnotationConfigReactiveWebServerApplicationContext;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.HttpHandler;

/** Real connections to embedded servers, seen by the kernel. */
class KeepAliveServersTest {
    private static final String POLICY = "keepalive.policy=outliving=4m";

    @Test
    void tomcat_acceptedConnection_holdsThePolicy() {
        servlet(TomcatServletWebServerAutoConfiguration.class)
                .run(context -> assertKept(context.getSourceApplicationContext(), "tomcat"));
    }

    @Test
    void jetty_acceptedConnection_holdsThePolicy() {
        servlet(JettyServletWebServerAutoConfiguration.class)
                .run(context -> assertKept(context.getSourceApplicationContext(), "jetty"));
    }

    @Test
    void reactorNetty_acceptedConnection_holdsThePolicy() {
        new ReactiveWebApplicationContextRunner(AnnotationConfigReactiveWebServerApplicationContext::new)
                .withConfiguration(
                        AutoConfigurations.of(Starter.configurations(NettyReactiveWebServerAutoConfiguration.class)))
                .withUserConfiguration(NotFound.class)
                .withPropertyValues("server.port=0", POLICY)
                .run(context -> assertKept(context.getSourceApplicationContext(), "reactor-server"));
    }

    @Test
    void tomcat_disabled_hasNoTimer() {
        servlet(TomcatServletWebServerAutoConfiguration.class)
                .withPropertyValues("keepalive.enabled=false")
                .run(context -> {
                    int port = port(context.getSourceApplicationContext());
                    try (Socket client = request(port)) {
                        assertThat(Ss.timer(port, client.getLocalPort())).isEqualTo("no timer");
                    }
                });
    }

    @Test
    void tomcat_protocolOfTheApplication_isLeftAloneAndReported() {
        servlet(TomcatServletWebServerAutoConfiguration.class)
                .withUserConfiguration(OwnProtocol.class)
                .run(context -> {
                    try (Socket client = request(port(context.getSourceApplicationContext()))) {
                        assertThat(client.isConnected()).isTrue();
                        ClientState state = Starter.state(context, "tomcat");
                        assertThat(state.kept()).isEmpty();
                        assertThat(state.left()).singleElement().asString().contains("Http11Nio2Protocol");
                    }
                });
    }

    private static WebApplicationContextRunner servlet(Class<?> server) {
        return new WebApplicationContextRunner(AnnotationConfigServletWebServerApplicationContext::new)
                .withConfiguration(AutoConfigurations.of(Starter.configurations(server)))
                .withPropertyValues("server.port=0", POLICY);
    }

    private static void assertKept(ApplicationContext context, String server) throws Exception {
        int port = port(context);
        try (Socket client = request(port)) {
            await().until(() -> Starter.state(context, server).sockets() == 1);
            assertThat(Starter.state(context, server).last())
                    .contains("TCP_KEEPIDLE 120s APPLIED", "TCP_KEEPINTVL 30s APPLIED", "TCP_KEEPCNT 8 APPLIED");
            assertThat(Ss.secondsToProbe(Ss.timer(port, client.getLocalPort()))).isBetween(100.0, 120.0);
        }
    }

    /** A connection that stays open after its first response. */
    private static Socket request(int port) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
        client.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(client.getInputStream().read()).isEqualTo('H');
        return client;
    }

    private static int port(ApplicationContext context) {
        return Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer())
                .getPort();
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnProtocol {
        @Bean
        WebServerFactoryCustomizer<TomcatWebServerFactory> own() {
            return factory -> factory.setProtocol("org.apache.coyote.http11.Http11Nio2Protocol");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class NotFound {
        @Bean
        HttpHandler handler() {
            return (request, response) -> {
                response.setStatusCode(HttpStatus.NOT_FOUND);
                return response.setComplete();
            };
        }
    }
}

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
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Real connections to the embedded Tomcat, seen by the kernel. */
class KeepAliveTomcatTest {
    private final WebApplicationContextRunner runner = new WebApplicationContextRunner(
                    AnnotationConfigServletWebServerApplicationContext::new)
            .withConfiguration(
                    AutoConfigurations.of(Starter.configurations(TomcatServletWebServerAutoConfiguration.class)))
            .withPropertyValues("server.port=0", "keepalive.policy=outliving=4m");

    @Test
    void acceptedConnection_holdsThePolicy() {
        runner.run(context -> {
            int port = port(context.getSourceApplicationContext());
            try (Socket client = request(port)) {
                await().until(() -> Starter.state(context, "tomcat").sockets() == 1);
                assertThat(Starter.state(context, "tomcat").last())
                        .contains("TCP_KEEPIDLE 120s APPLIED", "TCP_KEEPINTVL 30s", "TCP_KEEPCNT 8");
                assertThat(Ss.secondsToProbe(Ss.timer(port, client.getLocalPort())))
                        .isBetween(100.0, 120.0);
            }
        });
    }

    @Test
    void acceptedConnection_disabled_hasNoTimer() {
        runner.withPropertyValues("keepalive.enabled=false").run(context -> {
            int port = port(context.getSourceApplicationContext());
            try (Socket client = request(port)) {
                assertThat(Ss.timer(port, client.getLocalPort())).isEqualTo("no timer");
            }
        });
    }

    @Test
    void protocolOfTheApplication_isLeftAloneAndReported() {
        runner.withUserConfiguration(OwnProtocol.class).run(context -> {
            try (Socket client = request(port(context.getSourceApplicationContext()))) {
                assertThat(client.isConnected()).isTrue();
                ClientState state = Starter.state(context, "tomcat");
                assertThat(state.kept()).isEmpty();
                assertThat(state.left()).singleElement().asString().contains("Http11Nio2Protocol");
            }
        });
    }

    /** A connection that stays open after its first response. */
    private static Socket request(int port) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
        client.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(client.getInputStream().read()).isEqualTo('H');
        return client;
    }

    private static int port(org.springframework.context.ApplicationContext context) {
        return Objects.requireNonNull(((AnnotationConfigServletWebServerApplicationContext) context).getWebServer())
                .getPort();
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnProtocol {
        @Bean
        WebServerFactoryCustomizer<TomcatWebServerFactory> own() {
            return factory -> factory.setProtocol("org.apache.coyote.http11.Http11Nio2Protocol");
        }
    }
}

package io.keepalive.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.grpc.server.autoconfigure.GrpcServerAutoConfiguration;
import org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.server.reactive.context.AnnotationConfigReactiveWebServerApplicationContext;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.HttpHandler;

/** The servers that Spring Boot starts, each in an application that has nothing else. */
enum EmbeddedServer {
    TOMCAT(TomcatServletWebServerAutoConfiguration.class),
    JETTY(JettyServletWebServerAutoConfiguration.class),
    REACTOR_SERVER(NettyReactiveWebServerAutoConfiguration.class),
    GRPC_SERVER(SslAutoConfiguration.class, GrpcServerAutoConfiguration.class);

    /** A connection preface without settings: RFC 9113, 3.4. */
    private static final String HTTP_2 = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\0\0\0\4\0\0\0\0\0";

    private static final String HTTP_1 = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @SuppressWarnings("ImmutableEnumChecker") // never written
    private final Class<?>[] ofSpringBoot;

    EmbeddedServer(Class<?>... ofSpringBoot) {
        this.ofSpringBoot = ofSpringBoot;
    }

    /** What runs while the application does. */
    interface Check {
        void run(ApplicationContext context) throws Throwable;
    }

    /** Starts it without the starter. */
    void run(Check check) {
        run(runner(ofSpringBoot), check);
    }

    /** Starts it with the starter. */
    void runWithStarter(String property, Check check, Class<?>... own) {
        run(
                runner(Starter.configurations(ofSpringBoot))
                        .withPropertyValues(property)
                        .withUserConfiguration(own),
                check);
    }

    private AbstractApplicationContextRunner<?, ?, ?> runner(Class<?>[] configurations) {
        AbstractApplicationContextRunner<?, ?, ?> runner = switch (this) {
            case TOMCAT, JETTY ->
                new WebApplicationContextRunner(AnnotationConfigServletWebServerApplicationContext::new);
            case REACTOR_SERVER ->
                new ReactiveWebApplicationContextRunner(AnnotationConfigReactiveWebServerApplicationContext::new)
                        .withUserConfiguration(NotFound.class);
            case GRPC_SERVER -> new ApplicationContextRunner().withUserConfiguration(NoMethods.class);
        };
        return runner.withConfiguration(AutoConfigurations.of(configurations))
                .withPropertyValues("server.port=0", "spring.grpc.server.port=0", Starter.QUICK_END);
    }

    private static void run(AbstractApplicationContextRunner<?, ?, ?> runner, Check check) {
        runner.run(context -> check.run(context.getSourceApplicationContext()));
    }

    int port(ApplicationContext context) {
        return this == GRPC_SERVER
                ? context.getBean(GrpcServerLifecycle.class).getPort()
                : Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer())
                        .getPort();
    }

    /** A connection that stays open after its first answer. */
    Socket connect(int port) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
        String request = this == GRPC_SERVER ? HTTP_2 : HTTP_1;
        client.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(client.getInputStream().read()).isNotEqualTo(-1);
        return client;
    }

    @Override
    public String toString() {
        return KeptClient.valueOf(name()).toString();
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

    @Configuration(proxyBeanMethods = false)
    static class NoMethods {
        @Bean
        BindableService service() {
            return () -> ServerServiceDefinition.builder("empty").build();
        }
    }
}

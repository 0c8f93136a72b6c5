package io.keepalive.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keepalive.testing.NeedsServer;
import io.keepalive.testing.Postgres;
import io.keepalive.testing.ServerProgram;
import io.keepalive.testing.Ss;
import io.keepalive.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

/** An application that says nothing about keepalive but one property; real servers; the kernel as the witness. */
@NeedsServer(ServerProgram.POSTGRES)
@Execution(ExecutionMode.SAME_THREAD)
class SampleIT {
    @TempDir
    private static Path folder = Path.of("");

    private static TestServer postgres;
    private static TestServer redis;

    @BeforeAll
    static void startServers() throws Exception {
        postgres = Postgres.create(folder).start();
        int port = TestServer.freePort();
        redis = TestServer.start(
                folder,
                port,
                List.of(
                        ServerProgram.REDIS.path().toString(),
                        "--bind",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--save",
                        ""));
    }

    @AfterAll
    static void stopServers() {
        redis.close();
        postgres.close();
    }

    @Test
    void application_withOneProperty_isKeptAndShowsIt() throws Exception {
        try (ConfigurableApplicationContext application = start("--keepalive.policy=outliving=azure-load-balancer")) {
            use(application);

            assertThat(secondsToProbe("dport = :" + postgres.port())).isBetween(60.0, 120.0);
            assertThat(secondsToProbe("dport = :" + redis.port())).isBetween(60.0, 120.0);
            int port = port(application);
            HttpClient http = HttpClient.newHttpClient();
            String endpoint = get(http, port, "/actuator/keepalive");
            assertThat(secondsToProbe("sport = :" + port)).isBetween(60.0, 120.0);
            assertThat(endpoint)
                    .contains("\"datasource\"", "\"lettuce\"", "\"tomcat\"", "idle=120s,interval=30s,count=8")
                    .contains("TCP_KEEPIDLE 120s APPLIED")
                    .contains("\"unreached\"", "\"losses\"");
            assertThat(get(http, port, "/actuator/prometheus"))
                    .containsPattern("(?m)^keepalive_sockets_total\\{kind=\"Socket\",result=\"kept\"} [1-9]")
                    .containsPattern("(?m)^keepalive_sockets_total\\{kind=\"SocketChannel\",result=\"kept\"} [1-9]")
                    .contains("keepalive_options_total{outcome=\"applied\"}")
                    .contains("keepalive_losses_total{cause=\"heartbeat_timeout\"}")
                    .contains("keepalive_heartbeat_rtt_seconds_bucket")
                    .contains("keepalive_heartbeat_pongs_missed_total")
                    .contains("keepalive_heartbeat_local_pauses_seconds_count");
            assertThat(get(http, port, "/actuator/health/keepAlive")).contains("\"UP\"", "sockets read back");
        }
    }

    /** Idle, but for the probes: what the kernel tells from JDK 22 on, and before is said to be unknown. */
    @Test
    void application_idle_showsTheSilenceThatWasSurvived() throws Exception {
        try (ConfigurableApplicationContext application = start("--keepalive.policy=idle=1s,interval=1s,count=9")) {
            use(application);
            int port = port(application);
            HttpClient http = HttpClient.newHttpClient();
            String survived = Runtime.version().feature() < 22 ? "not known: " : "[1-9][0-9]*s\"";

            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() -> assertThat(get(http, port, "/actuator/keepalive"))
                            .containsPattern(
                                    "\"longestSilence\":\\{\"127.0.0.1:" + postgres.port() + "\":\"" + survived));
        }
    }

    /** pgjdbc's connection has no timer then, the accepted one neither; Lettuce's has its own default. */
    @Test
    void application_disabled_isAsWithoutTheStarter() throws Exception {
        try (ConfigurableApplicationContext application =
                start("--keepalive.policy=outliving=azure-load-balancer", "--keepalive.enabled=false")) {
            use(application);
            int port = port(application);
            HttpClient http = HttpClient.newHttpClient();
            String links = get(http, port, "/actuator");

            assertThat(links).contains("health").doesNotContain("keepalive");
            assertThat(secondsToProbe("dport = :" + postgres.port())).isEqualTo(-1);
            assertThat(secondsToProbe("sport = :" + port)).isEqualTo(-1);
            assertThat(secondsToProbe("dport = :" + redis.port())).isLessThan(20);
        }
    }

    private static double secondsToProbe(String filter) throws IOException, InterruptedException {
        return Ss.secondsToProbe(Ss.line(filter));
    }

    private static void use(ConfigurableApplicationContext application) throws Exception {
        try (Connection connection = application.getBean(DataSource.class).getConnection();
                ResultSet result = connection.createStatement().executeQuery("select 7")) {
            assertThat(result.next()).isTrue();
        }
        StringRedisTemplate template = application.getBean(StringRedisTemplate.class);
        template.opsForValue().set("key", "value");
        assertThat(template.opsForValue().get("key")).isEqualTo("value");
    }

    private static ConfigurableApplicationContext start(String... arguments) {
        String[] all = Stream.concat(
                        Stream.of(arguments),
                        Stream.of(
                                "--server.port=0",
                                "--server.address=127.0.0.1",
                                "--spring.main.banner-mode=off",
                                "--spring.datasource.url=jdbc:postgresql://127.0.0.1:" + postgres.port() + "/postgres",
                                "--spring.datasource.username=test",
                                "--spring.datasource.hikari.maximum-pool-size=1",
                                "--spring.data.redis.port=" + redis.port(),
                                "--spring.data.redis.host=127.0.0.1",
                                "--management.endpoint.health.show-details=always",
                                "--management.endpoints.web.exposure.include=*"))
                .toArray(String[]::new);
        return new SpringApplication(Sample.class).run(all);
    }

    private static int port(ConfigurableApplicationContext application) {
        return Objects.requireNonNull(((WebServerApplicationContext) application).getWebServer())
                .getPort();
    }

    private static String get(HttpClient http, int port, String path) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(path + ": " + response.body()).isEqualTo(200);
        return response.body();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            excludeName = {
                // The class path of this module has one of each.
                "org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration",
                "org.springframework.boot.mongodb.autoconfigure.MongoAutoConfiguration",
                "org.springframework.boot.mongodb.autoconfigure.MongoReactiveAutoConfiguration"
            })
    static class Sample {}
}

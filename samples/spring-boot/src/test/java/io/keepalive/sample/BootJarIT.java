package io.keepalive.sample;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jars of keepalive nested in an executable jar, in a process of its own: also the layer for newer JDKs. */
@NeedsServer(ServerProgram.POSTGRES)
class BootJarIT {
    @TempDir
    Path directory;

    @Test
    void bootJar_keepsItsClients_withTheUserTimeout() throws Exception {
        try (TestServer postgres = Postgres.create(directory).start();
                TestServer sample = start(postgres.port())) {
            assertThat(get(sample.port(), "/use")).contains("answered");
            String endpoint = get(sample.port(), "/actuator/keepalive");

            assertThat(endpoint)
                    .contains("TCP_KEEPIDLE 120s APPLIED", "TCP_USER_TIMEOUT 90000ms APPLIED")
                    .contains("\"datasource\"", "\"tomcat\"");
            assertThat(Ss.secondsToProbe(Ss.line("dport = :" + postgres.port())))
                    .isBetween(60.0, 120.0);
        }
    }

    private TestServer start(int postgres) throws Exception {
        int port = TestServer.freePort();
        return TestServer.start(
                directory,
                port,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        // What the user timeout needs: one of them from JDK 22 on, the other one before.
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                        "--add-opens=java.base/java.net=ALL-UNNAMED",
                        "-jar",
                        bootJar().toString(),
                        "--server.port=" + port,
                        "--sample.postgres=jdbc:postgresql://127.0.0.1:" + postgres + "/postgres",
                        "--keepalive.policy=outliving=azure-load-balancer,user-timeout=90s"));
    }

    private static Path bootJar() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            return files.filter(file -> file.toString().endsWith("-boot.jar"))
                    .findFirst()
                    .orElseThrow()
                    .toAbsolutePath();
        }
    }

    private static String get(int port, String path) throws IOException, InterruptedException {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }
}

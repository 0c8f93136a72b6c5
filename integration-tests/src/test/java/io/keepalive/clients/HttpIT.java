package io.keepalive.clients;

import static io.keepalive.clients.Evidence.POLICY;
import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.socket.KeepAliveReport;
import io.keepalive.socket.Precedence;
import io.keepalive.socket.SocketKeeper;
import io.keepalive.testing.NeedsServer;
import io.keepalive.testing.ServerProgram;
import io.keepalive.testing.TestCertificate;
import io.keepalive.testing.TestServer;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.HttpsURLConnection;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OkHttp, and the JDK's oldest client, against nginx, which answers with the port that it sees the client at. */
@NeedsServer(ServerProgram.NGINX)
class HttpIT {
    @TempDir
    static Path directory;

    private static int port;
    private static int tlsPort;

    @AutoClose
    static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        TestCertificate.ofThisJvm().exportPem(directory);
        port = TestServer.freePort();
        tlsPort = TestServer.freePort();
        Path configuration = Files.writeString(directory.resolve("nginx.conf"), configuration());
        server = TestServer.start(
                directory,
                tlsPort,
                List.of(
                        ServerProgram.NGINX.path().toString(),
                        "-e",
                        directory.resolve("error.log").toString(),
                        "-p",
                        directory.toString(),
                        "-c",
                        configuration.toString()));
    }

    /** Everything that nginx writes stays in the test's directory. */
    private static String configuration() {
        String temporary = Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
                .map(kind -> kind + "_temp_path " + directory + "/" + kind + ";")
                .collect(Collectors.joining("\n"));
        return """
                daemon off;
                master_process off;
                pid %1$s/nginx.pid;
                events {}
                http {
                    access_log off;
                    %2$s
                    ssl_certificate %1$s/test.crt;
                    ssl_certificate_key %1$s/test.key;
                    server {
                        listen 127.0.0.1:%3$d;
                        listen 127.0.0.1:%4$d ssl;
                        location / { return 200 $remote_port; }
                    }
                }
                """.formatted(directory, temporary, port, tlsPort);
    }

    /** For https, too: OkHttp layers TLS on top of the factory's socket. */
    @Test
    void okHttp_theConnectionIsKept() throws Exception {
        List<KeepAliveReport> reports = new CopyOnWriteArrayList<>();
        OkHttpClient client = new OkHttpClient.Builder()
                .socketFactory(SocketKeeper.of(POLICY)
                        .precedence(Precedence.TIGHTEN)
                        .onReport(reports::add)
                        .socketFactory())
                .sslSocketFactory(
                        TestCertificate.ofThisJvm().context().getSocketFactory(),
                        TestCertificate.ofThisJvm().trustManager())
                .build();
        try {
            for (String url : List.of("http://127.0.0.1:" + port, "https://127.0.0.1:" + tlsPort)) {
                try (Response response =
                        client.newCall(new Request.Builder().url(url).build()).execute()) {
                    String clientPort = response.body().string();
                    Evidence.assertKept(
                            "OkHttp " + URI.create(url).getScheme(),
                            Integer.parseInt(clientPort),
                            URI.create(url).getPort());
                }
            }
        } finally {
            client.connectionPool().evictAll();
            client.dispatcher().executorService().shutdown();
        }
        assertThat(reports)
                .hasSize(2)
                .allSatisfy(report -> assertThat(report.effective()).contains(POLICY));
    }

    /** This client takes unconnected TLS sockets. */
    @Test
    void httpsUrlConnection_theConnectionIsKept() throws Exception {
        List<KeepAliveReport> reports = new CopyOnWriteArrayList<>();
        HttpsURLConnection connection = (HttpsURLConnection)
                URI.create("https://localhost:" + tlsPort).toURL().openConnection();
        connection.setSSLSocketFactory(SocketKeeper.of(POLICY)
                .precedence(Precedence.TIGHTEN)
                .onReport(reports::add)
                .sslSocketFactory(TestCertificate.ofThisJvm().context().getSocketFactory()));
        try (InputStream body = connection.getInputStream()) {
            String clientPort = new String(body.readAllBytes(), StandardCharsets.UTF_8);
            Evidence.assertKept("HttpsURLConnection", Integer.parseInt(clientPort), tlsPort);
        }
        connection.disconnect();
        assertThat(reports)
                .singleElement()
                .satisfies(report -> assertThat(report.effective()).contains(POLICY));
    }
}

package io.keepalive.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Redis on this machine, plain and over TLS with the {@link TestCertificate}. */
public record Redis(TestServer server, int port, int tlsPort) implements AutoCloseable {
    /** Starts it on free ports, and returns when it listens on both. */
    public static Redis start(Path directory, String... more) throws Exception {
        TestCertificate.ofThisJvm().exportPem(directory);
        int port = TestServer.freePort();
        int tlsPort = TestServer.freePort();
        List<String> command = new ArrayList<>(List.of(
                ServerProgram.REDIS.path().toString(),
                "--bind",
                "127.0.0.1",
                "--port",
                String.valueOf(port),
                "--tls-port",
                String.valueOf(tlsPort),
                "--tls-cert-file",
                directory.resolve("test.crt").toString(),
                "--tls-key-file",
                directory.resolve("test.key").toString(),
                "--tls-ca-cert-file",
                directory.resolve("test.crt").toString(),
                "--tls-auth-clients",
                "no",
                "--save",
                "",
                "--dir",
                directory.toString()));
        command.addAll(List.of(more));
        return new Redis(TestServer.start(directory, tlsPort, command), port, tlsPort); // it opens that port last
    }

    @Override
    public void close() {
        server.close();
    }
}

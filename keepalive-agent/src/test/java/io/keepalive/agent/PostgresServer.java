package io.keepalive.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A fresh PostgreSQL for the time of a test, from where Debian puts it; it refuses to run as root. */
final class PostgresServer implements AutoCloseable {
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Process process;
    private final int port;

    private PostgresServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** The folder of its programs, the newest if there are several. */
    static Optional<Path> programs() {
        if (!Files.isDirectory(DEBIAN)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(DEBIAN)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                    .max(Comparator.naturalOrder());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static PostgresServer start(Path parent) throws IOException, InterruptedException {
        Path bin = programs().orElseThrow();
        Path directory = Files.createDirectory(parent.resolve("postgres"));
        give(parent);
        give(directory);
        String data = directory.resolve("data").toString();
        Process initdb = start(
                directory,
                bin.resolve("initdb").toString(),
                "--pgdata=" + data,
                "--username=test",
                "--auth=trust",
                "--no-sync");
        if (initdb.waitFor() != 0) {
            throw new IOException("initdb failed: " + Files.readString(directory.resolve("log")));
        }
        int port;
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = any.getLocalPort();
        }
        Process server = start(
                directory,
                bin.resolve("postgres").toString(),
                "-D",
                data,
                "-p",
                String.valueOf(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=" + directory,
                "-c",
                "fsync=off");
        PostgresServer started = new PostgresServer(server, port);
        started.awaitListening(directory);
        return started;
    }

    int port() {
        return port;
    }

    private void awaitListening(Path directory) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (true) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException notYet) {
                if (!process.isAlive() || System.nanoTime() - start > LIMIT_NANOS) {
                    close();
                    throw new IOException("no PostgreSQL: " + Files.readString(directory.resolve("log")), notYet);
                }
                Thread.sleep(50);
            }
        }
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    private static void give(Path file) throws IOException {
        if (isRoot()) {
            UserPrincipal owner =
                    file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres");
            Files.setOwner(file, owner);
        }
    }

    private static Process start(Path directory, String... command) throws IOException {
        List<String> words = new ArrayList<>();
        if (isRoot()) {
            words.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"));
        }
        words.addAll(List.of(command));
        return new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .start();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

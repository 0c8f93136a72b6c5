package io.keepalive.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real server, started for a test on a free port and stopped with it, also where the test's JVM is terminated. */
public final class TestServer implements AutoCloseable {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(120); // several JVMs may start at once

    private final Process process;
    private final int port;
    private final Path log;
    private final Thread hook;

    private TestServer(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
        this.hook = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts it and waits until it listens on this port. */
    public static TestServer start(Path directory, int port, List<String> command)
            throws IOException, InterruptedException {
        Path log = Files.createTempFile(directory, "server", ".log");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        TestServer server = new TestServer(process, port, log);
        try {
            server.awaitListening();
            return server;
        } catch (Throwable e) {
            server.close();
            throw e;
        }
    }

    public static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    private void awaitListening() throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        while (true) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException notYet) {
                if (!process.isAlive() || System.nanoTime() - startNanos > LIMIT_NANOS) {
                    throw new IOException("the server does not listen, it printed:\n" + Files.readString(log), notYet);
                }
                Thread.sleep(50);
            }
        }
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
        Runtime.getRuntime().removeShutdownHook(hook);
    }
}

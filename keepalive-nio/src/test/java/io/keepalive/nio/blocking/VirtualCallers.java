package io.keepalive.nio.blocking;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import io.keepalive.nio.Pair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Virtual threads, blocked in reads and writes of every style, on one carrier, which has to be free for the echo of another
 * connection; then all of them are closed. Prints {@code free} or {@code held} for each style, and where a thread was pinned.
 *
 * <p>Arguments: how many seconds the echo may take; {@code pinned} if one more thread is to hold the carrier.
 */
final class VirtualCallers {
    private static final HeartbeatConfig CONFIG =
            HeartbeatConfig.parse("ping-idle=60s,beat-interval=50ms,write-stall-timeout=60s,close-timeout=1s");
    private static final int BLOCKED = 5;
    private static final String PINNED = "jdk.VirtualThreadPinned";

    private VirtualCallers() {}

    public static void main(String[] args) throws Exception {
        ExecutorService callers = virtualThreads();
        if (args.length > 1) {
            callers.execute(Pins::touch);
        }
        try (Recording recording = new Recording()) {
            recording.enable(PINNED).withThreshold(Duration.ZERO).withStackTrace();
            recording.start();
            Pair.tls().close(); // the certificate
            ExecutorService styles = Executors.newCachedThreadPool();
            List<Future<Boolean>> free = new ArrayList<>();
            for (ReadMode mode : ReadMode.values()) {
                for (boolean tls : new boolean[] {false, true}) {
                    free.add(styles.submit(() -> isFree(callers, mode, tls, Long.parseLong(args[0]))));
                }
            }
            for (Future<Boolean> each : free) {
                System.out.println(each.get() ? "free" : "held");
            }
            recording.stop();
            report(recording);
        } catch (ExecutionException e) {
            e.printStackTrace(System.out); // the threads that are left would keep the process alive
        }
        System.exit(0);
    }

    /** By reflection: the tests are compiled for JDK 17. */
    private static ExecutorService virtualThreads() throws ReflectiveOperationException {
        return (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }

    private static void report(Recording recording) throws IOException {
        Path file = Files.createTempFile("keepalive", ".jfr");
        try {
            recording.dump(file);
            for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
                String stack = String.valueOf(event.getStackTrace());
                // While the JVM links an expression, once, a thread is pinned by the JVM itself.
                if (stack.contains("io.keepalive") && !stack.contains("MethodHandleNatives.linkCallSite")) {
                    System.out.println(stack);
                }
            }
        } finally {
            Files.delete(file);
        }
    }

    private static boolean isFree(ExecutorService callers, ReadMode mode, boolean tls, long seconds) throws Exception {
        BlockingHeartbeats heartbeats = new BlockingHeartbeats(CONFIG);
        List<Pair> pairs = new ArrayList<>();
        List<HeartbeatSocket> connections = new ArrayList<>();
        List<Future<LossCause>> losses = new ArrayList<>();
        for (int i = 0; i <= BLOCKED; i++) {
            Pair pair = tls ? Pair.tls() : Pair.plain();
            pairs.add(pair);
            HeartbeatSocket near = heartbeats.wrap(pair.near(), mode);
            connections.add(near);
            if (i < BLOCKED) {
                losses.add(callers.submit(() -> read(near)));
                losses.add(callers.submit(() -> flood(near)));
            } else {
                HeartbeatSocket far = heartbeats.wrap(pair.far(), mode);
                callers.execute(() -> echoAll(far));
                try {
                    callers.submit(() -> echo(near)).get(seconds, TimeUnit.SECONDS);
                } catch (TimeoutException e) {
                    return false;
                }
            }
        }
        connections.forEach(connection -> callers.execute(connection::close));
        for (Future<LossCause> loss : losses) {
            if (loss.get(60, TimeUnit.SECONDS) != LossCause.LOCAL_CLOSED) {
                throw new IllegalStateException("lost: " + loss.get());
            }
        }
        heartbeats.close();
        for (Pair pair : pairs) {
            pair.close();
        }
        return true;
    }

    private static LossCause read(HeartbeatSocket connection) throws IOException {
        try {
            throw new IllegalStateException("read " + connection.input().read() + " (expected: a loss)");
        } catch (ConnectionLostException e) {
            return e.cause();
        }
    }

    private static LossCause flood(HeartbeatSocket connection) throws IOException {
        try {
            while (true) {
                connection.output().write(new byte[100_000]);
            }
        } catch (ConnectionLostException e) {
            return e.cause();
        }
    }

    private static void echoAll(HeartbeatSocket connection) {
        try {
            connection.input().transferTo(connection.output());
        } catch (IOException e) {
            // closed
        }
    }

    /** For longer than some beats take. */
    private static boolean echo(HeartbeatSocket connection) throws Exception {
        for (int i = 0; i < 20; i++) {
            connection.output().write(i);
            if (connection.input().read() != i) {
                throw new IllegalStateException("not the echo of " + i);
            }
            Thread.sleep(10);
        }
        return true;
    }

    /** A virtual thread that waits in a class initializer holds its carrier. */
    private static final class Pins {
        static {
            try {
                Thread.sleep(30_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        static void touch() {}
    }
}

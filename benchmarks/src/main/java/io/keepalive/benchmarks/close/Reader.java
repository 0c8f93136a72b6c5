package io.keepalive.benchmarks.close;

import io.keepalive.benchmarks.close.Stack.Speaks;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.nio.blocking.BlockingHeartbeats;
import io.keepalive.nio.blocking.HeartbeatSocket;
import io.keepalive.nio.blocking.ReadMode;
import io.keepalive.testing.TestCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;

/** The peer: reads as slowly as it should, beats all the time, and reports how each connection ended for it. */
final class Reader {
    private static final int BUFFER_BYTES = 8 * 1024;

    private final Row row;
    private final BlockingHeartbeats heartbeats;
    private final ScheduledExecutorService beats = Executors.newScheduledThreadPool(2, Reader::daemon);
    private final byte[] sent;

    private Reader(Row row) {
        this.row = row;
        this.heartbeats = new BlockingHeartbeats(HeartbeatConfig.builder()
                .beatInterval(java.time.Duration.ofMillis(row.beatMillis()))
                .build());
        this.sent = Payload.of((int) row.bytes());
    }

    /** Arguments: the row, then the port to connect to; or none to listen. */
    public static void main(String[] args) throws Exception {
        Row row = Row.parse(args);
        Reader reader = new Reader(row);
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Future<String>> results = new ArrayList<>();
        if (row.server()) {
            for (int i = 0; i < row.runs(); i++) {
                Socket socket = reader.connect(Integer.parseInt(args[args.length - 1]));
                results.add(threads.submit(() -> reader.read(socket)));
            }
        } else {
            try (ServerSocket listener = reader.listen()) {
                System.out.println("port " + listener.getLocalPort());
                for (int i = 0; i < row.runs(); i++) {
                    Socket socket = listener.accept();
                    results.add(threads.submit(() -> reader.read(socket)));
                }
            }
        }
        Map<String, Integer> counts = new TreeMap<>();
        for (Future<String> result : results) {
            counts.merge(result.get(), 1, Integer::sum);
        }
        counts.forEach((result, count) -> System.out.println("result " + count + " " + result));
        System.exit(0);
    }

    private ServerSocket listen() throws IOException {
        ServerSocketFactory factory = row.tls()
                ? TestCertificate.ofThisJvm().context().getServerSocketFactory()
                : ServerSocketFactory.getDefault();
        return factory.createServerSocket(0, row.runs(), Place.address());
    }

    private Socket connect(int port) throws IOException {
        SocketFactory factory =
                row.tls() ? TestCertificate.ofThisJvm().context().getSocketFactory() : SocketFactory.getDefault();
        return factory.createSocket(Place.address(), port);
    }

    private String read(Socket socket) throws Exception {
        Payload payload = new Payload();
        String verdict = row.stack().speaks == Speaks.FRAMES ? readFrames(socket, payload) : readBytes(socket, payload);
        return payload.compare(sent) + ", " + verdict;
    }

    private String readFrames(Socket socket, Payload payload) throws Exception {
        try (HeartbeatSocket connection = heartbeats.wrap(socket, ReadMode.INLINE)) {
            readAll(connection.input(), payload);
            return "end of stream";
        } catch (ConnectionLostException e) {
            return e.loss().toString();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // until the write fails
    private String readBytes(Socket socket, Payload payload) throws Exception {
        OutputStream output = socket.getOutputStream();
        if (row.stack().speaks == Speaks.LINES) {
            beats.scheduleAtFixedRate(() -> beat(output), 0, row.beatMillis(), TimeUnit.MILLISECONDS);
        }
        try (socket) {
            readAll(socket.getInputStream(), payload);
            return "end of stream";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static void beat(OutputStream output) {
        try {
            output.write('\n');
        } catch (IOException e) {
            throw new IllegalStateException("ends the schedule", e);
        }
    }

    private void readAll(InputStream input, Payload payload) throws Exception {
        byte[] buffer = new byte[BUFFER_BYTES];
        long startNanos = System.nanoTime();
        long read = 0;
        for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
            payload.received(buffer, count);
            read += count;
            if (row.bytesPerSecond() > 0) {
                long aheadNanos = read * 1_000_000_000L / row.bytesPerSecond() - (System.nanoTime() - startNanos);
                TimeUnit.NANOSECONDS.sleep(aheadNanos);
            }
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "beats");
        thread.setDaemon(true);
        return thread;
    }
}

package io.keepalive.benchmarks.close;

import io.keepalive.benchmarks.close.Stack.Speaks;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.nio.blocking.BlockingHeartbeats;
import io.keepalive.nio.blocking.HeartbeatSocket;
import io.keepalive.nio.blocking.ReadMode;
import io.keepalive.testing.TestCertificate;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;

/** On blocking sockets: try-with-resources, by the book. */
final class BlockingWriter implements Writer {
    private final BlockingHeartbeats heartbeats = new BlockingHeartbeats(HeartbeatConfig.defaults());

    @Override
    public List<String> writeAndClose(Row row, byte[] payload, int port) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Future<String>> running = new ArrayList<>();
        if (row.server()) {
            ServerSocketFactory factory = row.tls()
                    ? TestCertificate.ofThisJvm().context().getServerSocketFactory()
                    : ServerSocketFactory.getDefault();
            try (ServerSocket listener = factory.createServerSocket(0, row.runs(), Place.address())) {
                Writer.printPort(listener.getLocalPort());
                for (int i = 0; i < row.runs(); i++) {
                    Socket socket = listener.accept();
                    running.add(threads.submit(() -> write(row, payload, socket)));
                }
            }
        } else {
            SocketFactory factory =
                    row.tls() ? TestCertificate.ofThisJvm().context().getSocketFactory() : SocketFactory.getDefault();
            for (int i = 0; i < row.runs(); i++) {
                Socket socket = factory.createSocket(Place.address(), port);
                running.add(threads.submit(() -> write(row, payload, socket)));
            }
        }
        List<String> ends = new ArrayList<>();
        for (Future<String> each : running) {
            ends.add(each.get());
        }
        return ends;
    }

    private String write(Row row, byte[] payload, Socket socket) throws IOException {
        if (row.stack().speaks != Speaks.FRAMES) {
            try (socket) {
                socket.getOutputStream().write(payload);
            } catch (IOException e) {
                return String.valueOf(e.getMessage());
            }
            return "closed";
        }
        HeartbeatSocket connection =
                heartbeats.wrap(socket, ReadMode.valueOf(row.stack().name()));
        try (connection) {
            connection.output().write(payload);
        }
        return connection.loss().orElseThrow().toString();
    }
}

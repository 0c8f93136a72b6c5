package io.keepalive.benchmarks.node;

import io.keepalive.benchmarks.node.NodeOptions.Traffic;
import io.keepalive.heartbeat.HeartbeatConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.Executor;

/** What is written by hand on blocking sockets: a thread that sends a byte now and then, and a read timeout. */
final class ByHandEndpoints extends SocketEndpoints {
    private final HeartbeatConfig config;
    private final Executor beats = VirtualThreads.executor();

    ByHandEndpoints(Connections connections, HeartbeatConfig config, Traffic traffic) {
        super(connections, traffic);
        this.config = config;
    }

    @Override
    void serve(Socket socket, Connections.Connection connection) throws IOException {
        socket.setSoTimeout((int) config.detectionTime().toMillis());
        OutputStream output = socket.getOutputStream();
        connection.up();
        startTraffic(output);
        beats.execute(() -> beat(output));
        InputStream input = socket.getInputStream();
        byte[] buffer = new byte[16 * 1024];
        try {
            do {
                pause().pass();
            } while (input.read(buffer) >= 0);
            connection.lost("END_OF_STREAM", -1);
        } catch (SocketTimeoutException e) {
            connection.lost("READ_TIMEOUT", config.detectionTime().toMillis());
        }
    }

    private void beat(OutputStream output) {
        try {
            while (true) {
                Pause.sleep(config.beatInterval().toMillis());
                output.write(0);
            }
        } catch (IOException e) {
            // the reader reports it
        }
    }
}

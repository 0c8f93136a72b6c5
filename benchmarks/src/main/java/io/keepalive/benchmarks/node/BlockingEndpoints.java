package io.keepalive.benchmarks.node;

import io.keepalive.benchmarks.node.NodeOptions.Traffic;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.nio.blocking.BlockingHeartbeats;
import io.keepalive.nio.blocking.HeartbeatSocket;
import io.keepalive.nio.blocking.ReadMode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** Blocking sockets with a heartbeat; all styles of a process share one {@link BlockingHeartbeats}. */
final class BlockingEndpoints extends SocketEndpoints {
    private final BlockingHeartbeats heartbeats;

    BlockingEndpoints(Connections connections, BlockingHeartbeats heartbeats, Traffic traffic) {
        super(connections, traffic);
        this.heartbeats = heartbeats;
    }

    @Override
    void serve(Socket socket, Connections.Connection connection) throws IOException {
        ReadMode mode = connections().style().isPumped() ? ReadMode.PUMPED : ReadMode.INLINE;
        HeartbeatSocket heartbeat = heartbeats.wrap(socket, mode);
        connection.up();
        OutputStream output = heartbeat.output();
        startTraffic(output);
        try {
            readAll(heartbeat.input());
            heartbeat.close();
            connection.closed();
        } catch (ConnectionLostException e) {
            connection.lost(e);
        }
    }

    private void readAll(InputStream input) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        do {
            pause().pass();
        } while (input.read(buffer) >= 0);
    }
}

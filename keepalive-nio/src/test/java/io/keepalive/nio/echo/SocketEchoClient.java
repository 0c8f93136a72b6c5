package io.keepalive.nio.echo;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.nio.blocking.BlockingHeartbeats;
import io.keepalive.nio.blocking.HeartbeatSocket;
import io.keepalive.nio.blocking.ReadMode;
import java.io.IOException;
import java.net.Socket;

/** Sends messages and waits for their echo; stays connected in between. */
final class SocketEchoClient implements AutoCloseable {
    private final BlockingHeartbeats heartbeats;
    private final HeartbeatSocket connection;

    SocketEchoClient(Socket socket, HeartbeatConfig config, ReadMode mode) throws IOException {
        this.heartbeats = new BlockingHeartbeats(config);
        this.connection = heartbeats.wrap(socket, mode);
    }

    HeartbeatSocket connection() {
        return connection;
    }

    /** For messages that fit into the buffers on the way: a longer one needs a thread that reads meanwhile. */
    byte[] exchange(byte[] message) throws IOException {
        connection.output().write(message);
        return connection.input().readNBytes(message.length);
    }

    /** Says that it is done, and waits until the server has said so, too. */
    @Override
    public void close() throws IOException {
        try (heartbeats;
                connection) {
            connection.end();
            connection.input().readAllBytes();
        }
    }
}

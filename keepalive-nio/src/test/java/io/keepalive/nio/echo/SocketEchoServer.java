package io.keepalive.nio.echo;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.nio.blocking.BlockingHeartbeats;
import io.keepalive.nio.blocking.HeartbeatSocket;
import io.keepalive.nio.blocking.ReadMode;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;

/** Echoes with a thread for each connection, with heartbeats; over TLS if its listener is. */
final class SocketEchoServer implements AutoCloseable {
    private final ServerSocket listener;
    private final BlockingHeartbeats heartbeats;
    private final ReadMode mode;

    SocketEchoServer(ServerSocket listener, HeartbeatConfig config, ReadMode mode) {
        this.listener = listener;
        this.heartbeats = new BlockingHeartbeats(config);
        this.mode = mode;
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket accepted = listener.accept();
                start(() -> echo(accepted));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void echo(Socket accepted) {
        try (HeartbeatSocket connection = heartbeats.wrap(accepted, mode)) {
            connection.input().transferTo(connection.output());
            connection.end();
        } catch (IOException lost) {
            System.out.println(lost.getMessage());
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "echo");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        heartbeats.close();
    }
}

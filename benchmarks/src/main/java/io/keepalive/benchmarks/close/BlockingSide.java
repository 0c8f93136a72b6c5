package io.keepalive.benchmarks.close;

import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.nio.blocking.BlockingHeartbeats;
import io.keepalive.nio.blocking.HeartbeatSocket;
import io.keepalive.nio.blocking.ReadMode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;

/** A blocking socket, whose reader is a thread of the application. */
final class BlockingSide implements Side {
    private final BlockingHeartbeats heartbeats = new BlockingHeartbeats(CONFIG);
    private final HeartbeatSocket connection;
    private final CompletableFuture<ConnectionLoss> over = new CompletableFuture<>();

    BlockingSide(ReadMode mode, int port) throws IOException {
        connection = heartbeats.wrap(new Socket(InetAddress.getLoopbackAddress(), port), mode);
        Thread reader = new Thread(this::read, "application");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try {
            while (connection.input().read() >= 0) {
                // whatever comes
            }
            connection.close(); // after END, which is answered by the owner
            over.complete(connection.loss().orElseThrow());
        } catch (ConnectionLostException e) {
            over.complete(e.loss());
        } catch (IOException e) {
            over.completeExceptionally(e);
        }
    }

    @Override
    public void close() {
        connection.close();
    }

    @Override
    public void abort() {
        connection.abort();
    }

    @Override
    public void end() throws ConnectionLostException {
        connection.end();
    }

    @Override
    public CompletableFuture<ConnectionLoss> over() {
        return over;
    }
}

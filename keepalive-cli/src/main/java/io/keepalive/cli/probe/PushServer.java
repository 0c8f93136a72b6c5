package io.keepalive.cli.probe;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The other end of {@code --both-directions}: holds connections open, and speaks after the silence that a client asked
 * for. Never sends anything else, and has no keepalive.
 */
final class PushServer implements AutoCloseable {
    /** More connections at a time are closed at once. */
    private static final int MOST_CONNECTIONS = 256;

    /** A request is shorter. */
    private static final int LONGEST_LINE = 64;

    private final ServerSocket listener;
    private final Semaphore room = new Semaphore(MOST_CONNECTIONS);
    private final ExecutorService readers = Executors.newCachedThreadPool(PushServer::daemon);
    private final ScheduledExecutorService pushes = Executors.newSingleThreadScheduledExecutor(PushServer::daemon);

    PushServer(InetSocketAddress address) throws IOException {
        listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.bind(address);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Serves until it is closed. */
    void run() throws IOException {
        while (!listener.isClosed()) {
            Socket socket;
            try {
                socket = listener.accept();
            } catch (IOException e) {
                if (listener.isClosed()) {
                    return;
                }
                throw e;
            }
            if (room.tryAcquire()) {
                readers.execute(() -> serve(socket));
            } else {
                socket.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        readers.shutdownNow();
        pushes.shutdownNow();
    }

    private void serve(Socket socket) {
        try (socket) {
            byte[] request = new byte[LONGEST_LINE];
            for (int count = socket.getInputStream().read(request); count > 0; ) {
                long millis = PushRequest.parse(new String(request, 0, count, StandardCharsets.US_ASCII).strip());
                if (millis < 0) {
                    return;
                }
                send(socket, PushRequest.OK);
                var unused = pushes.schedule(() -> push(socket), millis, TimeUnit.MILLISECONDS);
                count = socket.getInputStream().read(request);
            }
        } catch (IOException e) {
            // The client, or a box, has ended the connection: that is what it came for.
        } finally {
            room.release();
        }
    }

    private static void push(Socket socket) {
        try {
            send(socket, PushRequest.PUSH);
        } catch (IOException e) {
            // gone
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "probe-serve");
        thread.setDaemon(true);
        return thread;
    }
}

package io.keepalive.spring.boot;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that accepts connections and never says anything: enough to look at the client's socket. */
final class Silent implements AutoCloseable {
    private final ServerSocket listener;
    private final List<Socket> accepted = new CopyOnWriteArrayList<>();

    Silent() throws IOException {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::accept, "silent server");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    /** The port of the client that came last. */
    int clientPort() {
        return accepted.get(accepted.size() - 1).getPort();
    }

    boolean hasClient() {
        return !accepted.isEmpty();
    }

    /** Whether the client that came last has said something: it is through with its socket's options then. */
    boolean hasGreeting() throws IOException {
        return hasClient() && accepted.get(accepted.size() - 1).getInputStream().available() > 0;
    }

    private void accept() {
        try {
            while (true) {
                accepted.add(listener.accept());
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    /** Ends all connections, so that the client under test does not wait any longer. */
    void stop() throws IOException {
        close();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : accepted) {
            socket.close();
        }
    }
}

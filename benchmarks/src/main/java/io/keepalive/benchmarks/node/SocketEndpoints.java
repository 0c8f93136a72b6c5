package io.keepalive.benchmarks.node;

import io.keepalive.benchmarks.node.NodeOptions.Traffic;
import io.keepalive.testing.TestCertificate;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Executor;
import javax.net.ServerSocketFactory;

/** Blocking sockets, each with a reader of the application. */
abstract class SocketEndpoints implements Endpoints {
    private static final int CONNECT_LIMIT_MILLIS = 30_000;

    private final Connections connections;
    private final Traffic traffic;
    private final Executor readers;
    private final Pause pause = new Pause();

    SocketEndpoints(Connections connections, Traffic traffic) {
        this.connections = connections;
        this.traffic = traffic;
        this.readers = connections.style().isVirtual()
                ? VirtualThreads.executor()
                : task -> VirtualThreads.daemon(task, "application").start();
    }

    /** Reads until the end, and reports it. */
    abstract void serve(Socket socket, Connections.Connection connection) throws IOException;

    @Override
    public final Connections connections() {
        return connections;
    }

    final Pause pause() {
        return pause;
    }

    @Override
    public final void block(long millis) {
        pause.start(millis);
    }

    @Override
    @SuppressWarnings("resource") // open as long as the process
    public final void listen(int port, Connections accepted) throws IOException {
        ServerSocketFactory factory = connections.style().isTls()
                ? TestCertificate.ofThisJvm().context().getServerSocketFactory()
                : ServerSocketFactory.getDefault();
        ServerSocket listener = factory.createServerSocket(port, 4096);
        VirtualThreads.daemon(() -> acceptAll(listener, accepted), "accept").start();
    }

    private void acceptAll(ServerSocket listener, Connections accepted) {
        while (true) {
            try {
                Socket socket = listener.accept();
                Connections.Connection connection = accepted.start();
                readers.execute(() -> run(socket, connection));
            } catch (IOException e) {
                throw new IllegalStateException("accept", e);
            }
        }
    }

    @Override
    public final void connect(String host, int port) {
        Connections.Connection connection = connections.start();
        readers.execute(() -> {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(host, port), CONNECT_LIMIT_MILLIS);
                if (connections.style().isTls()) {
                    socket = TestCertificate.ofThisJvm()
                            .context()
                            .getSocketFactory()
                            .createSocket(socket, host, port, true);
                }
            } catch (IOException e) {
                connection.lost(e.toString(), -1);
                return;
            }
            run(socket, connection);
        });
    }

    private void run(Socket socket, Connections.Connection connection) {
        try (socket) {
            serve(socket, connection);
        } catch (IOException e) {
            connection.lost(e.toString(), -1);
        }
    }

    final void startTraffic(OutputStream output) {
        if (traffic != Traffic.NOTHING) {
            readers.execute(() -> send(output));
        }
    }

    private void send(OutputStream output) {
        try {
            while (true) {
                if (traffic == Traffic.CHAT) {
                    Pause.sleep(Chat.EVERY_MILLIS);
                }
                output.write(traffic == Traffic.CHAT ? Chat.message() : Chat.bulk());
            }
        } catch (IOException e) {
            // the reader reports it
        }
    }
}

package io.keepalive.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLSocket;

/**
 * Accepts connections, by TLS if told, and says nothing: clients connect, greet, and wait. Enough to see what they make of
 * their sockets before they talk, where the server itself can't be had.
 */
public final class SilentServer implements AutoCloseable {
    private static final long LIMIT_SECONDS = 30;

    private final ServerSocket listener;
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();

    private SilentServer(ServerSocketFactory factory) throws IOException {
        listener = factory.createServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        daemon("silent-server", this::accept);
    }

    public static SilentServer plain() throws IOException {
        return new SilentServer(ServerSocketFactory.getDefault());
    }

    /** With the certificate of this JVM's tests. */
    public static SilentServer tls() throws IOException {
        return new SilentServer(TestCertificate.ofThisJvm().context().getServerSocketFactory());
    }

    /** Where it listens, on 127.0.0.1. */
    public int port() {
        return listener.getLocalPort();
    }

    /** What the kernel says about the next client's end, once it is connected and, by TLS, through with the handshake. */
    public String clientLine() throws IOException, InterruptedException {
        Socket client = accepted.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (client == null) {
            throw new IOException("no client has connected");
        }
        return Ss.line("sport = :" + client.getPort() + " and dport = :" + port());
    }

    /** Begins what blocks until this server is closed, such as a driver's connect, on a thread of its own. */
    public static void begin(Callable<? extends AutoCloseable> connect) {
        daemon("connecting", () -> {
            try (AutoCloseable client = connect.call()) {
                System.err.println("connected to a silent server: " + client);
            } catch (Exception expected) {
                // The server has gone without a word.
            }
        });
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                open.add(client);
                daemon("silent-connection", () -> serve(client));
            }
        } catch (IOException e) {
            // The test has ended.
        }
    }

    private void serve(Socket client) {
        try (client) {
            if (client instanceof SSLSocket tls) {
                tls.startHandshake();
            }
            accepted.add(client);
            InputStream input = client.getInputStream();
            while (input.read() >= 0) {
                // Silent.
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket client : open) {
            client.close();
        }
    }
}

package io.keepalive.cli.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP proxy that forgets a flow after some time without payload: from then on it takes what it gets and forwards
 * nothing, silently. It ends TCP on both sides, so keepalive probes reach its kernel and never itself. Thread-safe.
 */
final class ForgetfulProxy implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final InetSocketAddress target;
    private final Duration idleTimeout;
    private final Map<Integer, Flow> flows = new ConcurrentHashMap<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    ForgetfulProxy(InetSocketAddress target, Duration idleTimeout) throws IOException {
        this.target = target;
        this.idleTimeout = idleTimeout;
        Daemon.start("proxy", this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /** Until the client's flow is forgotten; empty once it is, or if there is none. */
    Optional<Duration> remaining(int clientPort) {
        return Optional.ofNullable(flows.get(clientPort)).flatMap(Flow::remaining);
    }

    /** How often payload came from the client. */
    long forwarded(int clientPort) {
        return Optional.ofNullable(flows.get(clientPort)).map(Flow::forwarded).orElse(0L);
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(target.getAddress(), target.getPort());
            sockets.add(client);
            sockets.add(server);
            Flow flow = new Flow(idleTimeout);
            flows.put(client.getPort(), flow);
            Daemon.start("to server", () -> pump(client, server, flow, true));
            Daemon.start("to client", () -> pump(server, client, flow, false));
        }
    }

    private static void pump(Socket from, Socket to, Flow flow, boolean count) throws IOException {
        byte[] buffer = new byte[1024];
        for (int read = from.getInputStream().read(buffer);
                read >= 0;
                read = from.getInputStream().read(buffer)) {
            if (flow.refresh(count)) {
                to.getOutputStream().write(buffer, 0, read);
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** What the proxy knows of a flow; once forgotten it stays so. */
    private static final class Flow {
        private final Duration idleTimeout;
        private long lastNanos = System.nanoTime();
        private long forwarded;
        private boolean forgotten;

        Flow(Duration idleTimeout) {
            this.idleTimeout = idleTimeout;
        }

        synchronized Optional<Duration> remaining() {
            Duration left = idleTimeout.minusNanos(System.nanoTime() - lastNanos);
            forgotten |= left.isNegative() || left.isZero();
            return forgotten ? Optional.empty() : Optional.of(left);
        }

        /** Whether to forward. */
        synchronized boolean refresh(boolean count) {
            if (remaining().isEmpty()) {
                return false;
            }
            lastNanos = System.nanoTime();
            forwarded += count ? 1 : 0;
            return true;
        }

        synchronized long forwarded() {
            return forwarded;
        }
    }
}

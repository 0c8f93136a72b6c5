package io.keepalive.cli.demo;

import io.keepalive.KeepAlive;
import io.keepalive.socket.SocketKeeper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Two connections side by side, a plain and a kept one. Logs {@code connected SIDE PORT}, {@code sent SIDE} when a write
 * returned, {@code answer SIDE NANOS} and {@code lost SIDE WHY}: see {@link ClientLog}.
 *
 * <p>As a program it reads {@code SIDE} from standard input, and sends a line on that connection.
 */
final class EchoClient implements AutoCloseable {
    private final Both<Socket> sockets;
    private final Consumer<String> log;
    private volatile long sentNanos;

    EchoClient(String host, int port, KeepAlive policy, Consumer<String> log) throws IOException {
        this(new Both<>(new Socket(host, port), SocketKeeper.of(policy).client().connect(host, port)), log);
    }

    private EchoClient(Both<Socket> sockets, Consumer<String> log) {
        this.log = log;
        this.sockets = sockets;
        for (Side side : Side.values()) {
            log.accept("connected " + side.word() + " " + localPort(side));
            Socket socket = sockets.of(side);
            Daemon.start("answers to " + side.word(), () -> read(side, socket));
        }
    }

    /** Two sockets as every program opens them, one to the server and one to a relay. */
    static EchoClient unchanged(String host, int port, String relay, int relayPort, Consumer<String> log)
            throws IOException {
        return new EchoClient(new Both<>(new Socket(host, port), new Socket(relay, relayPort)), log);
    }

    /** Arguments: host, port, and a policy or the host and port of a relay. */
    public static void main(String[] arguments) throws IOException {
        String host = arguments[0];
        int port = Integer.parseInt(arguments[1]);
        Consumer<String> log = System.out::println;
        var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (EchoClient client = arguments.length == 3
                ? new EchoClient(host, port, KeepAlive.parse(arguments[2]), log)
                : unchanged(host, port, arguments[2], Integer.parseInt(arguments[3]), log)) {
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                client.send(Side.of(line));
            }
        }
    }

    int localPort(Side side) {
        return sockets.of(side).getLocalPort();
    }

    /** A line that the server answers. */
    void send(Side side) {
        sentNanos = System.nanoTime();
        if (write(side, side.word() + "\n")) {
            log.accept("sent " + side.word());
        }
    }

    /** An empty line: payload for a box that counts payload, nothing to the server. */
    void beat(Side side) {
        write(side, "\n");
    }

    private boolean write(Side side, String text) {
        try {
            sockets.of(side).getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (IOException e) {
            log.accept("lost " + side.word() + " write failed: " + e.getMessage());
            return false;
        }
    }

    private void read(Side side, Socket socket) {
        try {
            var answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            while (answers.readLine() != null) {
                log.accept("answer " + side.word() + " " + (System.nanoTime() - sentNanos));
            }
            log.accept("lost " + side.word() + " end of stream");
        } catch (IOException e) {
            log.accept("lost " + side.word() + " " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        sockets.plain().close();
        sockets.kept().close();
    }
}

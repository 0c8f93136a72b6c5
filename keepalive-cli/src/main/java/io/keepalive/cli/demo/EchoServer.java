package io.keepalive.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * Answers every line with the same line, except empty ones: those are heartbeats. Logs {@code ready}, and {@code got
 * LINE} before it answers.
 */
final class EchoServer {
    private EchoServer() {}

    /** Argument: the port. */
    public static void main(String[] arguments) throws IOException {
        try (ServerSocket listener = new ServerSocket(Integer.parseInt(arguments[0]))) {
            System.out.println("ready");
            serve(listener, System.out::println);
        }
    }

    /** Returns when the listener is closed. */
    static void serve(ServerSocket listener, Consumer<String> log) throws IOException {
        while (!listener.isClosed()) {
            Socket socket = listener.accept();
            Daemon.start("echo", () -> echo(socket, log));
        }
    }

    /** How many lines its log shows on one connection, without the greeting. */
    static int arrived(Side side, List<String> log) {
        return (int) log.stream().filter(("got " + side.word())::equals).count() - 1;
    }

    private static void echo(Socket socket, Consumer<String> log) throws IOException {
        try (socket) {
            var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isEmpty()) {
                    log.accept("got " + line);
                    socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
                }
            }
        }
    }
}

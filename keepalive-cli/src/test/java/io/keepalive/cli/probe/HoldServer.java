package io.keepalive.cli.probe;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;

/** Accepts on port 7000 and then: {@code hold}, {@code close SECONDS}, {@code keepalive SECONDS}, or {@code proxy HOST}. */
final class HoldServer {
    private HoldServer() {}

    @SuppressWarnings("ModifiedButNotUsed") // held, or they would be collected and closed
    public static void main(String[] arguments) throws IOException {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        List<Socket> held = new ArrayList<>();
        try (ServerSocket listener = new ServerSocket(7000)) {
            System.out.println("ready");
            while (true) {
                Socket socket = listener.accept();
                held.add(socket);
                switch (arguments[0]) {
                    case "close" -> {
                        var unused =
                                timer.schedule(() -> close(socket), Long.parseLong(arguments[1]), TimeUnit.SECONDS);
                    }
                    case "keepalive" -> {
                        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
                        // After an answered probe Linux waits for the interval, not for the idle time.
                        socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, Integer.parseInt(arguments[1]));
                        socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, Integer.parseInt(arguments[1]));
                    }
                    case "proxy" -> held.add(new Socket(arguments[1], 7000));
                    default -> {
                        // holds it
                    }
                }
            }
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // closed already
        }
    }
}

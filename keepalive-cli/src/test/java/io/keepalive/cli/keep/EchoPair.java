package io.keepalive.cli.keep;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * {@code EchoPair serve PORT...}: echoes. {@code EchoPair call HOST PORT}: an ordinary client without any socket option;
 * for each line of its input it sends a byte and prints whether one came back in time.
 */
final class EchoPair {
    private static final int LIMIT_MILLIS = 3000;

    private EchoPair() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments[0].equals("serve")) {
            for (int i = 1; i < arguments.length; i++) {
                ServerSocket listener = new ServerSocket(Integer.parseInt(arguments[i]));
                new Thread(() -> serve(listener)).start();
            }
            System.out.println("ready");
        } else {
            call(arguments[1], Integer.parseInt(arguments[2]));
        }
    }

    private static void serve(ServerSocket listener) {
        while (true) {
            try {
                Socket socket = listener.accept();
                new Thread(() -> echo(socket)).start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void echo(Socket socket) {
        try (socket) {
            for (int next = socket.getInputStream().read();
                    next >= 0;
                    next = socket.getInputStream().read()) {
                socket.getOutputStream().write(next);
            }
        } catch (IOException e) {
            // reset
        }
    }

    private static void call(String host, int port) throws IOException {
        try (Socket socket = new Socket(host, port)) {
            socket.setSoTimeout(LIMIT_MILLIS);
            System.out.println("connected");
            BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (input.readLine() != null) {
                try {
                    socket.getOutputStream().write(1);
                    System.out.println(socket.getInputStream().read() == 1 ? "alive" : "dead");
                } catch (IOException e) {
                    System.out.println("dead");
                }
            }
        }
    }
}

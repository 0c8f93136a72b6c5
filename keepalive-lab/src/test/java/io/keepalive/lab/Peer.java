package io.keepalive.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import jdk.net.ExtendedSocketOptions;

/**
 * One end of a connection, in a process of its own. Prints {@code got LINE} for what it receives and {@code lost WHY} at
 * the end; takes {@code send LINE} and {@code keepalive SECONDS} on its standard input.
 */
public final class Peer {
    static final String PORT = "7000";

    private Peer() {}

    /** Without arguments it listens, with a host it connects. */
    public static void main(String[] arguments) throws IOException {
        try (Socket socket = arguments.length == 0 ? accept() : new Socket(arguments[0], Integer.parseInt(PORT))) {
            System.out.println("connected from port " + socket.getPort() + " to port " + socket.getLocalPort());
            Thread receiver = new Thread(() -> receive(socket));
            receiver.setDaemon(true);
            receiver.start();
            obey(socket);
        }
    }

    private static Socket accept() throws IOException {
        try (ServerSocket listener = new ServerSocket(Integer.parseInt(PORT))) {
            System.out.println("ready");
            return listener.accept();
        }
    }

    private static void receive(Socket socket) {
        try (var reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                System.out.println("got " + line);
            }
            System.out.println("lost end of stream");
        } catch (IOException e) {
            System.out.println("lost " + e.getMessage());
        }
    }

    private static void obey(Socket socket) throws IOException {
        var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        OutputStream out = socket.getOutputStream();
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ", 2);
            if (words[0].equals("keepalive")) {
                socket.setKeepAlive(true);
                socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, Integer.parseInt(words[1]));
                socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, Integer.parseInt(words[1]));
            } else {
                try {
                    out.write((words[1] + "\n").getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                    System.out.println("write failed: " + e.getMessage());
                }
            }
        }
    }
}

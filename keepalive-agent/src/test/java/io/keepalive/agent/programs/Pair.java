package io.keepalive.agent.programs;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Opens a connection to itself, prints its ports, and opens another one for each line of its input. */
public final class Pair {
    private Pair() {}

    /** Runs until its standard input ends. */
    public static void main(String[] arguments) throws Exception {
        List<Socket> open = new ArrayList<>();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            do {
                Socket client = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
                open.add(client);
                open.add(listener.accept());
                System.out.println(
                        "opened " + open.size() / 2 + " " + client.getLocalPort() + " " + listener.getLocalPort());
            } while (input.readLine() != null);
        }
    }
}

package io.keepalive.agent.programs;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * Opens a connection from a port on which it listened before, as FTP's clients do, prints its two ports, and switches its
 * keepalive off for each line of its input.
 */
public final class FromListenedPort {
    private FromListenedPort() {}

    /** Runs until its standard input ends. */
    public static void main(String[] arguments) throws Exception {
        InetAddress here = InetAddress.getLoopbackAddress();
        int port;
        try (ServerSocket passive = new ServerSocket(0, 10, here)) {
            port = passive.getLocalPort();
        }
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (ServerSocket listener = new ServerSocket(0, 10, here);
                SocketChannel client = SocketChannel.open()) {
            client.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            client.bind(new InetSocketAddress(here, port)).connect(listener.getLocalSocketAddress());
            try (Socket accepted = listener.accept()) {
                System.out.println("opened 1 " + port + " " + accepted.getLocalPort());
                while (input.readLine() != null) {
                    client.setOption(StandardSocketOptions.SO_KEEPALIVE, false);
                    System.out.println("switched off");
                }
            }
        }
    }
}

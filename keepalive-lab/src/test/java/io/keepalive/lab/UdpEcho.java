package io.keepalive.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;

/** Without arguments a server that sends datagrams back; with a host and a number it prints how many came back. */
public final class UdpEcho {
    private static final int PORT = 7001;
    private static final int PATIENCE_MILLIS = 2000;

    private UdpEcho() {}

    /** Runs until killed, or until nothing has come back for a while. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 0) {
            serve();
        } else {
            count(InetAddress.getByName(arguments[0]), Integer.parseInt(arguments[1]));
        }
    }

    private static void serve() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(PORT)) {
            System.out.println("ready");
            DatagramPacket packet = new DatagramPacket(new byte[1], 1);
            while (true) {
                socket.receive(packet);
                socket.send(packet);
            }
        }
    }

    private static void count(InetAddress server, int total) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            Thread sender = new Thread(() -> send(socket, server, total));
            sender.setDaemon(true);
            sender.start();
            int back = 0;
            DatagramPacket packet = new DatagramPacket(new byte[1], 1);
            try {
                for (; back < total; back++) {
                    socket.receive(packet);
                }
            } catch (SocketTimeoutException e) {
                // That was all.
            }
            System.out.println(back);
        }
    }

    /** Slowly, so that no socket buffer overflows: only the router is to lose any. (200 fit in one, should all wait.) */
    private static void send(DatagramSocket socket, InetAddress server, int total) {
        try {
            for (int i = 0; i < total; i++) {
                socket.send(new DatagramPacket(new byte[1], 1, server, PORT));
                Thread.sleep(1);
            }
        } catch (IOException | InterruptedException e) {
            System.out.println("can't send: " + e);
        }
    }
}

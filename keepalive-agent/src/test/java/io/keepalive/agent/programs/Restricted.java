package io.keepalive.agent.programs;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Does under a security manager what it may, and what it may not; prints what came of it, the same at each run. */
public final class Restricted {
    private Restricted() {}

    /** May connect, listen and accept; no more. */
    public static void main(String[] arguments) throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket listener = new ServerSocket(0, 10, loopback);
                Socket client = new Socket(loopback, listener.getLocalPort());
                Socket server = listener.accept()) {
            client.setKeepAlive(false);
            server.getOutputStream().write(7);
            System.out.println("Socket: read " + client.getInputStream().read());
        }
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress(loopback, 0));
                SocketChannel client = SocketChannel.open(listener.getLocalAddress());
                SocketChannel server = listener.accept()) {
            System.out.println("SocketChannel: " + client.isConnected() + " " + server.isConnected());
        }
        try {
            System.out.println(System.getProperty("user.home"));
        } catch (SecurityException e) {
            System.out.println(e);
        }
    }
}

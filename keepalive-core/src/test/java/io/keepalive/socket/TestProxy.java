package io.keepalive.socket;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A proxy on loopback that speaks SOCKS 5 (RFC 1928) and HTTP CONNECT (RFC 9110), by the first byte. Every name leads to
 * loopback, so that it resolves names that nobody else knows.
 */
final class TestProxy implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    TestProxy() throws IOException {
        start(this::serve);
    }

    Proxy of(Proxy.Type type) {
        return new Proxy(type, listener.getLocalSocketAddress());
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void start(Step step) {
        Thread thread = new Thread(() -> {
            try {
                step.run();
            } catch (IOException e) {
                // The test has ended, or one of the sides has.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() throws IOException {
        while (true) {
            Socket client = listener.accept();
            open.add(client);
            start(() -> relay(client));
        }
    }

    private void relay(Socket client) throws IOException {
        DataInputStream input = new DataInputStream(client.getInputStream());
        OutputStream output = client.getOutputStream();
        Socket target;
        if (input.read() == 5) {
            input.readNBytes(input.read());
            output.write(new byte[] {5, 0});
            input.readNBytes(3);
            input.readNBytes(
                    switch (input.read()) {
                        case 1 -> 4;
                        case 3 -> input.read();
                        default -> 16;
                    });
            target = new Socket(InetAddress.getLoopbackAddress(), input.readUnsignedShort());
            output.write(new byte[] {5, 0, 0, 1, 127, 0, 0, 1, 0, 0});
        } else {
            StringBuilder head = new StringBuilder();
            while (!head.toString().endsWith("\r\n\r\n")) {
                head.append((char) input.read());
            }
            String authority = head.substring(head.indexOf(" ") + 1, head.indexOf(" HTTP/"));
            int port = Integer.parseInt(authority.substring(authority.lastIndexOf(':') + 1));
            target = new Socket(InetAddress.getLoopbackAddress(), port);
            output.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        open.add(target);
        start(() -> copy(client, input, target));
        copy(target, target.getInputStream(), client);
    }

    /** Passes on an end in order as such, and everything else as a reset of both sides. */
    private static void copy(Socket from, InputStream input, Socket to) throws IOException {
        try {
            input.transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            reset(from);
            reset(to);
        }
    }

    private static void reset(Socket socket) throws IOException {
        if (!socket.isClosed()) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}

package io.keepalive.netty.heartbeat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A proxy of HTTP CONNECT and of SOCKS 5, told apart by the first byte. What the target says first comes in one segment with the
 * proxy's own answer, if it says something soon.
 */
final class ConnectProxy implements AutoCloseable {
    private static final int SOCKS5 = 5;

    private final ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger connections = new AtomicInteger();

    ConnectProxy() throws IOException {
        threads.execute(this::acceptAll);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    int connections() {
        return connections.get();
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket client = listener.accept();
                connections.incrementAndGet();
                threads.execute(() -> serve(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket client) {
        try {
            DataInputStream input = new DataInputStream(client.getInputStream());
            OutputStream output = client.getOutputStream();
            int first = input.readUnsignedByte();
            Socket target = first == SOCKS5 ? socks(input, output) : http(input, output);
            threads.execute(() -> pass(target, client));
            pass(client, target);
        } catch (IOException e) {
            // one of them is gone
        }
    }

    /** RFC 1928: no authentication, an IPv4 address. */
    private static Socket socks(DataInputStream input, OutputStream output) throws IOException {
        input.skipNBytes(input.readUnsignedByte());
        output.write(new byte[] {SOCKS5, 0});
        input.skipNBytes(4);
        InetAddress address = InetAddress.getByAddress(input.readNBytes(4));
        Socket target = new Socket(address, input.readUnsignedShort());
        answer(new byte[] {SOCKS5, 0, 0, 1, 0, 0, 0, 0, 0, 0}, target, output);
        return target;
    }

    /** RFC 9110, section 9.3.6. */
    private static Socket http(DataInputStream input, OutputStream output) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) input.readUnsignedByte());
        }
        String[] target = head.substring(head.indexOf(" ") + 1).split(" ", 2)[0].split(":", 2);
        Socket socket = new Socket(target[0], Integer.parseInt(target[1]));
        answer("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII), socket, output);
        return socket;
    }

    private static void answer(byte[] answer, Socket target, OutputStream output) throws IOException {
        for (int i = 0; i < 30 && target.getInputStream().available() == 0; i++) {
            LockSupport.parkNanos(10_000_000);
        }
        byte[] first =
                target.getInputStream().readNBytes(target.getInputStream().available());
        byte[] both = Arrays.copyOf(answer, answer.length + first.length);
        System.arraycopy(first, 0, both, answer.length, first.length);
        output.write(both);
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // one of them is gone
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}

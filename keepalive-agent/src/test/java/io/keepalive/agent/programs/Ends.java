package io.keepalive.agent.programs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Programs for both sides of the lab whose connections end in every way; they know nothing of keepalive. A port for each
 * way, and on each a socket and a channel.
 */
public final class Ends {
    /** Nobody but the test cuts it: idle, and read from. */
    public static final int CUT_IDLE = 7001;

    /** The same, with data on the way. */
    public static final int CUT_WITH_DATA = 7002;

    /** The same, and data sent after a silence. */
    public static final int CUT_THEN_DATA = 7003;

    /** The same as the first, and nobody reads: closed in the end, as by a pool. */
    public static final int CUT_UNNOTICED = 7011;

    /** Idle for longer than the NAT remembers, then data. */
    public static final int FORGOTTEN_THEN_DATA = 7004;

    /** Idle for longer than the NAT remembers, then a probe. */
    public static final int FORGOTTEN_THEN_PROBE = 7014;

    /** Closed by the peer in order, as by a proxy. */
    public static final int FIN = 7005;

    /** Reset by the peer. */
    public static final int RST = 7006;

    /** The peer does not read: the kernel ends it. */
    public static final int ZERO_WINDOW = 7007;

    /** The peer does not read: the program ends it. */
    public static final int ZERO_WINDOW_GIVEN_UP = 7017;

    /** Closed by the program itself. */
    public static final int OWN_CLOSE = 7008;

    private static final List<Integer> PORTS = List.of(
            CUT_IDLE,
            CUT_WITH_DATA,
            CUT_THEN_DATA,
            CUT_UNNOTICED,
            FORGOTTEN_THEN_DATA,
            FORGOTTEN_THEN_PROBE,
            FIN,
            RST,
            ZERO_WINDOW,
            ZERO_WINDOW_GIVEN_UP,
            OWN_CLOSE);

    private static final byte[] MUCH = new byte[1 << 16];

    private Ends() {}

    /** {@code server}, or {@code client ADDRESS}. */
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("server")) {
            for (int port : PORTS) {
                serve(port);
            }
            System.out.println("listening");
            Thread.sleep(Long.MAX_VALUE);
        }
        client(arguments[1]);
    }

    private static void serve(int port) throws IOException {
        ServerSocket listener = new ServerSocket();
        if (port == ZERO_WINDOW || port == ZERO_WINDOW_GIVEN_UP) {
            listener.setReceiveBufferSize(8192);
        }
        listener.bind(new InetSocketAddress(port));
        start(() -> {
            while (true) {
                Socket socket = listener.accept();
                start(() -> serve(port, socket));
            }
        });
    }

    private static void serve(int port, Socket socket) throws Exception {
        socket.getOutputStream().write(socket.getInputStream().read());
        switch (port) {
            case FIN -> {
                Thread.sleep(1000);
                socket.close();
            }
            case RST -> {
                Thread.sleep(1000);
                socket.setSoLinger(true, 0);
                socket.close();
            }
            case ZERO_WINDOW, ZERO_WINDOW_GIVEN_UP -> Thread.sleep(Long.MAX_VALUE);
            default -> socket.getInputStream().transferTo(socket.getOutputStream());
        }
    }

    private static void client(String address) throws Exception {
        CountDownLatch ready = new CountDownLatch(2 * PORTS.size());
        List<Thread> threads = new ArrayList<>();
        for (int port : PORTS) {
            InetSocketAddress peer = new InetSocketAddress(address, port);
            threads.add(start(() -> {
                Socket socket = new Socket(peer.getAddress(), peer.getPort());
                end(port, ready, socket.getInputStream(), socket.getOutputStream(), socket);
            }));
            threads.add(start(() -> {
                SocketChannel channel = SocketChannel.open(peer);
                end(port, ready, Channels.newInputStream(channel), Channels.newOutputStream(channel), channel);
            }));
        }
        ready.await();
        System.out.println("ready");
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println("done");
    }

    private static void end(
            int port, CountDownLatch ready, InputStream input, OutputStream output, AutoCloseable connection)
            throws Exception {
        try (connection) {
            exchange(input, output);
            ready.countDown();
            ready.await();
            switch (port) {
                case CUT_IDLE, FORGOTTEN_THEN_PROBE, FIN, RST -> input.read();
                case CUT_WITH_DATA -> {
                    while (true) {
                        exchange(input, output);
                        Thread.sleep(50);
                    }
                }
                case CUT_THEN_DATA -> {
                    Thread.sleep(3000);
                    exchange(input, output);
                }
                case CUT_UNNOTICED -> Thread.sleep(9000);
                case FORGOTTEN_THEN_DATA -> {
                    Thread.sleep(7000);
                    exchange(input, output);
                }
                case ZERO_WINDOW -> write(output);
                case ZERO_WINDOW_GIVEN_UP -> {
                    start(() -> {
                        TimeUnit.SECONDS.sleep(4);
                        connection.close();
                    });
                    write(output);
                }
                default -> {
                    // OWN_CLOSE
                }
            }
        }
    }

    private static void write(OutputStream output) throws IOException {
        while (true) {
            output.write(MUCH);
        }
    }

    private static void exchange(InputStream input, OutputStream output) throws IOException {
        output.write('x');
        if (input.read() < 0) {
            throw new IOException("end of stream");
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    private static Thread start(Action action) {
        Thread thread = new Thread(() -> {
            try {
                action.run();
            } catch (Exception e) {
                // That is what it is for.
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}

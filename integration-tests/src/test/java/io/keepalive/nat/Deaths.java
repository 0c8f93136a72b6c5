package io.keepalive.nat;

import io.keepalive.KeepAlive;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.socket.SocketKeeper;
import io.keepalive.socket.WriteTimeouts;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;

/**
 * Programs for both sides of the lab that let connections die in every way, and say what {@link ConnectionLoss} makes of it. One
 * line for each way: its name, and how often each verdict was given.
 */
final class Deaths {
    private static final int EACH = 100;

    private static final byte[] MUCH = new byte[1 << 20];

    private Deaths() {}

    /** Does what the first byte of a connection says: c closes it, r resets it, with any other all bytes are echoed. */
    static final class Server {
        static final int PORT = 7100;

        private Server() {}

        public static void main(String[] args) throws IOException {
            try (ServerSocket server =
                    SocketKeeper.of(KeepAlive.off()).server().backlog(512).listen(PORT)) {
                System.out.println("listening");
                while (true) {
                    Socket socket = server.accept();
                    Thread thread = new Thread(() -> serve(socket));
                    thread.setDaemon(true);
                    thread.start();
                }
            }
        }

        private static void serve(Socket socket) {
            try (socket) {
                int order = socket.getInputStream().read();
                if (order == 'r') {
                    socket.setSoLinger(true, 0);
                }
                if (order >= 0 && order != 'r' && order != 'c') {
                    socket.getOutputStream().write(order);
                    socket.getInputStream().transferTo(socket.getOutputStream());
                }
            } catch (IOException e) {
                // The client tells what it saw.
            }
        }
    }

    /** One way to die. */
    interface Death {
        /** Returns what the failed call threw and, if there is one, the socket that it was on. */
        Ended die(int number) throws Exception;
    }

    record Ended(Throwable thrown, Object socket) {}

    /** The ways that need nothing of the lab but a server; one after the other. */
    static final class Quick {
        private Quick() {}

        public static void main(String[] args) throws Exception {
            InetSocketAddress address = new InetSocketAddress(args[0], Server.PORT);
            InetSocketAddress nobody = new InetSocketAddress(args[0], 7199);
            run("closed by the peer", number -> ordered(address, number, 'c'));
            run("reset by the peer", number -> ordered(address, number, 'r'));
            run("refused", number -> connect(nobody, number));
            run("unresolved", number -> connect(InetSocketAddress.createUnresolved("nowhere.invalid", 1), number));
            run("closed here", number -> closedHere(address, number));
            run("interrupted", number -> interrupted(address));
            run("TLS to a server without", number -> tls(address));
            run("peer does not read, stall guard", number -> stalled(address));
            System.out.println("done");
            System.exit(0);
        }
    }

    /** The ways that need the test to cut the path or to change a route meanwhile. */
    static final class Slow {
        private Slow() {}

        public static void main(String[] args) throws Exception {
            InetSocketAddress address = new InetSocketAddress(args[1], Server.PORT);
            switch (args[0]) {
                case "cut" -> {
                    KeepAlive policy = KeepAlive.parse("idle=2s,interval=1s,count=2");
                    CountDownLatch ready = new CountDownLatch(EACH);
                    announce(ready);
                    run("cut while idle", number -> idle(address, number, policy, ready));
                }
                case "silence" ->
                    run("reset after 33 s of silence", number -> {
                        Closeable connection = open(address, number, KeepAlive.off());
                        write(connection, 'x');
                        read(connection);
                        TimeUnit.SECONDS.sleep(33);
                        write(connection, 'x');
                        return readToTheEnd(connection);
                    });
                case "race" -> {
                    CountDownLatch ready = new CountDownLatch(EACH);
                    announce(ready);
                    race(address, ready);
                }
                case "connect" -> run("connect into a cut", number -> connect(address, number));
                case "unreachable" -> run("no route", number -> connect(address, number));
                default -> throw new IllegalArgumentException(args[0]);
            }
            System.out.println("done");
            System.exit(0);
        }

        private static void announce(CountDownLatch ready) {
            Thread thread = new Thread(() -> {
                try {
                    ready.await();
                    System.out.println("ready");
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void run(String name, Death death) throws InterruptedException {
        Map<String, Integer> verdicts = new TreeMap<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < EACH; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                String verdict = verdict(death, number);
                synchronized (verdicts) {
                    verdicts.merge(verdict, 1, Integer::sum);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println("deaths | " + name + " | " + verdicts);
    }

    private static String verdict(Death death, int number) {
        try {
            Ended ended = death.die(number);
            return (ended.socket() instanceof Socket socket
                            ? ConnectionLoss.of(ended.thrown(), socket)
                            : ended.socket() instanceof SocketChannel channel
                                    ? ConnectionLoss.of(ended.thrown(), channel)
                                    : ConnectionLoss.of(ended.thrown()))
                    .map(loss -> loss.cause() + " " + loss.confidence())
                    .orElse("no loss: " + ended.thrown());
        } catch (Exception e) {
            return "not as planned: " + e;
        }
    }

    /** Even numbers use a socket, odd ones a channel. */
    private static Closeable open(InetSocketAddress address, int number, KeepAlive policy) throws IOException {
        return number % 2 == 0
                ? SocketKeeper.of(policy).client().connect(address)
                : SocketKeeper.of(policy).client().connectChannel(address);
    }

    private static void write(Closeable connection, int value) throws IOException {
        if (connection instanceof Socket socket) {
            socket.getOutputStream().write(value);
        } else {
            ((SocketChannel) connection).write(ByteBuffer.wrap(new byte[] {(byte) value}));
        }
    }

    private static int read(Closeable connection) throws IOException {
        return connection instanceof Socket socket
                ? socket.getInputStream().read()
                : ((SocketChannel) connection).read(ByteBuffer.allocate(1));
    }

    /** Blocks in a read until it fails; an end of stream counts as an exception. */
    private static Ended readToTheEnd(Closeable connection) {
        try {
            int value = read(connection);
            return new Ended(value < 0 ? new EOFException() : new IllegalStateException("read " + value), connection);
        } catch (IOException e) {
            return new Ended(e, connection);
        }
    }

    private static Ended ordered(InetSocketAddress address, int number, char order) throws IOException {
        Closeable connection = open(address, number, KeepAlive.off());
        write(connection, order);
        return readToTheEnd(connection);
    }

    private static Ended idle(InetSocketAddress address, int number, KeepAlive policy, CountDownLatch ready)
            throws IOException {
        Closeable connection = open(address, number, policy);
        write(connection, 'x');
        read(connection);
        ready.countDown();
        return readToTheEnd(connection);
    }

    /** A reader and a writer blocked on one connection: the kernel tells its reason to one of them only. */
    private static void race(InetSocketAddress address, CountDownLatch ready) throws InterruptedException {
        Map<Integer, Ended> writers = new ConcurrentHashMap<>();
        Thread reading = new Thread(() -> {
            try {
                run("cut with data on the way, reader", number -> {
                    Closeable connection = open(address, number, KeepAlive.off());
                    Thread writer = new Thread(() -> writers.put(number, writeToTheEnd(connection)));
                    writer.start();
                    ready.countDown();
                    Ended ended = readToTheEnd(connection);
                    while (ended.thrown() instanceof IllegalStateException) {
                        ended = readToTheEnd(connection); // an echo from before the cut
                    }
                    return ended;
                });
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        reading.start();
        reading.join();
        run("cut with data on the way, writer", number -> {
            while (!writers.containsKey(number)) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            return writers.get(number);
        });
    }

    private static Ended writeToTheEnd(Closeable connection) {
        try {
            while (true) {
                if (connection instanceof Socket socket) {
                    socket.getOutputStream().write(MUCH);
                } else {
                    ((SocketChannel) connection).write(ByteBuffer.wrap(MUCH));
                }
            }
        } catch (IOException e) {
            return new Ended(e, connection);
        }
    }

    private static Ended connect(InetSocketAddress address, int number) {
        var client = SocketKeeper.of(KeepAlive.off()).client().connectTimeout(Duration.ofSeconds(2));
        try {
            Closeable connected = number % 2 == 0 ? client.connect(address) : client.connectChannel(address);
            return new Ended(new IllegalStateException("connected"), connected);
        } catch (IOException e) {
            return new Ended(e, "none");
        }
    }

    private static Ended closedHere(InetSocketAddress address, int number) throws IOException {
        Closeable connection = open(address, number, KeepAlive.off());
        later(() -> connection.close());
        return readToTheEnd(connection);
    }

    private static Ended interrupted(InetSocketAddress address) throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        Thread reader = Thread.currentThread();
        later(() -> reader.interrupt());
        Ended ended = readToTheEnd(channel);
        Thread.interrupted();
        return ended;
    }

    private static Ended tls(InetSocketAddress address) throws IOException {
        Socket socket = SSLSocketFactory.getDefault().createSocket();
        socket.connect(address);
        try {
            socket.getOutputStream().write(1);
            return new Ended(new IllegalStateException("written"), socket);
        } catch (IOException e) {
            return new Ended(e, socket);
        }
    }

    private static Ended stalled(InetSocketAddress address) throws IOException {
        // The server echoes and nobody reads the echo: soon neither side can write.
        try (WriteTimeouts guard = WriteTimeouts.start(Duration.ofSeconds(1));
                Socket socket = new Socket()) {
            socket.connect(address);
            try {
                OutputStream output = guard.outputOf(socket);
                while (true) {
                    output.write(MUCH);
                }
            } catch (IOException e) {
                return new Ended(e, socket);
            }
        }
    }

    private interface Action {
        void run() throws IOException;
    }

    private static void later(Action action) {
        Thread thread = new Thread(() -> {
            try {
                TimeUnit.MILLISECONDS.sleep(500);
                action.run();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}

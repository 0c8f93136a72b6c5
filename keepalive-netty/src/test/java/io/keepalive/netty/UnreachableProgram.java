package io.keepalive.netty;

import io.keepalive.loss.ConnectionLoss;
import io.keepalive.testing.TestCertificate;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Both sides of connections of every kind whose packets do not arrive, a port for each way in which a router may treat them: while
 * they connect, and once they are there. The client prints a line for each failure: {@code row}, case, kind, call, cause, confidence and exception, separated by
 * tabulators.
 */
@SuppressWarnings("FutureReturnValueIgnored")
public final class UnreachableProgram {
    /** The port whose packets the router answers with "destination unreachable", code 0; the next one with code 1. */
    static final int FIRST_PORT = 7300;

    /** Codes of "destination unreachable", then "time to live exceeded", no answer, and no answer to large packets. */
    static final int CASES = 19;

    /** The same ports with TLS are so much higher. */
    static final int TLS = 100;

    private UnreachableProgram() {}

    /** {@code server}, or {@code client ADDRESS CASES}. */
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("server")) {
            for (int code = 0; code < CASES; code++) {
                serve(new ServerSocket(FIRST_PORT + code));
                serve(TestCertificate.ofThisJvm()
                        .context()
                        .getServerSocketFactory()
                        .createServerSocket(FIRST_PORT + TLS + code));
            }
            System.out.println("listening");
            Thread.sleep(Long.MAX_VALUE);
        }
        client(arguments[1], Integer.parseInt(arguments[2]));
        System.exit(0);
    }

    private static void serve(ServerSocket listener) {
        start(() -> {
            while (true) {
                Socket socket = listener.accept();
                start(() -> socket.getInputStream().transferTo(socket.getOutputStream()));
            }
        });
    }

    private static void client(String address, int cases) throws Exception {
        List<ConnectionKind> kinds = ConnectionKind.here();
        List<String> calls = List.of("read", "write");
        CountDownLatch established = new CountDownLatch(cases * kinds.size() * calls.size());
        CountDownLatch cut = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int code = 0; code < cases; code++) {
            int number = code;
            for (ConnectionKind kind : kinds) {
                for (String call : calls) {
                    threads.add(start(() -> {
                        ConnectionKind.Connection connection = kind.connect(address(address, kind, number));
                        established.countDown();
                        cut.await();
                        print(number, kind, call, connection, failure(connection, call));
                    }));
                }
            }
        }
        established.await();
        System.out.println("ready");
        System.in.read();
        cut.countDown();
        for (int code = 0; code < cases; code++) {
            int number = code;
            for (ConnectionKind kind : kinds) {
                threads.add(start(() -> {
                    try {
                        // Some report the failure of an attempt to connect only then.
                        ConnectionKind.Connection connection = kind.connect(address(address, kind, number));
                        print(number, kind, "write after connect", connection, failure(connection, "write"));
                    } catch (Exception e) {
                        print(number, kind, "connect", null, e);
                    }
                }));
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println("done");
    }

    private static InetSocketAddress address(String address, ConnectionKind kind, int code) {
        return new InetSocketAddress(address, FIRST_PORT + code + (kind == ConnectionKind.JDK_TLS ? TLS : 0));
    }

    /** Something is on the way all the time: the kernel gives it up, and says what it last heard. */
    private static Exception failure(ConnectionKind.Connection connection, String call) throws InterruptedException {
        try {
            connection.write();
            while (true) {
                if (call.equals("write")) {
                    Thread.sleep(50);
                    connection.write();
                } else if (connection.read() < 0) {
                    return new EOFException("end of stream");
                }
            }
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            return e;
        }
    }

    private static void print(
            int code,
            ConnectionKind kind,
            String call,
            ConnectionKind.@Nullable Connection connection,
            Exception thrown) {
        Optional<ConnectionLoss> loss = kind.loss(connection, thrown);
        String found = loss.map(each -> each.cause() + "\t" + each.confidence()).orElse("NONE\tLOW");
        System.out.println(String.join(
                "\t",
                "row",
                String.valueOf(code),
                kind.name(),
                call,
                found,
                String.valueOf(thrown).replace('\n', ' ')));
    }

    private interface Action {
        void run() throws Exception;
    }

    private static Thread start(Action action) {
        Thread thread = new Thread(() -> {
            try {
                action.run();
            } catch (IOException e) {
                // The other side has ended.
            } catch (Exception e) {
                System.out.println("failed " + e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}

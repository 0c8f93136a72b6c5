import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import jdk.net.ExtendedSocketOptions;

/** Client KIND HOST COUNT: as client.py, in Java. Has no user timeout: the kernel's retries end unacknowledged data. */
final class Client {
    private static final Map<String, Integer> PORTS = Map.ofEntries(
            Map.entry("cut-idle", 7001),
            Map.entry("cut-data", 7002),
            Map.entry("nat-silent", 7003),
            Map.entry("nat-silent-probed", 7003),
            Map.entry("nat-survivor", 7003),
            Map.entry("reset-survivor", 7004),
            Map.entry("nat-reset", 7004),
            Map.entry("nat-reset-probed", 7004),
            Map.entry("proxy-fin", 7005),
            Map.entry("peer-rst", 7006),
            Map.entry("zero-window", 7007),
            Map.entry("own-close", 7008));
    private static final int[] GAPS = {8, 9, 11};
    private static final byte[] PING = {'p', 'i', 'n', 'g'};

    private Client() {}

    public static void main(String[] arguments) throws InterruptedException {
        Thread[] threads = new Thread[Integer.parseInt(arguments[2])];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(null, () -> run(arguments[0], arguments[1]), "client", 256 * 1024);
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void run(String kind, String host) {
        pause(ThreadLocalRandom.current().nextInt(2000));
        try (Socket socket = new Socket(host, PORTS.get(kind))) {
            System.out.println(kind + " " + socket.getLocalPort());
            die(kind, socket);
        } catch (IOException e) {
            // that is what it is for
        }
    }

    private static void die(String kind, Socket socket) throws IOException {
        int gap = GAPS[ThreadLocalRandom.current().nextInt(GAPS.length)];
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        switch (kind) {
            case "cut-idle" -> {
                probe(socket, 2);
                exchange(in, out);
                in.read();
            }
            case "cut-data" -> {
                while (true) {
                    exchange(in, out);
                    pause(500);
                }
            }
            case "nat-silent", "nat-reset" -> {
                exchange(in, out);
                pause(gap * 1000);
                out.write(PING);
                in.read();
            }
            case "nat-silent-probed", "nat-reset-probed" -> {
                probe(socket, gap);
                exchange(in, out);
                in.read();
            }
            case "nat-survivor", "reset-survivor" -> {
                for (int wait = 2; wait <= 6; wait += 2) {
                    exchange(in, out);
                    pause(wait * 1000);
                }
                exchange(in, out);
            }
            case "proxy-fin", "peer-rst" -> {
                out.write(PING);
                in.readAllBytes();
            }
            case "zero-window" -> {
                // A write limit as programs have it: another thread closes the socket.
                Thread limit = new Thread(() -> {
                    pause(6000);
                    try {
                        socket.close();
                    } catch (IOException e) {
                        // closed already
                    }
                });
                limit.start();
                while (true) {
                    out.write(new byte[65536]);
                }
            }
            case "own-close" -> {
                exchange(in, out);
                pause(ThreadLocalRandom.current().nextInt(4000));
            }
            default -> throw new IllegalArgumentException(kind);
        }
    }

    private static void probe(Socket socket, int idle) throws IOException {
        socket.setKeepAlive(true);
        socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, idle);
        socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 1);
        socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
    }

    private static void exchange(InputStream in, OutputStream out) throws IOException {
        out.write(PING);
        if (in.readNBytes(4).length < 4) {
            throw new IOException("closed");
        }
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

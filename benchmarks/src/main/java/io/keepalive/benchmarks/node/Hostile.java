package io.keepalive.benchmarks.node;

import io.keepalive.lab.Host;
import io.keepalive.lab.LabProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A process full of hostile peers, which do one thing without end. Arguments: the {@link Kind}, the host, how many connections
 * to each port, and the ports.
 */
public final class Hostile {
    /** The shortest HELLO that is valid. */
    private static final byte[] HELLO = {1, 0, 0, 6, 1, 4, 0, 0, 0, 1};

    private static final int CHUNK_BYTES = 64 * 1024;

    /** What it does: a frame of this type and length without pause, or something slow. */
    public enum Kind {
        BEAT(3, 0),
        DATA_1(2, 1),
        DATA_0(2, 0),
        PING(4, 8),
        OPTIONAL(0x80, 0),
        /** A HELLO of 512 bytes, one a second. */
        SLOW_HELLO(1, 512),
        /** Nothing at all. */
        SILENT(0, 0);

        private final int type;
        private final int length;

        Kind(int type, int length) {
            this.type = type;
            this.length = length;
        }

        private byte[] chunk() {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
            while (chunk.remaining() >= 4 + length) {
                chunk.putInt(type << 24 | length).put(new byte[length]);
            }
            return Arrays.copyOf(chunk.array(), chunk.position());
        }
    }

    private Hostile() {}

    public static void main(String[] args) throws Exception {
        Kind kind = Kind.valueOf(args[0]);
        int connections = Integer.parseInt(args[2]);
        List<Socket> held = new ArrayList<>();
        for (String port : List.of(args).subList(3, args.length)) {
            InetSocketAddress victim = new InetSocketAddress(args[1], Integer.parseInt(port));
            for (int i = 0; i < connections; i++) {
                Socket socket = open(victim);
                held.add(socket);
                if (kind != Kind.SILENT) {
                    VirtualThreads.daemon(() -> attackAgain(kind, socket, victim), "attacks")
                            .start();
                }
            }
        }
        System.out.println(Node.READY + " " + held.size());
        while (System.in.read() >= 0) {
            // until the lab ends it
        }
    }

    /** Starts one, and returns when it is connected. */
    public static LabProcess start(Host host, Kind kind, int connectionsEach, List<Style> styles) {
        Stream<String> ports =
                styles.stream().map(style -> Integer.toString(style.port(NodeOptions.HOSTILE_BASE_PORT)));
        String[] words = Stream.concat(Stream.of(kind.name(), "10.9.2.2", Integer.toString(connectionsEach)), ports)
                .toArray(String[]::new);
        LabProcess process = host.java(Hostile.class, words);
        process.awaitLine(line -> line.startsWith(Node.READY), Duration.ofMinutes(1));
        return process;
    }

    private static Socket open(InetSocketAddress victim) throws IOException {
        Socket socket = new Socket();
        socket.connect(victim, 30_000);
        return socket;
    }

    /** Comes back when its victim has closed the connection. */
    private static void attackAgain(Kind kind, Socket first, InetSocketAddress victim) {
        Socket socket = first;
        while (true) {
            attack(kind, socket);
            Pause.sleep(100);
            try {
                socket = open(victim);
            } catch (IOException e) {
                // next time
            }
        }
    }

    private static void attack(Kind kind, Socket socket) {
        VirtualThreads.daemon(() -> drain(socket), "drains").start();
        try (socket) {
            OutputStream output = socket.getOutputStream();
            if (kind == Kind.SLOW_HELLO) {
                output.write(ByteBuffer.allocate(4)
                        .putInt(kind.type << 24 | kind.length)
                        .array());
                for (int next : IntStream.range(0, kind.length).toArray()) {
                    output.write(0x90 + next % 8); // entries of unknown types
                    Pause.sleep(1000);
                }
                return;
            }
            output.write(HELLO);
            byte[] chunk = kind.chunk();
            while (true) {
                output.write(chunk);
            }
        } catch (IOException e) {
            // closed by its victim
        }
    }

    private static void drain(Socket socket) {
        try {
            InputStream input = socket.getInputStream();
            byte[] buffer = new byte[CHUNK_BYTES];
            while (input.read(buffer) >= 0) {
                // all that comes
            }
        } catch (IOException e) {
            // closed by its victim
        }
    }
}

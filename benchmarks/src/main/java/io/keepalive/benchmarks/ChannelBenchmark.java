package io.keepalive.benchmarks;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.nio.HeartbeatChannel;
import io.keepalive.nio.HeartbeatLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A heartbeat channel against the bare one: one thread has both ends of a loopback connection, so that the time is what
 * both ends use of a processor, and not that of a scheduler.
 *
 * <pre>
 * ./mvnw -q -pl benchmarks -am package -DskipTests -Dfast
 * java -jar benchmarks/target/benchmarks.jar ChannelBenchmark -prof gc
 * </pre>
 *
 * <p>What to look at: {@code heartbeat} to {@code bare} of the same benchmark, and {@code gc.alloc.rate.norm}.
 * {@code pingPong}: 64 bytes there and back, with a look at the loop's heartbeats after each. {@code bulk}: a mebibyte one
 * way, in pieces of 128 KiB.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@SuppressWarnings("NullAway.Init") // by JMH and the set-up
public class ChannelBenchmark {
    private static final int MESSAGE_BYTES = 64;
    private static final int BULK_BYTES = 1 << 20;
    private static final int LARGEST_PIECE_BYTES = 128 * 1024;

    /** Which. */
    public enum Kind {
        /** A SocketChannel. */
        BARE,
        /** A HeartbeatChannel on it. */
        HEARTBEAT
    }

    /** Which. */
    @Param
    public Kind kind;

    /** Of bulk, written at once. */
    @Param({"65536"})
    public int pieceBytes = LARGEST_PIECE_BYTES;

    private final HeartbeatLoop heartbeats = new HeartbeatLoop(HeartbeatConfig.defaults());
    private final ByteBuffer out = ByteBuffer.allocateDirect(LARGEST_PIECE_BYTES);
    private final ByteBuffer in = ByteBuffer.allocateDirect(LARGEST_PIECE_BYTES);
    private Selector selector;
    private ByteChannel near;
    private ByteChannel far;

    /** Connects. */
    @Setup(Level.Trial)
    public void connect() throws IOException {
        selector = Selector.open();
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            near = channel(SocketChannel.open(listener.getLocalAddress()));
            far = channel(listener.accept());
        }
        for (int i = 0; i < 10; i++) {
            pingPong(); // the HELLOs
        }
    }

    private ByteChannel channel(SocketChannel socket) throws IOException {
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        socket.configureBlocking(false);
        SelectionKey key = socket.register(selector, SelectionKey.OP_READ);
        return kind == Kind.BARE ? socket : heartbeats.add(key);
    }

    /** Closes. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        near.close();
        far.close();
        selector.close();
    }

    /** There and back. */
    @Benchmark
    public void pingPong() throws IOException {
        send(near, MESSAGE_BYTES);
        receive(far, MESSAGE_BYTES);
        send(far, MESSAGE_BYTES);
        receive(near, MESSAGE_BYTES);
        if (kind == Kind.HEARTBEAT) {
            heartbeats.tick((channel, lost) -> {
                throw new IllegalStateException(lost);
            });
        }
    }

    /** One way. */
    @Benchmark
    public void bulk() throws IOException {
        for (int sent = 0; sent < BULK_BYTES; sent += pieceBytes) {
            out.clear().limit(pieceBytes);
            int received = 0;
            while (received < pieceBytes) {
                if (near instanceof HeartbeatChannel channel) {
                    channel.flush();
                }
                near.write(out);
                received += Math.max(0, far.read(in.clear()));
            }
        }
    }

    private void send(ByteChannel channel, int bytes) throws IOException {
        channel.write(out.clear().limit(bytes));
    }

    private void receive(ByteChannel channel, int bytes) throws IOException {
        in.clear();
        while (in.position() < bytes) {
            channel.read(in);
        }
    }
}

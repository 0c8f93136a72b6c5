package io.keepalive.benchmarks;

import io.keepalive.KeepAlive;
import io.keepalive.socket.KeepAliveReport;
import io.keepalive.socket.SocketKeeper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A full policy put on one socket, against the same four options set by hand.
 *
 * <pre>
 * ./mvnw -q -pl benchmarks -am package -DskipTests
 * java -jar benchmarks/target/benchmarks.jar SocketOptions -prof gc
 * </pre>
 *
 * <p>What to look at: the ratio of {@code set*} and {@code keep*} to {@code byHand*} of the same kind, the floor
 * of which is {@code byHandAndReadBack*}, and {@code gc.alloc.rate.norm} (bytes per operation), of which the JDK itself takes 24 for boxing a boolean.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class SocketOptionsBenchmark {
    private static final SocketKeeper KEEPER = SocketKeeper.of(KeepAlive.defaults());

    private final Socket socket = new Socket();
    private final SocketChannel channel;

    public SocketOptionsBenchmark() {
        try {
            this.channel = SocketChannel.open();
            // The first option set makes the JDK create the socket; that is not what is measured.
            socket.setKeepAlive(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @TearDown
    public void close() throws IOException {
        socket.close();
        channel.close();
    }

    @Benchmark
    public void byHandSocket() throws IOException {
        socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 30);
        socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 5);
        socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 6);
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    }

    /** What {@code keep} can't be cheaper than: the four system calls that set and the four that read back. */
    @Benchmark
    public void byHandAndReadBackSocket(Blackhole seen) throws IOException {
        byHandSocket();
        seen.consume(socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE));
        seen.consume(socket.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL));
        seen.consume(socket.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT));
        seen.consume(socket.getOption(StandardSocketOptions.SO_KEEPALIVE));
    }

    @Benchmark
    public KeepAliveReport setSocket() throws IOException {
        return KEEPER.set(socket);
    }

    @Benchmark
    public KeepAliveReport keepSocket() throws IOException {
        return KEEPER.keep(socket);
    }

    @Benchmark
    public void byHandChannel() throws IOException {
        channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 30);
        channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 5);
        channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 6);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    }

    /** As {@link #byHandAndReadBackSocket}. */
    @Benchmark
    public void byHandAndReadBackChannel(Blackhole seen) throws IOException {
        byHandChannel();
        seen.consume(channel.getOption(ExtendedSocketOptions.TCP_KEEPIDLE));
        seen.consume(channel.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL));
        seen.consume(channel.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT));
        seen.consume(channel.getOption(StandardSocketOptions.SO_KEEPALIVE));
    }

    @Benchmark
    public KeepAliveReport setChannel() throws IOException {
        return KEEPER.set(channel);
    }

    @Benchmark
    public KeepAliveReport keepChannel() throws IOException {
        return KEEPER.keep(channel);
    }
}

package io.keepalive.benchmarks;

import io.keepalive.loss.TcpInfo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
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
 * A look at {@code TCP_INFO}, which is the search for the socket's descriptor, its duplication, one system call, and the
 * closing of the duplicate. On Linux with JDK 22 or newer.
 *
 * <pre>
 * ./mvnw -q -pl benchmarks -am package -DskipTests -Dfast
 * java -jar benchmarks/target/benchmarks.jar Descriptor
 * </pre>
 *
 * <p>What to look at: the difference between 1,000 and 15,000 descriptors. Needs {@code ulimit -n} of more than 16,000.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // by @Setup
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class DescriptorBenchmark {
    /** Many open descriptors, and one connection among the first of them. */
    @State(Scope.Thread)
    @SuppressWarnings("NullAway.Init") // by @Setup
    public static class Haystack {
        @Param({"1000", "15000"})
        int descriptors;

        private final List<SocketChannel> others = new ArrayList<>();
        private ServerSocketChannel server;
        private SocketChannel known;
        private SocketChannel knownPeer;

        @Setup
        public void open() throws IOException {
            server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            known = SocketChannel.open(server.getLocalAddress());
            knownPeer = server.accept();
            if (TcpInfo.of(known).isEmpty()) {
                throw new IllegalStateException("no TCP_INFO here: needs Linux and JDK 22 or newer");
            }
            for (int i = 0; i < descriptors; i++) {
                others.add(SocketChannel.open());
            }
        }

        @TearDown
        public void close() throws IOException {
            for (SocketChannel other : others) {
                other.close();
            }
            knownPeer.close();
            known.close();
            server.close();
        }
    }

    /** A connection that is new each time: its number is the highest, or close to it. */
    @State(Scope.Thread)
    public static class Fresh {
        private SocketChannel channel;
        private SocketChannel peer;

        @Setup(Level.Invocation)
        public void open(Haystack haystack) throws IOException {
            channel = SocketChannel.open(haystack.server.getLocalAddress());
            peer = haystack.server.accept();
        }

        @TearDown(Level.Invocation)
        public void close() throws IOException {
            channel.close();
            peer.close();
        }
    }

    /** A connection that was looked at before. */
    @Benchmark
    public TcpInfo known(Haystack haystack) {
        return TcpInfo.of(haystack.known).orElseThrow();
    }

    /** The first look at a connection that was opened just now. */
    @Benchmark
    public TcpInfo fresh(Fresh fresh) {
        return TcpInfo.of(fresh.channel).orElseThrow();
    }

    /** What measuring single calls costs by itself. */
    @Benchmark
    public boolean freshWithoutLook(Fresh fresh) {
        return fresh.channel.isOpen();
    }
}

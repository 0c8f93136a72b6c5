package io.keepalive.benchmarks;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.HeartbeatAction;
import io.keepalive.heartbeat.HeartbeatConfig;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a heartbeat costs where the traffic is, and at a tick.
 *
 * <pre>
 * ./mvnw -q -pl benchmarks -am package -DskipTests -Dfast
 * java -jar benchmarks/target/benchmarks.jar HeartbeatBenchmark -prof gc
 * </pre>
 *
 * <p>What to look at: {@code received} and {@code sent} less {@code counter}, a field that is counted up; and against
 * {@code clock}, which is what stamping each message with the time would cost. {@code visit} is a tick of a connection with
 * traffic in both directions.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class HeartbeatBenchmark {
    private final Heartbeat heartbeat = new Heartbeat(HeartbeatConfig.defaults(), 1, System.nanoTime());
    private long now = heartbeat.dueNanos();

    @SuppressWarnings("UnusedVariable") // written
    private int counter;

    /** A counter of the same kind, and nothing around it: what the harness and a write to memory cost here. */
    @Benchmark
    public void counter() {
        counter++;
    }

    @Benchmark
    public void received() {
        heartbeat.onReceived();
    }

    @Benchmark
    public void sent() {
        heartbeat.onSent();
    }

    @Benchmark
    public long clock() {
        return System.nanoTime();
    }

    @Benchmark
    public HeartbeatAction visit() {
        heartbeat.onReceived();
        heartbeat.onSent();
        heartbeat.onTick(now, true, false, 0);
        now = heartbeat.dueNanos();
        return heartbeat.poll();
    }
}

package io.keepalive.benchmarks;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.HeartbeatAction;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatWheel;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.TimerTask;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A million heartbeats that are looked at every 30 s, on one wheel, against the same heartbeats as timeouts of Netty's
 * {@code HashedWheelTimer}; and against timeouts that do less than any heartbeat can: compare a counter, and arm again.
 * Two rounds of each, in turn, in one JVM.
 *
 * <pre>
 * java -Xmx4g -cp benchmarks/target/benchmarks.jar io.keepalive.benchmarks.WheelComparison [COUNT [SECONDS]]
 * </pre>
 *
 * <p>Prints the CPU time of the whole process, the collector included, per second of wall time, how often each connection
 * was visited in an interval, and the heap for each connection, the heartbeat itself included.
 */
public final class WheelComparison {
    /** Looked at every 30 s, which is twice for each beat. */
    private static final HeartbeatConfig CONFIG = HeartbeatConfig.builder()
            .beatInterval(Duration.ofSeconds(60))
            .pingIdle(Duration.ofSeconds(120))
            .build();

    private static final Duration RESOLUTION = Duration.ofMillis(100);
    private static final long WARM_UP_SECONDS = 10;
    /** Of a connection itself, with either timer: a header and three fields. */
    private static final long CONNECTION_BYTES = 24;

    private final int count;
    private final int seconds;
    private long visits;

    private WheelComparison(int count, int seconds) {
        this.count = count;
        this.seconds = seconds;
    }

    /**
     * Runs it.
     *
     * @param args how many connections, by default a million; for how many seconds, by default 90
     */
    public static void main(String[] args) throws InterruptedException {
        WheelComparison comparison = new WheelComparison(
                args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000,
                args.length > 1 ? Integer.parseInt(args[1]) : 90);
        System.out.printf(
                "%s, %d connections, %d s each%n",
                System.getProperty("java.vm.version"), comparison.count, comparison.seconds);
        for (int round = 1; round <= 2; round++) {
            comparison.wheel();
            comparison.hashedWheelTimer(
                    "HashedWheelTimer, same heartbeat", (seed, due) -> comparison.new Beating(seed, due));
            comparison.hashedWheelTimer("HashedWheelTimer, a counter", (seed, due) -> comparison.new Counting());
        }
    }

    private void wheel() throws InterruptedException {
        long before = usedBytes();
        HeartbeatWheel<Beating> wheel = new HeartbeatWheel<>(RESOLUTION, Beating::tick, System.nanoTime());
        List<Beating> all = new ArrayList<>(count);
        Random phases = new Random(1);
        for (int i = 0; i < count; i++) {
            all.add(new Beating(i, phaseNanos(phases)));
        }
        all.forEach(each -> wheel.add(each.heartbeat, each));
        all.clear();
        Thread driver = new Thread(
                () -> {
                    while (!Thread.interrupted()) {
                        wheel.advance(System.nanoTime());
                        LockSupport.parkNanos(wheel.nanosToNext(System.nanoTime()));
                    }
                },
                "wheel");
        driver.start();
        measure("HeartbeatWheel", usedBytes() - before - 4L * count);
        driver.interrupt();
        driver.join();
    }

    private interface Maker {
        TimerTask make(int seed, long dueNanos);
    }

    private void hashedWheelTimer(String name, Maker maker) throws InterruptedException {
        long before = usedBytes();
        HashedWheelTimer timer = new HashedWheelTimer(RESOLUTION.toMillis(), TimeUnit.MILLISECONDS, 512);
        Random phases = new Random(1);
        for (int i = 0; i < count; i++) {
            long dueNanos = phaseNanos(phases);
            timer.newTimeout(maker.make(i, dueNanos), dueNanos, TimeUnit.NANOSECONDS);
        }
        timer.start();
        TimeUnit.SECONDS.sleep(2); // until it has taken over what is queued
        measure(name, usedBytes() - before);
        timer.stop();
    }

    /** Connections don't lie in memory in the order in which they are due, once they have lived for a while. */
    private static long phaseNanos(Random phases) {
        return (long) (30e9 * phases.nextDouble());
    }

    /** What an adapter has for each connection, on either timer. */
    private final class Beating implements TimerTask {
        private final Heartbeat heartbeat;

        Beating(int seed, long dueNanos) {
            long madeNanos = System.nanoTime() + dueNanos - 30_000_000_000L;
            this.heartbeat = new Heartbeat(CONFIG, seed, madeNanos);
        }

        void tick(long nowNanos) {
            visits++;
            heartbeat.onReceived(); // a healthy peer
            heartbeat.onTick(nowNanos, true, false, 0);
            while (heartbeat.poll() != HeartbeatAction.NONE) {
                // sent
            }
        }

        @Override
        public void run(Timeout timeout) {
            long nowNanos = System.nanoTime();
            tick(nowNanos);
            timeout.timer().newTimeout(this, heartbeat.dueNanos() - nowNanos, TimeUnit.NANOSECONDS);
        }
    }

    private final class Counting implements TimerTask {
        private int received;
        private int mark;

        @Override
        public void run(Timeout timeout) {
            visits++;
            received++;
            if (received != mark) {
                mark = received;
            }
            timeout.timer().newTimeout(this, 30, TimeUnit.SECONDS);
        }
    }

    private void measure(String name, long bytes) throws InterruptedException {
        TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
        visits = 0;
        long cpu = cpuNanos();
        long start = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        double wallNanos = System.nanoTime() - start;
        cpu = cpuNanos() - cpu;
        System.out.printf(
                Locale.ROOT,
                "%-33s CPU %.2f ms a second, %.0f ns a visit, %.2f visits an interval, heap %.0f B a connection%n",
                name,
                cpu / 1e6 / (wallNanos / 1e9),
                (double) cpu / Math.max(1, visits),
                visits * 30e9 / wallNanos / count,
                (double) bytes / count - CONNECTION_BYTES);
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static long usedBytes() throws InterruptedException {
        for (int i = 0; i < 4; i++) {
            System.gc();
            Thread.sleep(100);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}

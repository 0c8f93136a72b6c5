package io.keepalive.benchmarks;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.HeartbeatAction;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatListener;
import io.keepalive.heartbeat.HeartbeatWheel;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.TimerTask;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A million heartbeats that are looked at every 30 s, on one wheel, against a million timeouts of Netty's
 * {@code HashedWheelTimer} that do the least a heartbeat has to do: look whether something was received, and arm again.
 * Two rounds of each, in turn, in one JVM.
 *
 * <pre>
 * java -Xmx4g -cp benchmarks/target/benchmarks.jar io.keepalive.benchmarks.WheelComparison [COUNT [SECONDS]]
 * </pre>
 *
 * <p>Prints the CPU time of the timer's thread per second of wall time, how often each connection was visited in an
 * interval, and the heap for each connection, the heartbeat itself included.
 */
public final class WheelComparison {
    /** Looked at every 30 s, which is twice for each beat. */
    private static final HeartbeatConfig CONFIG = HeartbeatConfig.builder()
            .beatEvery(Duration.ofSeconds(60))
            .pingAfter(Duration.ofSeconds(120))
            .build();

    private static final Duration RESOLUTION = Duration.ofMillis(100);

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
            comparison.ours();
            comparison.netty();
        }
    }

    private void ours() throws InterruptedException {
        long before = usedBytes();
        HeartbeatWheel wheel = new HeartbeatWheel(RESOLUTION, System.nanoTime());
        List<Heartbeat> all = new ArrayList<>(count);
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            // spread over an interval, as connections that come one after the other are
            long made = start - (long) (30e9 * i / count);
            Heartbeat heartbeat = new Heartbeat(CONFIG, i, HeartbeatListener.NONE, made);
            all.add(heartbeat);
        }
        for (Heartbeat heartbeat : all) {
            wheel.add(heartbeat, new Connection(heartbeat));
        }
        all.clear();
        // the list and the owners of the heartbeats are not the wheel's
        long bytes = usedBytes() - before - 4L * count - 24L * count;
        measure("heartbeat + wheel", bytes, () -> {
            wheel.advance(System.nanoTime());
            LockSupport.parkNanos(wheel.nanosToNext(System.nanoTime()));
        });
    }

    /** What an adapter has for each connection. */
    private final class Connection implements HeartbeatWheel.Visit {
        private final Heartbeat heartbeat;

        Connection(Heartbeat heartbeat) {
            this.heartbeat = heartbeat;
        }

        @Override
        public void visit(long nowNanos) {
            visits++;
            heartbeat.onReceived(); // a healthy peer
            heartbeat.onTick(nowNanos, true, false, 0);
            while (heartbeat.poll() != HeartbeatAction.NONE) {
                // sent
            }
        }
    }

    private void netty() throws InterruptedException {
        long before = usedBytes();
        Thread[] worker = new Thread[1];
        HashedWheelTimer timer = new HashedWheelTimer(
                task -> worker[0] = new Thread(task, "hashed-wheel"), 100, TimeUnit.MILLISECONDS, 512);
        for (int i = 0; i < count; i++) {
            new TimedConnection(timer, (long) (30e9 * i / count));
        }
        timer.start();
        Thread.sleep(2000); // until it has taken over what is queued
        long bytes = usedBytes() - before - 24L * count;
        long cpu = cpuNanos(worker[0]);
        long start = System.nanoTime();
        visits = 0;
        Thread.sleep(seconds * 1000L);
        report("HashedWheelTimer", bytes, cpuNanos(worker[0]) - cpu, System.nanoTime() - start);
        timer.stop();
    }

    private final class TimedConnection implements TimerTask {
        private int received;
        private int mark;

        TimedConnection(HashedWheelTimer timer, long firstNanos) {
            timer.newTimeout(this, firstNanos, TimeUnit.NANOSECONDS);
        }

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

    private void measure(String name, long bytes, Runnable loop) throws InterruptedException {
        visits = 0;
        boolean[] stop = new boolean[1];
        Thread driver = new Thread(
                () -> {
                    long start = System.nanoTime();
                    long end = start + seconds * 1_000_000_000L;
                    while (System.nanoTime() - end < 0 && !stop[0]) {
                        loop.run();
                    }
                    report(name, bytes, cpuNanos(Thread.currentThread()), System.nanoTime() - start);
                },
                "wheel");
        driver.start();
        driver.join();
    }

    private void report(String name, long bytes, long cpuNanos, long wallNanos) {
        System.out.printf(
                Locale.ROOT,
                "%-18s CPU %.2f ms a second, %.0f ns a visit, %.2f visits an interval, heap %.0f B a connection%n",
                name,
                cpuNanos / 1e6 / (wallNanos / 1e9),
                (double) cpuNanos / Math.max(1, visits),
                visits * 30e9 / wallNanos / count,
                (double) bytes / count);
    }

    private static long cpuNanos(Thread thread) {
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId());
    }

    private static long usedBytes() throws InterruptedException {
        for (int i = 0; i < 4; i++) {
            System.gc();
            Thread.sleep(100);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}

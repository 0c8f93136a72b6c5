package io.keepalive.benchmarks;

import com.sun.management.ThreadMXBean;
import io.keepalive.benchmarks.ChannelBenchmark.Kind;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;

/**
 * What {@link ChannelBenchmark} does, to show what a heartbeat costs: in rounds that take turns, so
 * that what else the machine does hits both alike, with the processor's time in place of the wall's; and the throughput from one selector loop to
 * another one, each with a thread.
 *
 * <pre>
 * java -cp benchmarks/target/benchmarks.jar io.keepalive.benchmarks.ChannelComparison [ROUNDS]
 * </pre>
 *
 * <p>Prints for each kind the median, and in brackets the least and the most, of the rounds; the heartbeat's ratio to the
 * bare channel is the median of the ratios within a round.
 */
public final class ChannelComparison {
    private static final long ROUND_NANOS = 500_000_000L;
    private static final int WARM_UP_ROUNDS = 3;
    private static final int MESSAGES = 2;
    private static final long TRANSFER_BYTES = 1L << 30;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private ChannelComparison() {}

    private interface Work {
        void run() throws IOException;
    }

    /** What one round used for one thing done. */
    private record Used(double cpuNanos, double bytes) {}

    /**
     * Runs it.
     *
     * @param args how many rounds of each, by default 15
     */
    public static void main(String[] args) throws IOException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 15;
        System.out.printf("JDK %s, %d rounds%n", System.getProperty("java.vm.version"), rounds);
        ChannelBenchmark bare = connected(Kind.BARE);
        ChannelBenchmark heartbeat = connected(Kind.HEARTBEAT);
        compare("64 B there and back, a message", MESSAGES, rounds, bare::pingPong, heartbeat::pingPong);
        for (int pieceBytes : new int[] {16 * 1024, 64 * 1024, 128 * 1024}) {
            bare.pieceBytes = pieceBytes;
            heartbeat.pieceBytes = pieceBytes;
            compare("bulk in pieces of " + pieceBytes / 1024 + " KiB, 1 MiB", 1, rounds, bare::bulk, heartbeat::bulk);
        }
        bare.close();
        heartbeat.close();
        for (int pieceBytes : new int[] {64 * 1024, 128 * 1024, 256 * 1024}) {
            compareThroughput(pieceBytes, rounds);
        }
        System.exit(0);
    }

    private static ChannelBenchmark connected(Kind kind) throws IOException {
        ChannelBenchmark benchmark = new ChannelBenchmark();
        benchmark.kind = kind;
        benchmark.connect();
        return benchmark;
    }

    private static void compare(String what, int perRun, int rounds, Work bare, Work heartbeat) throws IOException {
        double[] bareNanos = new double[rounds];
        double[] heartbeatNanos = new double[rounds];
        double[] ratios = new double[rounds];
        double bytes = 0;
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            Used ofBare = round(bare, perRun);
            Used ofHeartbeat = round(heartbeat, perRun);
            if (round >= 0) {
                bareNanos[round] = ofBare.cpuNanos;
                heartbeatNanos[round] = ofHeartbeat.cpuNanos;
                ratios[round] = ofHeartbeat.cpuNanos / ofBare.cpuNanos;
                bytes = Math.max(bytes, ofHeartbeat.bytes - ofBare.bytes);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%-38s CPU ns: bare %s, heartbeat %s, ratio %s; %.3f B more%n",
                what,
                text(bareNanos, "%.0f"),
                text(heartbeatNanos, "%.0f"),
                text(ratios, "%.3f"),
                bytes);
    }

    private static void compareThroughput(int pieceBytes, int rounds) throws IOException {
        double[] bareRates = new double[rounds];
        double[] heartbeatRates = new double[rounds];
        double[] ratios = new double[rounds];
        try (OneWay bare = new OneWay(Kind.BARE, pieceBytes);
                OneWay heartbeat = new OneWay(Kind.HEARTBEAT, pieceBytes)) {
            for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
                double ofBare = megabytesPerSecond(bare);
                double ofHeartbeat = megabytesPerSecond(heartbeat);
                if (round >= 0) {
                    bareRates[round] = ofBare;
                    heartbeatRates[round] = ofHeartbeat;
                    ratios[round] = ofHeartbeat / ofBare;
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%-38s MB/s: bare %s, heartbeat %s, ratio %s%n",
                "two threads, pieces of " + pieceBytes / 1024 + " KiB",
                text(bareRates, "%.0f"),
                text(heartbeatRates, "%.0f"),
                text(ratios, "%.3f"));
    }

    private static double megabytesPerSecond(OneWay oneWay) throws IOException {
        long start = System.nanoTime();
        oneWay.transfer(TRANSFER_BYTES);
        return TRANSFER_BYTES * 1e3 / (System.nanoTime() - start);
    }

    private static Used round(Work work, int perRun) throws IOException {
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long cpu = THREADS.getCurrentThreadCpuTime();
        long end = System.nanoTime() + ROUND_NANOS;
        long done = 0;
        do {
            for (int i = 0; i < 16; i++) {
                work.run();
                done += perRun;
            }
        } while (System.nanoTime() - end < 0);
        return new Used(
                (double) (THREADS.getCurrentThreadCpuTime() - cpu) / done,
                (double) (THREADS.getCurrentThreadAllocatedBytes() - allocated) / done);
    }

    private static String text(double[] values, String format) {
        Arrays.sort(values);
        return String.format(
                Locale.ROOT,
                format + " [" + format + "–" + format + "]",
                values[values.length / 2],
                values[0],
                values[values.length - 1]);
    }
}

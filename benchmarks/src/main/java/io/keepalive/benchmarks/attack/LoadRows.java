package io.keepalive.benchmarks.attack;

import static io.keepalive.benchmarks.attack.Arena.BOUNDED;
import static io.keepalive.benchmarks.attack.Arena.PATIENT;

import io.keepalive.benchmarks.node.NodeOptions.Traffic;
import io.keepalive.benchmarks.node.VirtualThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Processes without processor time: by quota, by collections, by what their applications compute. */
final class LoadRows {
    private static final int CONNECTIONS = 10;
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final long BOUND_MILLIS = BOUNDED.detectionTime().toMillis();
    private static final List<Integer> QUOTA_PERCENTS = List.of(50, 20, 10, 5);
    private static final long QUOTA_MILLIS = 3 * BOUND_MILLIS;

    /** Of the bound. */
    private static final List<Double> BLOCKS = List.of(0.5, 1.0, 1.5, 3.0);

    private static final int COLLECTIONS = 150;
    private static final int LIVE_MEGABYTES = 150;

    private LoadRows() {}

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        rows.add(new Row("cpu-quota", "the server with 50, 20, 10 and 5 % of a processor", LoadRows::quota));
        rows.add(starve("busy", "PLATFORM", 4 * PROCESSORS, "platform threads"));
        rows.add(new Row(
                "full-gcs",
                COLLECTIONS + " full collections of " + LIVE_MEGABYTES + " MB on each side",
                LoadRows::collect));
        rows.add(new Row(
                "blocked-loops",
                "event loops and readers of this process blocked for 0.5 to 3 times the bound, under a patient peer",
                LoadRows::block));
        rows.add(starve("starve-virtual-1", "VIRTUAL", PROCESSORS, "virtual threads"));
        rows.add(starve("starve-virtual-4", "VIRTUAL", 4 * PROCESSORS, "virtual threads"));
        rows.add(starve("starve-platform", "HIGHEST", PROCESSORS, "platform threads of the highest priority"));
        rows.add(starve("starve-pinned", "PINNED", 4 * PROCESSORS, "virtual threads that hold their carriers"));
        return rows;
    }

    private static void quota(Tally tally) throws Exception {
        Optional<CpuQuota> found = CpuQuota.make();
        if (found.isEmpty()) {
            tally.skip("no control group for processor time can be made here (expected: root, and a writable cgroup)");
            return;
        }
        try (Arena arena = Arena.start(Arena.options(CONNECTIONS, Traffic.NOTHING), BOUNDED);
                CpuQuota quota = found.get()) {
            quota.add(arena.server().pid());
            for (int percent : QUOTA_PERCENTS) {
                quota.limit(percent);
                Thread.sleep(QUOTA_MILLIS);
            }
            quota.limit(100);
            arena.countDeaths(tally, QUOTA_PERCENTS.size());
        }
    }

    private static void collect(Tally tally) throws Exception {
        try (Arena arena = Arena.start(Arena.options(CONNECTIONS, Traffic.NOTHING), BOUNDED)) {
            String order = "collect " + COLLECTIONS + " " + LIVE_MEGABYTES;
            arena.server().command(order);
            tally.note("server: " + arena.server().awaitCollected());
            arena.client().command(order);
            tally.note("client: " + arena.client().awaitCollected());
            arena.countDeaths(tally, 2 * COLLECTIONS);
        }
    }

    private static void block(Tally tally) throws Exception {
        try (Arena arena = Arena.start(Arena.options(CONNECTIONS, Traffic.NOTHING), PATIENT)) {
            for (double block : BLOCKS) {
                long millis = (long) (block * BOUND_MILLIS);
                arena.client().command("block " + millis);
                Thread.sleep(millis + 3000);
                arena.awaitOpen();
            }
            arena.countDeaths(tally, BLOCKS.size());
        }
    }

    /** Server, then client, then both. */
    private static Row starve(String name, String on, int threads, String what) {
        String text = threads + " " + what + " compute for 3 times the bound: on the server, on the client, on both";
        return new Row(name, text, tally -> {
            boolean needsVirtual = on.equals("VIRTUAL") || on.equals("PINNED");
            if (needsVirtual && !VirtualThreads.exist()) {
                tally.skip("JDK " + Runtime.version().feature() + " has no virtual threads");
                return;
            }
            try (Arena arena = Arena.start(Arena.options(CONNECTIONS, Traffic.NOTHING), BOUNDED)) {
                long millis = 3 * BOUND_MILLIS;
                String order = "compute " + on + " " + threads + " " + millis;
                for (int i = 1; i <= 3; i++) {
                    if (i != 2) {
                        arena.server().command(order);
                    }
                    if (i != 1) {
                        arena.client().command(order);
                    }
                    Thread.sleep(millis + BOUND_MILLIS);
                }
                arena.countDeaths(tally, 3);
            }
        });
    }
}

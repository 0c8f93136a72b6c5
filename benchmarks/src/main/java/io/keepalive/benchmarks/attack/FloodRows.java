package io.keepalive.benchmarks.attack;

import static io.keepalive.benchmarks.attack.Arena.BOUNDED;
import static io.keepalive.benchmarks.attack.Arena.PATIENT;

import io.keepalive.benchmarks.node.Hostile;
import io.keepalive.benchmarks.node.Hostile.Kind;
import io.keepalive.benchmarks.node.NodeCost;
import io.keepalive.benchmarks.node.NodeOptions.Traffic;
import io.keepalive.benchmarks.node.NodeProcess;
import io.keepalive.benchmarks.node.Style;
import io.keepalive.lab.LabProcess;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Hostile peers beside healthy connections of the same process. */
final class FloodRows {
    private static final int CONNECTIONS = 10;
    private static final long FLOOD_MILLIS = 5 * BOUNDED.detectionTime().toMillis() / 2;

    /** To each style's port. */
    private static final List<Integer> HOSTILE = List.of(1, 7);

    private static final int SILENT_EACH = 340;
    private static final int WEIGHED = 300;
    private static final int MOST_COLLECTIONS = 20;
    private static final long SETTLED_BYTES = 30_000;
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(30);

    private FloodRows() {}

    static List<Row> rows() {
        return List.of(
                flood("flood-beat", Kind.BEAT, "BEATs"),
                flood("flood-data1", Kind.DATA_1, "DATA of one byte"),
                flood("flood-data0", Kind.DATA_0, "DATA of no byte"),
                flood("flood-ping", Kind.PING, "PINGs"),
                flood("flood-optional", Kind.OPTIONAL, "unknown optional frames"),
                flood("flood-hello", Kind.SLOW_HELLO, "HELLO at a byte a second"),
                new Row("flood-silent", "3,000 silent connections, and what each costs", FloodRows::silent));
    }

    private static List<Style> attacked() {
        return Arena.styles(Style.GREEDY_LOOP).stream()
                .filter(style -> style.isFramed() && !style.isTls())
                .toList();
    }

    private static Row flood(String name, Kind kind, String what) {
        int most = HOSTILE.get(HOSTILE.size() - 1) * attacked().size();
        String text = what + " without end, from " + attacked().size() + " and " + most + " peers of the same process";
        return new Row(name, text, tally -> {
            try (Arena arena = Arena.start(Arena.options(CONNECTIONS, Traffic.NOTHING, Style.GREEDY_LOOP), BOUNDED)) {
                for (int each : HOSTILE) {
                    LabProcess hostile = Hostile.start(arena.lab().client(), kind, each, attacked());
                    Thread.sleep(FLOOD_MILLIS);
                    hostile.kill();
                    Thread.sleep(2000);
                }
                arena.countDeaths(tally, HOSTILE.size());
            }
        });
    }

    private static void silent(Tally tally) throws Exception {
        weigh(tally);
        try (Arena arena = Arena.start(Arena.options(CONNECTIONS, Traffic.NOTHING, Style.GREEDY_LOOP), BOUNDED)) {
            LabProcess hostile = Hostile.start(arena.lab().client(), Kind.SILENT, SILENT_EACH, attacked());
            Thread.sleep(FLOOD_MILLIS);
            hostile.kill();
            arena.countDeaths(tally, 1);
        }
    }

    /** What closed connections leave behind takes more than one collection. */
    private static NodeCost settled(NodeProcess node) throws InterruptedException {
        NodeCost last = node.cost();
        for (int i = 0; i < MOST_COLLECTIONS; i++) {
            Thread.sleep(500);
            NodeCost next = node.cost();
            if (Math.abs(next.heapBytes() - last.heapBytes()) < SETTLED_BYTES) {
                return next;
            }
            last = next;
        }
        return last;
    }

    /** With a patient server, which does not give them up meanwhile. */
    private static void weigh(Tally tally) throws Exception {
        try (Arena arena = Arena.start(Arena.options(1, Traffic.NOTHING, Style.GREEDY_LOOP), PATIENT)) {
            int healthy = arena.server().open();
            for (Style style : attacked()) {
                NodeCost before = settled(arena.server());
                LabProcess hostile = Hostile.start(arena.lab().client(), Kind.SILENT, WEIGHED, List.of(style));
                arena.server().awaitOpen(healthy + WEIGHED, SETTLE_LIMIT);
                NodeCost during = settled(arena.server());
                tally.note(String.format(
                        Locale.ROOT,
                        "%s, for each of %d silent connections: %d B heap, %d B direct, %.2f threads",
                        style.title(),
                        during.connections() - before.connections(),
                        (during.heapBytes() - before.heapBytes()) / WEIGHED,
                        (during.directBytes() - before.directBytes()) / WEIGHED,
                        (double) (during.threads() - before.threads()) / WEIGHED));
                hostile.kill();
                arena.server().awaitOpen(healthy, SETTLE_LIMIT);
            }
        }
    }
}

package io.keepalive.benchmarks.attack;

import static io.keepalive.benchmarks.attack.Arena.BOUNDED;
import static io.keepalive.benchmarks.attack.Arena.PATIENT;

import io.keepalive.benchmarks.node.NodeOptions.Traffic;
import java.util.List;

/** Processes that are stopped and go on. */
final class StopRows {
    private static final int CONNECTIONS = 10;
    private static final long GAP_MILLIS = 4000;

    /** Of the bound, {@code detectionTime()}. */
    private static final List<Double> OWN_STOPS = List.of(0.5, 0.9, 1.1, 1.5, 2.5, 5.0);

    /** Of what is left of {@code toleratedSilence()} when the peer's last beat is a beat interval ago. */
    private static final List<Double> PEER_STOPS = List.of(0.5, 0.75, 0.95, 0.5, 0.75, 0.95, 0.95, 0.95, 0.95, 0.95);

    private StopRows() {}

    static List<Row> rows() {
        return List.of(
                new Row(
                        "own-stop",
                        "this process stopped for 0.5 to 5 times the bound, under a patient peer",
                        StopRows::own),
                new Row("peer-stop", "the peer's process stopped for less than it may be silent", StopRows::peer));
    }

    private static void own(Tally tally) throws Exception {
        try (Arena arena = Arena.start(Arena.options(CONNECTIONS, Traffic.NOTHING), PATIENT)) {
            for (double stop : OWN_STOPS) {
                arena.client().pause();
                Thread.sleep((long) (stop * BOUNDED.detectionTime().toMillis()));
                arena.client().resume();
                Thread.sleep(GAP_MILLIS);
                arena.awaitOpen();
            }
            arena.countDeaths(tally, OWN_STOPS.size());
        }
    }

    private static void peer(Tally tally) throws Exception {
        long longestMillis =
                BOUNDED.toleratedSilence().minus(BOUNDED.beatInterval()).toMillis();
        try (Arena arena = Arena.start(Arena.options(CONNECTIONS, Traffic.NOTHING), BOUNDED)) {
            for (double stop : PEER_STOPS) {
                arena.server().pause();
                Thread.sleep((long) (stop * longestMillis));
                arena.server().resume();
                Thread.sleep(GAP_MILLIS);
                arena.awaitOpen();
            }
            arena.countDeaths(tally, PEER_STOPS.size());
        }
    }
}

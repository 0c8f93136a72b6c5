package io.keepalive.benchmarks.attack;

import static io.keepalive.benchmarks.attack.Arena.BOUNDED;
import static io.keepalive.benchmarks.attack.Arena.PATIENT;

import io.keepalive.benchmarks.node.NodeOptions;
import io.keepalive.benchmarks.node.NodeOptions.Traffic;
import io.keepalive.benchmarks.node.Style;
import java.util.List;

/** Processes that are stopped and go on. */
final class StopRows {
    private static final int CONNECTIONS = 10;
    private static final int CROWD = 2000;
    private static final long GAP_MILLIS = 4000;

    /** Of the bound, {@code detectionTime()}. */
    private static final List<Double> OWN_STOPS = List.of(0.5, 0.9, 1.1, 1.5, 2.5, 5.0);

    /** Of what is left of {@code toleratedSilence()} when the peer's last beat is a beat interval ago. */
    private static final List<Double> PEER_STOPS = List.of(0.5, 0.75, 0.95, 0.5, 0.75, 0.95, 0.95, 0.95, 0.95, 0.95);

    /** In seconds, with a crowd: the first ticks after each have to look at all of it. */
    private static final List<Double> CROWD_STOPS = List.of(0.8, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 10.0);

    private StopRows() {}

    static List<Row> rows() {
        return List.of(
                new Row(
                        "own-stop",
                        "this process stopped for 0.5 to 5 times the bound, under a patient peer",
                        StopRows::own),
                new Row(
                        "own-stop-crowd",
                        "this process stopped for 0.8 to 10 s with " + CROWD + " connections of each style",
                        StopRows::crowd),
                new Row("peer-stop", "the peer's process stopped for less than it may be silent", StopRows::peer));
    }

    private static void own(Tally tally) throws Exception {
        List<Double> seconds = OWN_STOPS.stream()
                .map(stop -> stop * BOUNDED.detectionTime().toMillis() / 1000)
                .toList();
        stop(tally, Arena.options(CONNECTIONS, Traffic.NOTHING), seconds);
    }

    private static void crowd(Tally tally) throws Exception {
        List<Style> styles = List.of(Style.NETTY_NIO, Style.NETTY_EPOLL, Style.LOOP, Style.IDLE_STATE);
        NodeOptions clients = new NodeOptions(BOUNDED, "10.9.2.2", CROWD, Traffic.NOTHING, styles);
        stop(tally, clients, CROWD_STOPS);
    }

    private static void stop(Tally tally, NodeOptions clients, List<Double> seconds) throws Exception {
        try (Arena arena = Arena.start(clients, PATIENT)) {
            for (double stop : seconds) {
                arena.client().pause();
                Thread.sleep((long) (stop * 1000));
                arena.client().resume();
                Thread.sleep(GAP_MILLIS);
                arena.awaitOpen();
            }
            arena.countDeaths(tally, seconds.size());
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

package io.keepalive.benchmarks.attack;

import static io.keepalive.benchmarks.attack.Arena.BOUNDED;

import io.keepalive.benchmarks.node.NodeEvent;
import io.keepalive.benchmarks.node.NodeOptions.Traffic;
import io.keepalive.benchmarks.node.NodeProcess;
import io.keepalive.benchmarks.node.Style;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Peers that are dead: each is to be found in time, and none too early. */
final class DeathRows {
    private static final int CONNECTIONS = 20;
    private static final int CYCLES = 3;

    /** A verdict later than this after the bound is late: timers on a busy machine are late, too. */
    private static final long SLACK_MILLIS = 2000;

    private static final long BOUND_MILLIS = BOUNDED.detectionTime().toMillis();

    /** The last byte may have come a beat interval before the end. */
    private static final long EARLIEST_MILLIS =
            BOUNDED.toleratedSilence().minus(BOUNDED.beatInterval()).toMillis() - 100;

    private DeathRows() {}

    static List<Row> rows() {
        return List.of(
                row("death-stop-idle", Traffic.NOTHING, false),
                row("death-stop-busy", Traffic.CHAT, false),
                row("death-cut-idle", Traffic.NOTHING, true),
                row("death-cut-busy", Traffic.CHAT, true));
    }

    private static Row row(String name, Traffic traffic, boolean isCut) {
        String what = "deaths missed, late or early: "
                + (isCut ? "the network is cut" : "the peer's process is stopped")
                + (traffic == Traffic.CHAT ? ", both sides write all the time" : ", idle connections");
        return new Row(name, what, tally -> {
            try (Arena arena = Arena.start(Arena.options(CONNECTIONS, traffic, Style.NO_HEARTBEAT), BOUNDED)) {
                for (int i = 0; i < CYCLES; i++) {
                    cycle(arena, tally, isCut);
                }
                arena.describe(tally);
            }
        });
    }

    private static void cycle(Arena arena, Tally tally, boolean isCut) throws InterruptedException {
        arena.client().command("replace false");
        long startNanos = System.nanoTime();
        if (isCut) {
            arena.lab().cut();
        } else {
            arena.server().pause();
        }
        long effectiveNanos = System.nanoTime(); // a signal takes its time on a busy machine
        Thread.sleep(BOUND_MILLIS + SLACK_MILLIS + 500);
        List<NodeProcess> judges = isCut ? List.of(arena.client(), arena.server()) : List.of(arena.client());
        List<Style> styles = Arena.styles(Style.NO_HEARTBEAT);
        for (NodeProcess judge : judges) {
            tally.chances(styles, CONNECTIONS);
            for (Style style : styles) {
                tally.wrong(style, CONNECTIONS - inTime(judge, style, startNanos, effectiveNanos));
            }
        }
        if (isCut) {
            arena.lab().heal();
        } else {
            arena.server().resume();
        }
        arena.client().command("replace true");
        Thread.sleep(1000);
        arena.awaitOpen();
    }

    private static long inTime(NodeProcess judge, Style style, long startNanos, long effectiveNanos) {
        long toleratedMillis = BOUNDED.toleratedSilence().toMillis();
        return judge.events().stream()
                .filter(event -> event.kind() == NodeEvent.Kind.LOST && event.style() == style)
                .filter(event -> {
                    long afterMillis = TimeUnit.NANOSECONDS.toMillis(event.atNanos() - startNanos);
                    long afterAtMostMillis = TimeUnit.NANOSECONDS.toMillis(event.atNanos() - effectiveNanos);
                    boolean isEarly = event.silentMillis() >= 0 && event.silentMillis() < toleratedMillis;
                    return afterMillis >= EARLIEST_MILLIS
                            && afterAtMostMillis <= BOUND_MILLIS + SLACK_MILLIS
                            && !isEarly;
                })
                .count();
    }
}

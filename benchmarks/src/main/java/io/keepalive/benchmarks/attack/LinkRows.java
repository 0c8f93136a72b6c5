package io.keepalive.benchmarks.attack;

import io.keepalive.benchmarks.node.NodeOptions;
import io.keepalive.benchmarks.node.NodeOptions.Traffic;
import io.keepalive.benchmarks.node.SlowLink;
import io.keepalive.heartbeat.HeartbeatConfig;
import java.util.List;

/** Bulk both ways over slow links, with the default configuration. */
final class LinkRows {
    /** More than two bounds. */
    private static final long WATCH_MILLIS =
            2 * HeartbeatConfig.defaults().detectionTime().toMillis() + 10_000;

    private LinkRows() {}

    static List<Row> rows() {
        return List.of(
                bulk("bulk-500", new SlowLink(500, 1000), 1),
                bulk("bulk-500-crowd", new SlowLink(500, 1000), 2),
                bulk("bulk-300", new SlowLink(300, 1000), 1),
                bulk("bulk-300-crowd", new SlowLink(300, 1000), 2),
                bulk("bulk-2m-queue", new SlowLink(2000, 3000), 2));
    }

    private static Row bulk(String name, SlowLink link, int connections) {
        int flows = connections * Arena.bulkStyles().size();
        return new Row(
                name, flows + " connections with bulk both ways over " + link + ", default configuration", tally -> {
                    NodeOptions options = new NodeOptions(
                            HeartbeatConfig.defaults(), "10.9.2.2", connections, Traffic.BULK, Arena.bulkStyles());
                    try (Arena arena = Arena.start(options, HeartbeatConfig.defaults(), link::apply)) {
                        Thread.sleep(WATCH_MILLIS);
                        arena.countDeaths(tally, 1);
                    }
                });
    }
}

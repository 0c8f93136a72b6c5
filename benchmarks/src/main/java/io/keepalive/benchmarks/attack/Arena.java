package io.keepalive.benchmarks.attack;

import io.keepalive.benchmarks.node.NodeEvent;
import io.keepalive.benchmarks.node.NodeOptions;
import io.keepalive.benchmarks.node.NodeProcess;
import io.keepalive.benchmarks.node.Style;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.lab.NatLab;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A lab with a node on each side, which are connected in all styles. */
final class Arena implements AutoCloseable {
    /** Dead after 5.25 s; no silence shorter than 4.5 s is a death. */
    static final HeartbeatConfig BOUNDED =
            HeartbeatConfig.parse("ping-idle=2s,pong-timeout=1s,max-missed-pongs=3,beat-interval=1s");

    /** Beats as often, and waits for half an hour. */
    static final HeartbeatConfig PATIENT =
            HeartbeatConfig.parse("ping-idle=2s,pong-timeout=10m,max-missed-pongs=3,beat-interval=1s");

    private static final Duration OPEN_LIMIT = Duration.ofMinutes(3);
    private static final long SETTLE_MILLIS = 2000;

    private final NatLab lab;
    private final NodeProcess server;
    private final NodeProcess client;
    private final NodeOptions options;
    private final long startNanos = System.nanoTime();

    private Arena(NatLab lab, NodeProcess server, NodeProcess client, NodeOptions options) {
        this.lab = lab;
        this.server = server;
        this.client = client;
        this.options = options;
    }

    /** Styles that take part in a row that needs none of the controls. */
    static List<Style> styles(Style... controls) {
        List<Style> wanted = List.of(controls);
        return Style.here().stream()
                .filter(style ->
                        wanted.contains(style) || style.isOurs() || style == Style.IDLE_STATE || style == Style.BY_HAND)
                .toList();
    }

    /** Options with the bounded heartbeats. */
    static NodeOptions options(int connections, NodeOptions.Traffic traffic, Style... controls) {
        return new NodeOptions(BOUNDED, "10.9.2.2", connections, traffic, styles(controls));
    }

    /** Those whose back-pressure the nodes follow; HTTP/2 has one for each stream. */
    static List<Style> bulkStyles() {
        return styles().stream().filter(Style::isFramed).toList();
    }

    /** Starts both nodes, and returns when all connections are up and have settled. */
    static Arena start(NodeOptions clients, HeartbeatConfig servers, LabSetup setup) throws InterruptedException {
        NatLab lab = NatLab.builder().idleTimeout(Duration.ofDays(1)).start();
        setup.prepare(lab);
        NodeProcess server = NodeProcess.start(lab.server(), clients.listening().with(servers));
        NodeProcess client = NodeProcess.start(lab.client(), clients);
        Arena arena = new Arena(lab, server, client, clients);
        arena.awaitOpen();
        return arena;
    }

    static Arena start(NodeOptions clients, HeartbeatConfig servers) throws InterruptedException {
        return start(clients, servers, lab -> {});
    }

    /** Changes the lab before the nodes start. */
    interface LabSetup {
        void prepare(NatLab lab);
    }

    NatLab lab() {
        return lab;
    }

    NodeProcess server() {
        return server;
    }

    NodeProcess client() {
        return client;
    }

    /** Waits until every connection is there. */
    void awaitOpen() throws InterruptedException {
        int wanted = options.connections() * options.styles().size();
        if (!client.awaitOpen(wanted, OPEN_LIMIT)) {
            throw new IllegalStateException("open: " + client.open() + " (expected: " + wanted + " connections within "
                    + OPEN_LIMIT + ")\n" + String.join("\n", client.errors()));
        }
        Thread.sleep(SETTLE_MILLIS);
    }

    /** Counts every death since the start as a false one: of the side that lost more. */
    void countDeaths(Tally tally, int events) throws InterruptedException {
        Thread.sleep(SETTLE_MILLIS);
        Map<Style, Integer> lost = new EnumMap<>(client.lostSince(startNanos));
        server.lostSince(startNanos).forEach((style, count) -> lost.merge(style, count, Math::max));
        tally.chances(options.styles(), (long) events * options.connections());
        tally.wrong(lost);
        describe(tally);
    }

    /** Notes how connections ended, and errors of the programs. */
    void describe(Tally tally) {
        note(tally, "client", client);
        note(tally, "server", server);
    }

    private void note(Tally tally, String side, NodeProcess node) {
        Map<String, Integer> causes = new TreeMap<>();
        node.events().stream()
                .filter(event -> event.atNanos() - startNanos >= 0)
                .filter(event -> event.kind() == NodeEvent.Kind.LOST || event.kind() == NodeEvent.Kind.FAILED)
                .forEach(event ->
                        causes.merge(event.style() + " " + event.kind() + " " + event.cause(), 1, Integer::sum));
        Stream.of(
                        causes.entrySet().stream().map(entry -> entry.getValue() + " x " + entry.getKey()),
                        node.evidence().stream(),
                        node.errors().stream().limit(5))
                .flatMap(lines -> lines)
                .forEach(line -> tally.note(side + ": " + line));
    }

    @Override
    public void close() {
        lab.close();
    }
}

package io.keepalive.benchmarks.soak;

import io.keepalive.benchmarks.node.Hostile;
import io.keepalive.benchmarks.node.NodeCost;
import io.keepalive.benchmarks.node.NodeEvent;
import io.keepalive.benchmarks.node.NodeOptions;
import io.keepalive.benchmarks.node.NodeOptions.Traffic;
import io.keepalive.benchmarks.node.NodeProcess;
import io.keepalive.benchmarks.node.SlowLink;
import io.keepalive.benchmarks.node.Style;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.lab.LabProcess;
import io.keepalive.lab.NatLab;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The three processes in the lab, and how each step is done to them. */
final class Stage implements AutoCloseable {
    private static final Duration OPEN_LIMIT = Duration.ofMinutes(1);
    private static final int QUEUE_MILLIS = 1000;
    private static final int LIVE_MEGABYTES = 100;

    private final NatLab lab = NatLab.builder().idleTimeout(Duration.ofDays(1)).start();
    private final Map<Party, NodeProcess> nodes = new EnumMap<>(Party.class);
    private final List<Style> styles =
            Style.here().stream().filter(Style::isOurs).toList();
    private final int connections;

    Stage(HeartbeatConfig config, int connections) {
        this.connections = connections;
        NodeOptions idle = new NodeOptions(config, lab.server().address(), connections, Traffic.NOTHING, styles);
        NodeOptions busy = new NodeOptions(config, lab.server().address(), connections, Traffic.CHAT, styles);
        nodes.put(Party.SERVER, NodeProcess.start(lab.server(), idle.listening()));
        nodes.put(Party.BUSY_CLIENT, NodeProcess.start(lab.client(), busy));
        nodes.put(Party.IDLE_CLIENT, NodeProcess.start(lab.client(), idle));
    }

    List<Style> styles() {
        return styles;
    }

    /** Does it; returns the outage, if it was one. */
    Optional<Outage> perform(Step step) throws InterruptedException {
        switch (step.action()) {
            case STOP, CUT -> {
                return Optional.of(interrupt(step));
            }
            case FLOOD_BEAT -> flood(step, Hostile.Kind.BEAT);
            case FLOOD_DATA -> flood(step, Hostile.Kind.DATA_1);
            case FLOOD_PING -> flood(step, Hostile.Kind.PING);
            case SILENT_PEERS -> flood(step, Hostile.Kind.SILENT);
            case COMPUTE_VIRTUAL -> order(step, "compute VIRTUAL " + step.amount() + " " + step.millis());
            case COMPUTE_PLATFORM -> order(step, "compute HIGHEST " + step.amount() + " " + step.millis());
            case COLLECT -> {
                order(step, "collect " + step.amount() + " " + LIVE_MEGABYTES);
                node(step.party()).awaitCollected();
            }
            case BLOCK -> order(step, "block " + step.millis());
            case SLOW_LINK -> {
                SlowLink link = new SlowLink(step.amount(), QUEUE_MILLIS);
                link.apply(lab);
                sleep(step.millis());
                link.remove(lab);
            }
        }
        return Optional.empty();
    }

    /** Connections that end meanwhile are not replaced, so that they can be counted. */
    private Outage interrupt(Step step) throws InterruptedException {
        clients("replace false");
        boolean isCut = step.action() == Step.Action.CUT;
        long fromNanos = System.nanoTime();
        if (isCut) {
            lab.cut();
        } else {
            node(step.party()).pause();
        }
        long effectiveNanos = System.nanoTime();
        sleep(step.millis());
        if (isCut) {
            lab.heal();
        } else {
            node(step.party()).resume();
        }
        return new Outage(isCut ? null : step.party(), fromNanos, effectiveNanos, System.nanoTime());
    }

    private void flood(Step step, Hostile.Kind kind) throws InterruptedException {
        List<Style> plain = styles.stream()
                .filter(style -> style.isFramed() && !style.isTls())
                .toList();
        LabProcess hostile = Hostile.start(lab.client(), kind, step.amount(), plain);
        sleep(step.millis());
        hostile.kill();
    }

    private void order(Step step, String command) throws InterruptedException {
        node(step.party()).command(command);
        sleep(step.millis());
    }

    private static void sleep(long millis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(millis);
    }

    private void clients(String command) {
        node(Party.BUSY_CLIENT).command(command);
        node(Party.IDLE_CLIENT).command(command);
    }

    /** Lets the clients replace what was lost; false if they can't in time. */
    boolean restore() throws InterruptedException {
        clients("replace true");
        int each = connections * styles.size();
        return node(Party.BUSY_CLIENT).awaitOpen(each, OPEN_LIMIT)
                && node(Party.IDLE_CLIENT).awaitOpen(each, OPEN_LIMIT)
                && node(Party.SERVER).awaitOpen(2 * each, OPEN_LIMIT);
    }

    Map<Party, NodeCost> costs() {
        Map<Party, NodeCost> costs = new EnumMap<>(Party.class);
        nodes.forEach((party, node) -> costs.put(party, node.cost()));
        return costs;
    }

    List<Loss> losses() {
        List<Loss> losses = new ArrayList<>();
        nodes.forEach((party, node) -> node.events().stream()
                .filter(event -> event.kind() == NodeEvent.Kind.LOST)
                .forEach(event -> losses.add(new Loss(
                        event.atNanos(),
                        party,
                        event.style().name(),
                        event.cause(),
                        event.silentMillis() < 0 ? -1 : TimeUnit.MILLISECONDS.toNanos(event.silentMillis())))));
        return losses;
    }

    long count(NodeEvent.Kind kind) {
        return nodes.values().stream()
                .flatMap(node -> node.events().stream())
                .filter(event -> event.kind() == kind)
                .count();
    }

    List<String> errors() {
        return nodes.entrySet().stream()
                .flatMap(entry -> entry.getValue().errors().stream().map(line -> entry.getKey() + ": " + line))
                .toList();
    }

    List<String> evidence() {
        return nodes.entrySet().stream()
                .flatMap(entry -> entry.getValue().evidence().stream().map(line -> entry.getKey() + ": " + line))
                .toList();
    }

    private NodeProcess node(Party party) {
        return Objects.requireNonNull(nodes.get(party));
    }

    @Override
    public void close() {
        lab.close();
    }
}

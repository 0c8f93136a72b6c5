package io.keepalive.benchmarks.soak;

import io.keepalive.benchmarks.node.NodeCost;
import io.keepalive.benchmarks.node.NodeEvent.Kind;
import io.keepalive.benchmarks.node.Style;
import io.keepalive.benchmarks.node.VirtualThreads;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.lab.NatLab;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Disturbs connections of all styles in a random order, and judges who was declared dead. Arguments: minutes, and the seed
 * that an earlier run printed. Ends with 1 if a death is false, missed, late or early, if a connection is not replaced, or if
 * something leaks; with 2 where no lab can run.
 */
final class Soak {
    private static final HeartbeatConfig CONFIG =
            HeartbeatConfig.parse("ping-idle=2s,pong-timeout=1s,max-missed-pongs=3,beat-interval=1s");

    private static final Duration SLACK = Duration.ofSeconds(2);
    private static final int CONNECTIONS = 3;
    private static final long SETTLE_MILLIS = 5000;

    /** Longer than an idle thread of a pool lives. */
    private static final long IDLE_MILLIS = 15_000;

    private final long startNanos = System.nanoTime();
    private final Model model = Model.ofBeating(CONFIG, SLACK);
    private final Plan plan;
    private final long endNanos;
    private final List<Outage> outages = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final Map<Step.Action, Integer> performed = new EnumMap<>(Step.Action.class);

    private Soak(long minutes, long seed) {
        this.plan = new Plan(seed, model);
        this.endNanos = startNanos + TimeUnit.MINUTES.toNanos(minutes);
    }

    public static void main(String[] args) throws Exception {
        Optional<String> missing = NatLab.missing();
        if (args.length == 0 || missing.isPresent()) {
            System.err.println(missing.orElse("usage: scripts/soak MINUTES [SEED]"));
            System.exit(2);
        }
        long minutes = Long.parseLong(args[0]);
        long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime() & 0xFFFFFF;
        System.out.println("scripts/soak " + minutes + " " + seed + ", JDK " + Runtime.version() + ", "
                + Runtime.getRuntime().availableProcessors() + " processors");
        System.exit(new Soak(minutes, seed).run() ? 0 : 1);
    }

    /** Whether all was right. */
    private boolean run() throws InterruptedException {
        try (Stage stage = new Stage(CONFIG, CONNECTIONS)) {
            restore(stage, "the start");
            Map<Party, NodeCost> before = null;
            while (System.nanoTime() - endNanos < 0 || before == null) {
                if (before == null && System.nanoTime() - startNanos > (endNanos - startNanos) / 4) {
                    TimeUnit.MILLISECONDS.sleep(IDLE_MILLIS);
                    before = stage.costs();
                }
                perform(stage, plan.next());
            }
            TimeUnit.MILLISECONDS.sleep(IDLE_MILLIS);
            return report(stage, before, stage.costs());
        }
    }

    private void perform(Stage stage, Step step) throws InterruptedException {
        if (step.action() == Step.Action.COMPUTE_VIRTUAL && !VirtualThreads.exist()) {
            return;
        }
        System.out.println(TimeUnit.NANOSECONDS.toMillis(System.nanoTime()) + " ms: " + step);
        long stepNanos = System.nanoTime();
        Optional<Outage> outage = stage.perform(step);
        outage.ifPresent(outages::add);
        performed.merge(step.action(), 1, Integer::sum);
        TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
        restore(stage, step.toString());
        TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
        List<Loss> losses = stage.losses().stream()
                .filter(loss -> loss.atNanos() - stepNanos >= 0)
                .toList();
        judge(stage, outage.stream().toList(), losses).details().forEach(System.out::println);
    }

    private Verdict judge(Stage stage, List<Outage> outages, List<Loss> losses) {
        Map<String, Model> models = new TreeMap<>();
        for (Style style : stage.styles()) {
            models.put(style.name(), style.isFramed() ? model : Model.ofAnswering(CONFIG, SLACK));
        }
        return new Judge(models, CONNECTIONS).judge(outages, losses);
    }

    private void restore(Stage stage, String after) throws InterruptedException {
        if (!stage.restore()) {
            faults.add("connections are not replaced after: " + after);
        }
    }

    private boolean report(Stage stage, Map<Party, NodeCost> before, Map<Party, NodeCost> after) {
        List<Loss> losses = stage.losses();
        Verdict verdict = judge(stage, outages, losses);
        Map<String, Integer> causes = new TreeMap<>();
        losses.forEach(loss -> causes.merge(loss.cause(), 1, Integer::sum));
        long fatal = outages.stream()
                .filter(outage -> model.kind(outage) == Model.Kind.FATAL)
                .count();
        long open = outages.stream()
                .filter(outage -> model.kind(outage) == Model.Kind.OPEN)
                .count();
        after.forEach(
                (party, cost) -> faults.addAll(Leaks.between(party, Objects.requireNonNull(before.get(party)), cost)));
        faults.addAll(stage.errors());
        verdict.details().forEach(System.out::println);
        stage.evidence().forEach(System.out::println);
        faults.forEach(System.out::println);
        System.out.println(
                "steps: " + performed + "; of the outages " + fatal + " were fatal, " + open + " between the bounds");
        System.out.println("connection ends that were up: " + stage.count(Kind.UP) + ", losses: " + causes);
        after.forEach((party, cost) -> System.out.println(
                party + " (heap, direct, threads, descriptors, connections): " + before.get(party) + " -> " + cost));
        System.out.println(verdict + "; leaks and other faults: " + faults.size());
        return verdict.isClean() && faults.isEmpty();
    }
}

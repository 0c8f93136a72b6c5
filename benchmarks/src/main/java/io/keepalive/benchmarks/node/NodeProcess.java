package io.keepalive.benchmarks.node;

import io.keepalive.lab.Host;
import io.keepalive.lab.LabProcess;
import io.keepalive.testing.TestCertificate;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** A {@link Node} on a host of the lab, seen from the program that disturbs it. */
public final class NodeProcess {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int EVIDENCE_LINES = 6;

    private final LabProcess process;

    private NodeProcess(LabProcess process) {
        this.process = process;
    }

    /** Starts one, and returns when it is ready. */
    public static NodeProcess start(Host host, NodeOptions options) {
        LabProcess process = host.javaCommand(Node.class, options.words())
                .options(
                        "-Xmx700m",
                        "-Xss512k",
                        "-XX:ThreadPriorityPolicy=1", // where priorities shall count: root
                        "-Djava.net.preferIPv4Stack=true",
                        TestCertificate.ofThisJvm().option())
                .options(nativeAccess())
                .start();
        process.awaitLine(Node.READY::equals, LIMIT);
        return new NodeProcess(process);
    }

    private static String[] nativeAccess() {
        return Runtime.version().feature() < 22 ? new String[0] : new String[] {"--enable-native-access=ALL-UNNAMED"};
    }

    /** Waits until so many connections are open. */
    public boolean awaitOpen(int connections, Duration limit) throws InterruptedException {
        long endNanos = System.nanoTime() + limit.toNanos();
        while (open() != connections) {
            if (System.nanoTime() - endNanos >= 0) {
                return false;
            }
            Thread.sleep(200);
        }
        return true;
    }

    public int open() {
        command("open");
        return Integer.parseInt(await(line -> line.startsWith("OPEN ")).substring("OPEN ".length()));
    }

    public NodeCost cost() {
        command("cost");
        return NodeCost.parse(await(line -> line.startsWith("COST "))).orElseThrow();
    }

    private String await(Predicate<String> wanted) {
        return process.awaitLine(wanted, LIMIT);
    }

    /** Waits until the collections that were ordered are done. */
    public String awaitCollected() {
        return await(line -> line.startsWith("COLLECTED "));
    }

    public void command(String line) {
        process.writeLine(line);
    }

    public void pause() {
        process.pause();
    }

    public void resume() {
        process.resume();
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** All events up to now, in the order of printing. */
    public List<NodeEvent> events() {
        return process.lines().stream()
                .map(NodeEvent::parse)
                .flatMap(Optional::stream)
                .toList();
    }

    /** What must never be printed: errors of the program itself, warnings of the library. */
    public List<String> errors() {
        return process.lines().stream()
                .filter(line -> line.startsWith(Node.ERROR) || line.contains("Exception"))
                .filter(line -> NodeEvent.parse(line).isEmpty() && !line.startsWith(Connections.EVIDENCE))
                .toList();
    }

    /** What the library said about the first losses that are no consequence of the other side's. */
    public List<String> evidence() {
        return process.lines().stream()
                .filter(line -> line.startsWith(Connections.EVIDENCE))
                .filter(line -> !line.contains(" PEER_RESET"))
                .distinct()
                .limit(EVIDENCE_LINES)
                .toList();
    }

    /** How many connections of each style ended, otherwise than in order, at or after that time. */
    public Map<Style, Integer> lostSince(long nanos) {
        Map<Style, Integer> lost = new EnumMap<>(Style.class);
        events().stream()
                .filter(event -> event.atNanos() - nanos >= 0 && event.kind() == NodeEvent.Kind.LOST)
                .forEach(event -> lost.merge(event.style(), 1, Integer::sum));
        return lost;
    }
}

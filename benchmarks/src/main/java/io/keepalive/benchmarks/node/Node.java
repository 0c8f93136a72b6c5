package io.keepalive.benchmarks.node;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.nio.blocking.BlockingHeartbeats;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process with connections of all styles: listens for them, or holds as many as it should and replaces those that end.
 * Prints events, takes {@linkplain #obey commands} on its standard input, and ends with it.
 */
public final class Node {
    static final String READY = "READY";
    static final String ERROR = "ERROR";

    private static final long REPLACE_MILLIS = 300;

    private final NodeOptions options;
    private final List<Endpoints> all = new ArrayList<>();
    private final List<Connections> hostile = new ArrayList<>();
    private final Load load = new Load();
    private volatile boolean replaces = true;

    private Node(NodeOptions options) {
        this.options = options;
    }

    public static void main(String[] args) throws Exception {
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, thrown) -> System.out.println(ERROR + " " + thread.getName() + ": " + thrown));
        Node node = new Node(NodeOptions.parse(args));
        node.start();
        System.out.println(READY);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            node.obey(line.split(" "));
        }
        Runtime.getRuntime().halt(0);
    }

    private void start() throws Exception {
        HeartbeatConfig config = options.config();
        BlockingHeartbeats heartbeats = new BlockingHeartbeats(config);
        for (Style style : options.styles()) {
            Connections connections = Connections.of(style);
            all.add(
                    switch (style) {
                        case NETTY_NIO,
                                NETTY_NIO_TLS,
                                NETTY_EPOLL,
                                NETTY_EPOLL_TLS,
                                WEB_SOCKET,
                                HTTP_2,
                                IDLE_STATE,
                                NO_HEARTBEAT -> new NettyEndpoints(connections, config, options.traffic());
                        case LOOP, GREEDY_LOOP -> new LoopEndpoints(connections, config, options.traffic());
                        case INLINE, INLINE_TLS, INLINE_VIRTUAL, PUMPED, PUMPED_TLS ->
                            new BlockingEndpoints(connections, heartbeats, options.traffic());
                        case BY_HAND -> new ByHandEndpoints(connections, config, options.traffic());
                    });
        }
        if (options.isServer()) {
            for (Endpoints each : all) {
                Connections connections = each.connections();
                each.listen(connections.style().port(NodeOptions.BASE_PORT), connections);
                Connections guests = Connections.ofHostile(connections.style());
                hostile.add(guests);
                each.listen(connections.style().port(NodeOptions.HOSTILE_BASE_PORT), guests);
            }
        } else {
            ScheduledExecutorService replacer =
                    Executors.newSingleThreadScheduledExecutor(task -> VirtualThreads.daemon(task, "replacer"));
            var unused = replacer.scheduleWithFixedDelay(this::replace, 0, REPLACE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void replace() {
        for (Endpoints each : all) {
            Connections connections = each.connections();
            int missing = options.connections() - connections.held();
            for (int i = 0; replaces && i < missing; i++) {
                each.connect(options.host(), connections.style().port(NodeOptions.BASE_PORT));
            }
        }
    }

    private void obey(String[] words) {
        switch (words[0]) {
            case "replace" -> replaces = Boolean.parseBoolean(words[1]);
            case "block" -> all.forEach(each -> each.block(Long.parseLong(words[1])));
            case "compute" ->
                load.compute(Load.On.valueOf(words[1]), Integer.parseInt(words[2]), Long.parseLong(words[3]));
            case "collect" -> load.collect(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            case "open" -> System.out.println("OPEN " + open());
            case "cost" -> System.out.println(cost());
            default -> throw new IllegalArgumentException("unknown command: " + String.join(" ", words));
        }
    }

    private int open() {
        return Stream.concat(all.stream().map(Endpoints::connections), hostile.stream())
                .mapToInt(Connections::open)
                .sum();
    }

    private String cost() {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Pause.sleep(100);
        }
        Runtime runtime = Runtime.getRuntime();
        long directBytes = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return new NodeCost(
                        runtime.totalMemory() - runtime.freeMemory(),
                        directBytes,
                        ManagementFactory.getThreadMXBean().getThreadCount(),
                        descriptors(),
                        open())
                .toString();
    }

    private static long descriptors() {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        } catch (IOException e) {
            return -1;
        }
    }
}

package io.keepalive.sample;

import io.keepalive.lab.Command;
import io.keepalive.lab.CommandResult;
import io.keepalive.lab.Host;
import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** One running application on the client's host, used and looked at from outside. */
final class SampleInLab {
    private static final Pattern OURS =
            Pattern.compile(".*/keepalive-(core|netty|micrometer|spring-boot-starter)[-/].*");

    private final Host host;
    private final int port;

    /** The lines of ss for its connections, by the server's port; MongoDB's driver has some to one server. */
    private final Map<Integer, List<String>> connections = new LinkedHashMap<>();

    /** What each client said at its first use. */
    private final Map<String, String> firstUse = new LinkedHashMap<>();

    private SampleInLab(Host host, int port) {
        this.host = host;
        this.port = port;
    }

    /**
     * Starts it, uses each client once, and notes its connections.
     *
     * @param others connections that are there already
     */
    static SampleInLab start(Host host, int port, boolean starter, List<String> properties, List<SampleInLab> others) {
        List<String> arguments = new ArrayList<>(properties);
        arguments.add("--server.port=" + port);
        host.javaCommand(SampleApplication.class, arguments.toArray(String[]::new))
                .classPath(starter ? classPath() : withoutTheStarter())
                .options("-Xmx256m")
                .start();
        SampleInLab sample = new SampleInLab(host, port);
        Awaitility.await()
                .atMost(Duration.ofSeconds(240))
                .pollInterval(Duration.ofMillis(500))
                .until(sample::isUp);
        for (String line : sample.get("/use?seconds=60").orThrow().lines()) {
            String[] parts = parts(line);
            sample.firstUse.put(parts[0], parts[2]);
        }
        Set<String> known =
                others.stream().flatMap(other -> other.localPorts().stream()).collect(Collectors.toSet());
        // While data is not acknowledged the kernel shows another timer.
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> sample.established().stream().noneMatch(line -> line.contains("timer:(on,")));
        for (String line : sample.established()) {
            if (!known.contains(localPort(line))) {
                sample.connections
                        .computeIfAbsent(serverPort(line), ignored -> new ArrayList<>())
                        .add(line);
            }
        }
        return sample;
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }

    private static String withoutTheStarter() {
        return Arrays.stream(classPath().split(File.pathSeparator))
                .filter(entry -> !OURS.matcher(entry).matches())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** What each client says, by its name; an answer on another connection than before is named as such. */
    Map<String, String> use(int seconds) {
        List<String> lines = get("/use?seconds=" + seconds).orThrow().lines();
        Set<String> alive = established().stream().map(SampleInLab::localPort).collect(Collectors.toSet());
        Map<String, String> outcomes = new LinkedHashMap<>();
        for (String line : lines) {
            String[] parts = parts(line);
            List<String> before = connections.getOrDefault(Integer.parseInt(parts[1]), List.of());
            boolean same = !before.isEmpty() && before.stream().allMatch(each -> alive.contains(localPort(each)));
            outcomes.put(parts[0], parts[2].equals("answered") && !same ? "answered on a new connection" : parts[2]);
        }
        return outcomes;
    }

    /** What each client said at its first use. */
    Map<String, String> firstUse() {
        return firstUse;
    }

    /** The ports of the servers that it was connected to. */
    Set<Integer> serverPorts() {
        return connections.keySet();
    }

    /** What the kernel said about its connections. */
    List<String> connections() {
        return connections.values().stream().flatMap(Collection::stream).toList();
    }

    private Set<String> localPorts() {
        return connections().stream().map(SampleInLab::localPort).collect(Collectors.toSet());
    }

    private boolean isUp() {
        return !host.command("ss", "-tlnH", "sport = :" + port)
                .run()
                .orThrow()
                .lines()
                .isEmpty();
    }

    private static String[] parts(String line) {
        return line.split(" \\| ", 3);
    }

    private List<String> established() {
        return host.command("ss", "-tnoH", "state", "established").run().orThrow().lines().stream()
                // Also as an IPv4 address of an IPv6 socket: [::ffff:10.9.2.2]
                .filter(line -> line.contains("10.9.2.2"))
                .toList();
    }

    private CommandResult get(String path) {
        Command curl = host.command("curl", "-sf", "-m", "90", "http://127.0.0.1:" + port + path);
        return curl.run();
    }

    private static String localPort(String line) {
        String[] columns = line.trim().split("\\s+", -1);
        return columns[2].substring(columns[2].lastIndexOf(':') + 1);
    }

    private static int serverPort(String line) {
        String[] columns = line.trim().split("\\s+", -1);
        return Integer.parseInt(columns[3].substring(columns[3].lastIndexOf(':') + 1));
    }
}

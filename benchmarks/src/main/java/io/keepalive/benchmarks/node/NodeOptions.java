package io.keepalive.benchmarks.node;

import io.keepalive.heartbeat.HeartbeatConfig;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a node does, as arguments of its main method.
 *
 * @param config of its heartbeats
 * @param host to connect to; "-" for a node that listens
 * @param connections of each style that a client holds
 * @param traffic of the application
 * @param styles that take part
 */
public record NodeOptions(HeartbeatConfig config, String host, int connections, Traffic traffic, List<Style> styles) {
    /** The port of the first style. */
    public static final int BASE_PORT = 7100;

    /** The same for hostile peers, whose connections are not reported but share everything else. */
    public static final int HOSTILE_BASE_PORT = 7200;

    private static final String NO_HOST = "-";

    /** What the application sends. */
    public enum Traffic {
        NOTHING,
        /** 100 bytes, more often than any heartbeat. */
        CHAT,
        /** As much as there is room for. */
        BULK
    }

    boolean isServer() {
        return host.equals(NO_HOST);
    }

    /** The same for a node that listens. */
    public NodeOptions listening() {
        return new NodeOptions(config, NO_HOST, 0, traffic, styles);
    }

    /** The same with other heartbeats. */
    public NodeOptions with(HeartbeatConfig other) {
        return new NodeOptions(other, host, connections, traffic, styles);
    }

    public String[] words() {
        Stream<String> names = styles.stream().map(Style::name);
        return Stream.concat(Stream.of(config.toString(), host, Integer.toString(connections), traffic.name()), names)
                .toArray(String[]::new);
    }

    static NodeOptions parse(String[] words) {
        return new NodeOptions(
                HeartbeatConfig.parse(words[0]),
                words[1],
                Integer.parseInt(words[2]),
                Traffic.valueOf(words[3]),
                Stream.of(words).skip(4).map(Style::valueOf).toList());
    }
}

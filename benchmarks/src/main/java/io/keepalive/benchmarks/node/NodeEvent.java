package io.keepalive.benchmarks.node;

import java.util.Optional;

/**
 * What happened to one connection of a node, as a line of its output.
 *
 * @param atNanos {@code System.nanoTime()}: on Linux the same clock in all processes of a machine
 * @param kind what happened
 * @param style of the connection
 * @param cause of a loss
 * @param silentMillis for how long nothing had been received; -1 if unknown
 */
public record NodeEvent(long atNanos, Kind kind, Style style, String cause, long silentMillis) {
    private static final String MARK = "EVENT";

    /** What can happen. */
    public enum Kind {
        UP,
        /** The end of a connection that was up, otherwise than in order. */
        LOST,
        CLOSED,
        /** The end of a connection that was never up. */
        FAILED
    }

    @Override
    public String toString() {
        return String.join(
                " ",
                MARK,
                Long.toString(atNanos),
                kind.name(),
                style.name(),
                Long.toString(silentMillis),
                cause.replace(' ', '_'));
    }

    /** Reads a line; empty if it is none of an event. */
    public static Optional<NodeEvent> parse(String line) {
        String[] words = line.split(" ", 6);
        if (words.length < 6 || !words[0].equals(MARK)) {
            return Optional.empty();
        }
        return Optional.of(new NodeEvent(
                Long.parseLong(words[1]),
                Kind.valueOf(words[2]),
                Style.valueOf(words[3]),
                words[5],
                Long.parseLong(words[4])));
    }
}

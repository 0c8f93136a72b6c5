package io.keepalive.benchmarks.node;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a node holds, after a collection.
 *
 * @param heapBytes used
 * @param directBytes in direct buffers of the JDK
 * @param threads platform threads
 * @param descriptors open
 * @param connections open
 */
public record NodeCost(long heapBytes, long directBytes, long threads, long descriptors, long connections) {
    private static final String MARK = "COST";

    @Override
    public String toString() {
        return MARK + " " + heapBytes + " " + directBytes + " " + threads + " " + descriptors + " " + connections;
    }

    static Optional<NodeCost> parse(String line) {
        if (!line.startsWith(MARK + " ")) {
            return Optional.empty();
        }
        long[] values =
                Stream.of(line.split(" ")).skip(1).mapToLong(Long::parseLong).toArray();
        return Optional.of(new NodeCost(values[0], values[1], values[2], values[3], values[4]));
    }
}

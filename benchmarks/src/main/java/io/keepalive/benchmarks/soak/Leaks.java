package io.keepalive.benchmarks.soak;

import io.keepalive.benchmarks.node.NodeCost;
import java.util.ArrayList;
import java.util.List;

/** What a process holds more at the end than it did after its first steps, with the same connections open. Pure. */
final class Leaks {
    /** Threads that come and go with work, such as those that write. */
    private static final long THREADS = 16;

    private static final long DESCRIPTORS = 8;
    private static final long BYTES = 8 << 20;

    private Leaks() {}

    static List<String> between(Party party, NodeCost before, NodeCost after) {
        List<String> leaks = new ArrayList<>();
        add(leaks, party, "threads", before.threads(), after.threads(), THREADS);
        add(leaks, party, "descriptors", before.descriptors(), after.descriptors(), DESCRIPTORS);
        add(leaks, party, "bytes of heap", before.heapBytes(), after.heapBytes(), BYTES);
        add(leaks, party, "bytes of direct buffers", before.directBytes(), after.directBytes(), BYTES);
        add(leaks, party, "connections", before.connections(), after.connections(), 0);
        return leaks;
    }

    private static void add(List<String> leaks, Party party, String what, long before, long after, long most) {
        if (after - before > most) {
            leaks.add(party + ": " + before + " " + what + " grew to " + after + " (expected: at most " + most
                    + " more)");
        }
    }
}

package io.keepalive.cli.keep;

import io.keepalive.cli.linux.NetworkNamespace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Keeps new connections as they come. A scan costs one dump of the open sockets; holders are looked up only when there is a
 * new connection that the addresses select.
 */
final class KeepWatch {
    private static final long PERIOD_MILLIS = 1000;

    /** Where connections come all the time and a scan is dear, there are fewer of them: half a percent of a core. */
    private static final long LONGEST_PERIOD_MILLIS = 2000;

    private static final long REST_PER_COST = 200;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** The first scan of many connections leaves a heap that no later one needs. */
    private static final int MANY = 500;

    /** Containers come and go less often than connections. */
    private static final int SCANS_BETWEEN_LOOKS_AT_NAMESPACES = 10;

    /** The journal is cleaned of closed connections when it has grown by so many. */
    private static final int ENTRIES_BETWEEN_CLEANINGS = 5000;

    private final KeepScan scan;
    private final ConnectionKeeper keeper;
    private final Journal journal;
    private final Lookup<Selection> selections;
    private final Lookup<List<NetworkNamespace>> namespaces;
    private final Consumer<List<KeepResult>> output;
    private final Set<String> reportedRefusals = new HashSet<>();
    private int entries;

    /** Something that is looked up again from time to time. */
    interface Lookup<T> {
        T get() throws IOException;
    }

    KeepWatch(
            KeepScan scan,
            ConnectionKeeper keeper,
            Journal journal,
            Lookup<Selection> selections,
            Lookup<List<NetworkNamespace>> namespaces,
            Consumer<List<KeepResult>> output) {
        this.scan = scan;
        this.keeper = keeper;
        this.journal = journal;
        this.selections = selections;
        this.namespaces = namespaces;
        this.output = output;
    }

    /** Runs until the thread is interrupted or the JVM ends. */
    void run() throws IOException, InterruptedException {
        Selection selection = selections.get();
        scan.watch(namespaces.get());
        for (long number = 1; ; number++) {
            long start = System.nanoTime();
            int found = scan(selection);
            long costMillis = (System.nanoTime() - start) / NANOS_PER_MILLI;
            if (found > MANY) {
                System.gc();
            }
            Thread.sleep(Math.max(PERIOD_MILLIS, Math.min(LONGEST_PERIOD_MILLIS, costMillis * REST_PER_COST)));
            if (number % SCANS_BETWEEN_LOOKS_AT_NAMESPACES == 0) {
                try {
                    selection = selections.get();
                    scan.watch(namespaces.get());
                } catch (IOException e) {
                    // The selected processes have ended; perhaps they are started again.
                }
                scan.forgetProcesses();
            }
        }
    }

    private int scan(Selection selection) throws IOException {
        List<KeepResult> results = scan.run(selection, keeper::keep, false);
        journal.add(results);
        report(results);
        clean(results.size());
        return results.size();
    }

    /** A refusal is reported when its cause is new; connections that need nothing are not reported at all. */
    private void report(List<KeepResult> results) {
        List<KeepResult> news = new ArrayList<>();
        for (KeepResult result : results) {
            Refusal refusal = result.refusal();
            boolean isNew = refusal == null
                    ? result.outcome() != KeepResult.Outcome.UNCHANGED
                    : !refusal.isHarmless() && reportedRefusals.add(refusal.text());
            if (isNew) {
                news.add(result);
            }
        }
        if (!news.isEmpty()) {
            output.accept(news);
        }
    }

    private void clean(int added) throws IOException {
        entries += added;
        if (entries > ENTRIES_BETWEEN_CLEANINGS) {
            entries = 0;
            journal.retain(entry -> scan.isOpen(entry.namespace(), entry.id()));
        }
    }
}

package io.keepalive.cli.watch;

import io.keepalive.cli.linux.ConnectionLookup;
import io.keepalive.cli.linux.DestroyEvents;
import io.keepalive.cli.linux.ErrnoException;
import io.keepalive.cli.linux.IpEndpoint;
import io.keepalive.cli.linux.SockDiag;
import io.keepalive.cli.linux.SystemCalls;
import io.keepalive.cli.linux.TcpState;
import io.keepalive.cli.watch.DestroyEvent.Aftermath;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Watches the network namespace that this process is in: reads notifications, dumps the connections about once a second,
 * and looks the processes up. One thread; every decision is elsewhere.
 */
final class WatchSession implements AutoCloseable {
    /** Unused sockets, listeners apart, and TIME_WAIT have no evidence, and of the latter there can be very many. */
    private static final int STATES = SockDiag.ALL_STATES & ~TcpState.CLOSE.bit() & ~TcpState.TIME_WAIT.bit();

    private static final int RECEIVE_BUFFER_BYTES = 8 << 20;
    private static final int MOST_CONNECTIONS = 100_000;
    private static final long DUMP_PERIOD_NANOS = 1_000_000_000;

    /** A connection in a dump costs some 2 us; this keeps dumps below half a percent of a core from 2,500 on. */
    private static final long PERIOD_PER_CONNECTION_NANOS = 400_000;

    /**
     * A dump walks through the kernel's table of all namespaces, TIME_WAIT included; this keeps that below half a percent of
     * a core where it is long.
     */
    private static final long PERIOD_PER_DUMP = 200;

    private static final long LONGEST_PERIOD_NANOS = 10_000_000_000L;

    /** Lets notifications gather: reading each as it comes would cost a wake-up each. */
    private static final int GATHER_MILLIS = 20;

    private static final int MOST_WAIT_MILLIS = 250;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final DestroyEvents events;
    private final SockDiag dumps;
    private final ConnectionLookup lookup;
    private final OwnerIndex owners;
    private final Tally tally = new Tally();
    private final ConnectionTable table;
    private final WatchView view;
    private final long startNanos = System.nanoTime();
    private long knownOverruns;
    private long dumpNanos;

    private WatchSession(
            DestroyEvents events,
            SockDiag dumps,
            ConnectionLookup lookup,
            OwnerIndex owners,
            WatchFilter filter,
            WatchView view) {
        this.events = events;
        this.dumps = dumps;
        this.lookup = lookup;
        this.owners = owners;
        this.view = view;
        this.table = new ConnectionTable(MOST_CONNECTIONS, filter, this::aftermath, tally, view::died);
    }

    static WatchSession open(SystemCalls calls, WatchFilter filter, WatchView view) throws IOException {
        // Subscribe first: what ends during the first dump is not missed.
        DestroyEvents events = DestroyEvents.open(calls, RECEIVE_BUFFER_BYTES);
        OwnerIndex owners = new OwnerIndex(calls, System.nanoTime());
        return new WatchSession(events, SockDiag.open(calls), ConnectionLookup.open(calls), owners, filter, view);
    }

    /**
     * Watches until the supplier returns false or the time is over, then ends the view.
     *
     * @return whether every notification was received
     */
    boolean run(Duration limit, BooleanSupplier goesOn) throws IOException, InterruptedException {
        long nextDump = startNanos;
        while (goesOn.getAsBoolean() && System.nanoTime() - startNanos < limit.toNanos()) {
            long now = System.nanoTime();
            if (now - nextDump >= 0) {
                dump();
                view.refresh(summary());
                nextDump = Math.max(now, nextDump + dumpPeriodNanos(table.open(), dumpNanos));
            }
            long wait = Math.min(MOST_WAIT_MILLIS, (nextDump - System.nanoTime()) / NANOS_PER_MILLI);
            if (readEvents((int) Math.max(0, wait)) > 0) {
                view.refresh(summary());
                Thread.sleep(GATHER_MILLIS);
            }
        }
        readEvents(0);
        dump();
        table.reportHeld();
        view.end(summary());
        return events.overruns() == 0;
    }

    /**
     * The time between two dumps.
     *
     * @param dumpNanos what one takes on a core
     */
    static long dumpPeriodNanos(int connections, long dumpNanos) {
        long wanted = Math.max(connections * PERIOD_PER_CONNECTION_NANOS, dumpNanos * PERIOD_PER_DUMP);
        return Math.max(DUMP_PERIOD_NANOS, Math.min(LONGEST_PERIOD_NANOS, wanted));
    }

    private int readEvents(int timeoutMillis) throws ErrnoException {
        return events.read(timeoutMillis, message -> table.destroyed(message, System.nanoTime()));
    }

    private void dump() throws IOException {
        table.beginRound();
        long begin = CoreTime.nanos();
        boolean isComplete = dumps.dump(STATES, true, message -> table.observe(message, System.nanoTime()));
        dumpNanos = CoreTime.nanos() - begin;
        // What the dump no longer listed may have been notified of before.
        int ignored = readEvents(0);
        long overruns = events.overruns();
        if (isComplete) {
            table.endRound(System.nanoTime(), overruns > knownOverruns);
            knownOverruns = overruns;
        }
        Map<Long, TrackedConnection> withoutOwner = table.withoutOwner();
        Map<Long, OwnerIndex.Owner> found = owners.find(withoutOwner.keySet(), System.nanoTime());
        if (!found.isEmpty()) {
            withoutOwner.forEach((inode, connection) -> {
                connection.owner = found.get(inode);
                connection.lookups++;
            });
        }
    }

    private Aftermath aftermath(IpEndpoint local, IpEndpoint remote, int interfaceIndex) {
        try {
            return switch (lookup.state(local, remote, interfaceIndex)) {
                case TIME_WAIT, FIN_WAIT_2 -> Aftermath.CLOSED_FIRST;
                case CLOSE -> Aftermath.NOTHING;
                default -> Aftermath.UNKNOWN;
            };
        } catch (ErrnoException e) {
            return Aftermath.UNKNOWN;
        }
    }

    private Summary summary() {
        return new Summary(
                tally,
                Duration.ofNanos(System.nanoTime() - startNanos),
                table.open(),
                events.overruns(),
                table.untracked());
    }

    @Override
    public void close() {
        events.close();
        dumps.close();
        lookup.close();
    }
}

package io.keepalive.cli.relay.io;

import io.keepalive.cli.relay.engine.ConnectPlan;
import io.keepalive.cli.relay.engine.Pair;
import io.keepalive.cli.relay.io.Connection.End;
import io.keepalive.cli.relay.report.Counters;
import io.keepalive.cli.relay.report.Log;
import io.keepalive.loss.Confidence;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A selector, its thread, and the connections whose bytes it carries. {@link Pair} decides what to do; {@link Opener},
 * {@link Carrier} and {@link Closer} do it. One loop of a relay also runs the {@link Acceptor}.
 */
final class Loop implements Runnable {
    private static final long TICK_MILLIS = 100;
    private static final long TICK_NANOS = TICK_MILLIS * 1_000_000;
    private static final long WATCH_MILLIS = 1000;

    private final RelaySettings settings;
    private final Policies policies;
    private final Opener opener;
    private final Carrier carrier;
    private final Closer closer;
    private final Selector selector;
    private final UnreadLegs unread;

    /** Null if another loop accepts. Set before the thread starts. */
    private @Nullable Acceptor acceptor;

    private @Nullable Thread thread;

    /** Null if no leg leads to another relay. */
    private final @Nullable HeartbeatLegs heartbeats;

    private final Consumer<SelectionKey> onReady = this::ready;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean awake = new AtomicBoolean();
    private final Set<Connection> starting = new LinkedHashSet<>();
    private long nextTickNanos = System.nanoTime();
    private volatile boolean stopped;

    /**
     * A loop that is not started yet.
     *
     * @param threads for what takes milliseconds of computing
     */
    Loop(RelaySettings settings, Counters counters, Log log, Resolver resolver, Executor threads) throws IOException {
        this.settings = settings;
        this.policies = new Policies(settings);
        this.selector = Selector.open();
        this.unread = new UnreadLegs();
        this.carrier = new Carrier(counters, new Buffers(settings.bufferBytes() / settings.threads()), unread);
        this.closer = new Closer(counters, log, unread);
        this.opener = new Opener(this, settings, policies, resolver, threads);
        Framing framing = settings.framing();
        this.heartbeats = framing == null ? null : new HeartbeatLegs(framing, this::lost);
    }

    /** Makes this the loop that accepts. Before its thread is started. */
    void accept(Acceptor runs) {
        acceptor = runs;
    }

    /** Carries an accepted connection. Any thread. */
    void carry(Listener listener, SocketChannel channel) {
        if (Thread.currentThread() == thread) {
            begin(listener, channel);
        } else {
            execute(() -> begin(listener, channel));
        }
    }

    /** Runs a task on the loop's thread. Any thread. */
    void execute(Runnable task) {
        tasks.add(task);
        if (awake.compareAndSet(false, true)) {
            selector.wakeup();
        }
    }

    /** Runs a task of a connection, whose failure is that connection's alone. Any thread. */
    void execute(End end, Runnable task) {
        execute(() -> guarded(end, task));
    }

    /** Resets all connections. Any thread. */
    void abortAll() {
        execute(this::abortOpen);
    }

    private void abortOpen() {
        for (SelectionKey key : List.copyOf(selector.keys())) {
            if (key.attachment() instanceof End end) {
                abort(end.connection);
            }
        }
    }

    private void abort(Connection connection) {
        if (connection.pair.verdict() == null) {
            connection.loss = new ConnectionLoss(LossCause.LOCAL_CLOSED, Confidence.HIGH, "the relay was stopped");
            connection.pair.onAbort();
            finish(connection);
        }
    }

    /** Ends the thread after what was queued. Any thread. */
    void stop() {
        execute(() -> stopped = true);
    }

    @Override
    @SuppressWarnings("try") // both are closed with the loop
    public void run() {
        thread = Thread.currentThread();
        try (selector;
                Closeable watch = unread) {
            while (!stopped) {
                select();
                awake.set(false);
                runTasks();
                long now = System.nanoTime();
                if (now - nextTickNanos >= 0) {
                    nextTickNanos = now + TICK_NANOS;
                    tick(now);
                }
                if (heartbeats != null) {
                    heartbeats.tick();
                }
            }
            if (acceptor != null) {
                acceptor.close();
            }
            runTasks();
            abortOpen();
            if (heartbeats != null) {
                heartbeats.finish();
            }
            closer.beforeSelect();
            selector.selectNow(); // closes what was cancelled
            closer.afterSelect();
        } catch (IOException e) {
            throw new IllegalStateException("the selector failed: " + e.getMessage(), e);
        }
    }

    /** Selecting also lets go of the keys of what has ended, which is closed afterwards. */
    private void select() throws IOException {
        if (closer.beforeSelect()) {
            selector.selectNow(onReady);
            closer.afterSelect();
        } else {
            selector.select(onReady, selectMillis());
        }
    }

    private long selectMillis() {
        long millis = !starting.isEmpty() ? TICK_MILLIS : unread.isEmpty() ? 0 : WATCH_MILLIS;
        if (acceptor != null) {
            millis = sooner(millis, acceptor.timeoutMillis());
        }
        return heartbeats == null ? millis : sooner(millis, heartbeats.timeoutMillis());
    }

    /** The shorter of two time limits of which 0 is none. */
    private static long sooner(long millis, long other) {
        return millis == 0 || other == 0 ? millis + other : Math.min(millis, other);
    }

    private void runTasks() {
        Runnable task = tasks.poll();
        while (task != null) {
            task.run();
            task = tasks.poll();
        }
    }

    private void tick(long now) {
        if (acceptor != null) {
            acceptor.tick(now);
        }
        if (!starting.isEmpty()) {
            for (Connection connection : List.copyOf(starting)) {
                opener.tick(connection, now);
            }
        }
        for (End end : unread.failed(now)) {
            guarded(end, () -> {
                carrier.leadToError(end);
                settle(end.connection);
            });
        }
    }

    /** A leg to another relay was lost: its peer is dead, or broke the protocol. */
    private void lost(End end, ConnectionLostException lost) {
        guarded(end, () -> failed(end, lost));
    }

    private void failed(End end, IOException e) {
        carrier.failed(end, e);
        settle(end.connection);
    }

    // ---- start

    private void begin(Listener listener, SocketChannel channel) {
        long now = System.nanoTime();
        Connection connection;
        try {
            policies.applyToAccepted(channel, listener.policyIsInherited());
            connection = new Connection(listener.route(), new PlainLeg(channel), now);
            connection.start = new Connection.Start(
                    new ConnectPlan(settings.connectTimeout().toNanos(), now));
            connection.client.key = channel.register(selector, 0, connection.client);
        } catch (IOException e) {
            // Reset before it could be relayed.
            closer.closeUnborn(listener.route(), channel, e);
            return;
        }
        starting.add(connection);
        guarded(connection.client, () -> opener.begin(connection));
    }

    Selector selector() {
        return selector;
    }

    /** The target is connected; what waits in the target's {@code rest} goes first. */
    void connected(Connection connection) {
        connection.start = null;
        starting.remove(connection);
        connection.pair.onConnected();
        try {
            startHeartbeats(connection.target);
        } catch (IOException e) {
            failed(connection.target, e);
            return;
        }
        carrier.flush(connection.target);
        if (heartbeats != null) {
            // A leg in frames, or encrypted, may have read ahead of the selector.
            carrier.transfer(connection.client);
            carrier.transfer(connection.target);
        }
        settle(connection);
    }

    /** Puts TLS on a leg to another relay; false if there is none to put. */
    boolean encrypt(End end) {
        return heartbeats != null && heartbeats.encrypt(end);
    }

    void startHeartbeats(End end) throws IOException {
        if (heartbeats != null) {
            heartbeats.start(end);
        }
    }

    /** A connection ends before or after its target was connected. */
    void fail(End end, ConnectionLoss loss) {
        if (end.connection.pair.verdict() == null) {
            end.connection.loss = loss;
            end.connection.pair.onFailure(end.side);
        }
        finish(end.connection);
    }

    // ---- traffic

    private void ready(SelectionKey key) {
        if (key.attachment() instanceof End end) {
            guarded(end, () -> ready(key, end));
        } else if (acceptor != null) {
            acceptor.accept(key);
        }
    }

    /** A failure of one connection never reaches another one. */
    private void guarded(End end, Runnable action) {
        try {
            action.run();
        } catch (CancelledKeyException e) {
            finish(end.connection); // ended within this pass
        } catch (RuntimeException | OutOfMemoryError e) {
            fail(end, new ConnectionLoss(LossCause.UNKNOWN, Confidence.LOW, String.valueOf(e)));
        }
    }

    private void ready(SelectionKey key, End end) {
        Connection connection = end.connection;
        if (connection.pair.verdict() != null || !key.isValid()) {
            return;
        }
        int ready = key.readyOps();
        if (connection.start != null) {
            opener.ready(connection, end, ready);
            return;
        }
        if ((ready & SelectionKey.OP_WRITE) != 0) {
            carrier.flush(end);
        }
        if ((ready & SelectionKey.OP_READ) != 0) {
            carrier.transfer(end);
        }
        settle(connection);
    }

    private void settle(Connection connection) {
        if (carrier.settle(connection)) {
            finish(connection);
        }
    }

    /** Closes what has ended, once. */
    private void finish(Connection connection) {
        starting.remove(connection);
        carrier.release(connection);
        closer.close(connection);
    }

    /** Registers a leg of a connection with this loop. */
    void register(End end, int ops) throws ClosedChannelException {
        end.key = end.leg().channel().register(selector, ops, end);
    }
}

package io.keepalive.cli.relay.io;

import io.keepalive.cli.relay.engine.ConnectPlan;
import io.keepalive.cli.relay.engine.Pair;
import io.keepalive.cli.relay.io.Connection.End;
import io.keepalive.cli.relay.report.Counters;
import io.keepalive.cli.relay.report.Log;
import io.keepalive.loss.Confidence;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.LossCause;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A selector, its thread, and the connections whose bytes it carries. {@link Pair} decides what to do; this class does
 * it: reads, writes, shuts and closes.
 */
final class Loop implements Runnable {
    /** Returned instead of a number of bytes when the leg has failed and the connection has ended. */
    private static final int FAILED = -2;

    /** Reads from one side before the others have their turn. */
    private static final int PASSES = 4;

    private static final long TICK_MILLIS = 100;
    private static final long TICK_NANOS = TICK_MILLIS * 1_000_000;
    private static final long WATCH_MILLIS = 1000;

    private final RelaySettings settings;
    private final Counters counters;
    private final Opener opener;
    private final Closer closer;
    private final Legs clientLegs;
    private final Selector selector;
    private final UnreadLegs unread;
    private final Buffers buffers;
    private final Consumer<SelectionKey> onReady = this::ready;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean awake = new AtomicBoolean();
    private final Set<Connection> starting = new LinkedHashSet<>();
    private final Set<Leg> ticking = new LinkedHashSet<>();
    private long nextTickNanos = System.nanoTime();
    private volatile boolean stopped;

    Loop(RelaySettings settings, Counters counters, Log log, Resolver resolver, Legs clientLegs, Legs targetLegs)
            throws IOException {
        this.settings = settings;
        this.counters = counters;
        this.clientLegs = clientLegs;
        this.selector = Selector.open();
        this.unread = new UnreadLegs();
        this.buffers = new Buffers(settings.bufferBytes() / settings.threads());
        this.closer = new Closer(counters, log, unread);
        this.opener = new Opener(this, settings, resolver, targetLegs);
    }

    /** Carries an accepted connection. Any thread. */
    void carry(Listener listener, SocketChannel channel) {
        execute(() -> begin(listener, channel));
    }

    /** Runs a task on the loop's thread. Any thread. */
    void execute(Runnable task) {
        tasks.add(task);
        if (awake.compareAndSet(false, true)) {
            selector.wakeup();
        }
    }

    /** Resets all connections. Any thread. */
    void abortAll() {
        execute(() -> {
            for (SelectionKey key : List.copyOf(selector.keys())) {
                if (key.attachment() instanceof End end) {
                    abort(end.connection);
                }
            }
        });
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
        try (selector;
                Closeable watch = unread) {
            while (!stopped) {
                selector.select(onReady, selectMillis());
                awake.set(false);
                runTasks();
                long now = System.nanoTime();
                if (now - nextTickNanos >= 0) {
                    nextTickNanos = now + TICK_NANOS;
                    tick(now);
                }
            }
            selector.selectNow(); // closes what was cancelled
        } catch (IOException e) {
            throw new IllegalStateException("the selector failed: " + e.getMessage(), e);
        }
    }

    private long selectMillis() {
        if (!starting.isEmpty() || !ticking.isEmpty()) {
            return TICK_MILLIS;
        }
        return unread.isEmpty() ? 0 : WATCH_MILLIS;
    }

    private void runTasks() {
        Runnable task = tasks.poll();
        while (task != null) {
            task.run();
            task = tasks.poll();
        }
    }

    private void tick(long now) {
        if (!starting.isEmpty()) {
            for (Connection connection : List.copyOf(starting)) {
                opener.tick(connection, now);
            }
        }
        for (End end : unread.failed(now)) {
            leadToError(end);
        }
        if (!ticking.isEmpty()) {
            for (SelectionKey key : new ArrayList<>(selector.keys())) {
                if (key.attachment() instanceof End end && end.leg != null && ticking.contains(end.leg)) {
                    guarded(end, () -> tickLeg(end, now));
                }
            }
        }
    }

    private void tickLeg(End end, long now) {
        try {
            end.leg().onTick(now);
            end.leg().flush();
        } catch (IOException e) {
            failed(end, e);
        }
        settle(end.connection);
    }

    // ---- start

    private void begin(Listener listener, SocketChannel channel) {
        long now = System.nanoTime();
        Connection connection;
        try {
            Policies.applyToAccepted(settings.clientPolicy(), channel, listener.policyIsInherited());
            connection = new Connection(listener.route(), clientLegs.over(channel), now);
            connection.start = new Connection.Start(
                    new ConnectPlan(settings.connectTimeout().toNanos(), now));
            connection.client.key = channel.register(selector, 0, connection.client);
        } catch (IOException e) {
            // Reset before it could be relayed.
            closer.closeUnborn(listener.route(), channel, e);
            return;
        }
        starting.add(connection);
        opener.begin(connection);
    }

    Selector selector() {
        return selector;
    }

    /** The target is connected; what waits in the target's {@code rest} goes first. */
    void connected(Connection connection) {
        connection.start = null;
        starting.remove(connection);
        connection.pair.onConnected();
        for (End end : List.of(connection.client, connection.target)) {
            if (end.leg().ticks()) {
                ticking.add(end.leg());
            }
        }
        flush(connection.target);
        settle(connection);
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
        End end = (End) key.attachment();
        guarded(end, () -> ready(key, end));
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
            flush(end);
        }
        if ((ready & SelectionKey.OP_READ) != 0) {
            transfer(end);
        }
        settle(connection);
    }

    /** Writes what waits for an end; when all of it is gone, reads on at once. */
    private void flush(End to) {
        try {
            to.leg().flush();
        } catch (IOException e) {
            failed(to, e);
            return;
        }
        ByteBuffer rest = to.rest;
        if (rest == null || write(to, rest) == FAILED || rest.hasRemaining()) {
            return;
        }
        to.rest = null;
        buffers.release(rest);
        transfer(to.other());
    }

    private void transfer(End from) {
        Pair pair = from.connection.pair;
        End to = from.other();
        for (int pass = 0; pass < PASSES && pair.reads(from.side); pass++) {
            ByteBuffer buffer = buffers.shared();
            int room = buffer.remaining();
            int count = read(from, buffer);
            if (count == FAILED || count == 0) {
                return;
            }
            if (count < 0) {
                pair.onFin(from.side, System.nanoTime());
                return;
            }
            pair.onRead(from.side, count, System.nanoTime());
            counters.read(from.side, count);
            buffer.flip();
            if (write(to, buffer) == FAILED) {
                return;
            }
            if (buffer.hasRemaining()) {
                to.rest = buffers.keepRest();
                return;
            }
            if (count < room && !from.leg().hasInput()) {
                return; // the kernel had no more
            }
        }
    }

    private int read(End from, ByteBuffer buffer) {
        try {
            return from.leg().read(buffer);
        } catch (IOException e) {
            failed(from, e);
            return FAILED;
        }
    }

    private int write(End to, ByteBuffer buffer) {
        try {
            int count = to.leg().write(buffer);
            to.connection.pair.onWritten(to.side, count);
            return count;
        } catch (IOException e) {
            lastWords(to);
            failed(to, e);
            return FAILED;
        }
    }

    /** What a peer sent before it reset the connection is still in the kernel: pass it on as far as it is taken. */
    private void lastWords(End failed) {
        Pair pair = failed.connection.pair;
        End to = failed.other();
        if (!pair.reads(failed.side)) {
            return;
        }
        try {
            ByteBuffer buffer = ByteBuffer.allocate(Buffers.SCARCE);
            int count = failed.leg().read(buffer);
            while (count > 0) {
                pair.onRead(failed.side, count, System.nanoTime());
                counters.read(failed.side, count);
                buffer.flip();
                pair.onWritten(to.side, to.leg().write(buffer));
                if (buffer.hasRemaining()) {
                    return;
                }
                count = failed.leg().read(buffer.clear());
            }
        } catch (IOException e) {
            // The first failure is the one that counts.
            return;
        }
    }

    private void failed(End end, IOException e) {
        if (end.connection.pair.verdict() == null) {
            SocketChannel channel = end.leg().channel();
            Optional<ConnectionLoss> loss = ConnectionLoss.of(e, channel);
            end.connection.loss = loss.orElseGet(
                    () -> new ConnectionLoss(LossCause.UNKNOWN, Confidence.LOW, String.valueOf(e.getMessage())));
            end.connection.pair.onFailure(end.side);
        }
    }

    /** Reads a leg that has an error pending until the error shows; its connection is over, so the bytes are too. */
    private void leadToError(End end) {
        if (end.connection.pair.verdict() != null) {
            return;
        }
        ByteBuffer scratch = buffers.shared();
        try {
            for (int i = 0; i < 64 && end.leg().channel().read(scratch.clear()) > 0; i++) {
                // discarded
            }
            fail(
                    end,
                    new ConnectionLoss(
                            LossCause.UNKNOWN, Confidence.LOW, "an error is pending on a leg that was not read"));
        } catch (IOException e) {
            failed(end, e);
            finish(end.connection);
        }
    }

    // ---- after each event

    /** Does what the pair says now. */
    private void settle(Connection connection) {
        shut(connection.client);
        shut(connection.target);
        if (connection.pair.verdict() != null) {
            finish(connection);
            return;
        }
        watch(connection.client);
        watch(connection.target);
    }

    private void shut(End to) {
        if (to.connection.pair.shuts(to.side)) {
            try {
                if (to.leg().shutOutput()) {
                    to.connection.pair.onShut(to.side);
                }
            } catch (IOException e) {
                failed(to, e);
            }
        }
    }

    private void watch(End end) {
        Pair pair = end.connection.pair;
        boolean writes = pair.writes(end.side) || pair.shuts(end.side);
        int ops = (pair.reads(end.side) ? SelectionKey.OP_READ : 0) | (writes ? SelectionKey.OP_WRITE : 0);
        SelectionKey key = end.key;
        if (key != null && key.interestOps() != ops) {
            key.interestOps(ops);
        }
        unread.update(end, pair.isUnread(end.side));
    }

    /** Closes what has ended, once. */
    private void finish(Connection connection) {
        starting.remove(connection);
        if (!ticking.isEmpty()) {
            ticking.remove(connection.client.leg);
            ticking.remove(connection.target.leg);
        }
        for (End end : List.of(connection.client, connection.target)) {
            @Nullable ByteBuffer rest = end.rest;
            if (rest != null) {
                end.rest = null;
                buffers.release(rest);
            }
        }
        closer.close(connection);
    }

    /** Registers a leg of a connection with this loop. */
    void register(End end, int ops) throws ClosedChannelException {
        end.key = end.leg().channel().register(selector, ops, end);
    }
}

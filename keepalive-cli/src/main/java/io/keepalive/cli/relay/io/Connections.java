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
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one loop and what happens on each of their events. {@link Pair} decides what to do; {@link Opener},
 * {@link Carrier} and {@link Closer} do it. Confined to the loop's thread.
 */
final class Connections implements Closeable {
    static final long TICK_MILLIS = 100;
    private static final long WATCH_MILLIS = 1000;

    private final RelaySettings settings;
    private final Selector selector;
    private final Policies policies;
    private final Opener opener;
    private final Carrier carrier;
    private final Closer closer;
    private final UnreadLegs unread;

    /** Null if no leg leads to another relay. */
    private final @Nullable HeartbeatLegs heartbeats;

    private final Set<Connection> starting = new LinkedHashSet<>();

    /**
     * No connections yet.
     *
     * @param threads for what takes milliseconds of computing
     */
    Connections(Loop loop, RelaySettings settings, Counters counters, Log log, Resolver resolver, Executor threads)
            throws IOException {
        this.settings = settings;
        this.selector = loop.selector();
        this.policies = new Policies(settings);
        this.unread = new UnreadLegs();
        this.carrier = new Carrier(counters, new Buffers(settings.bufferBytes() / settings.threads()), unread);
        this.closer = new Closer(counters, log, unread);
        this.opener = new Opener(this, loop, settings, resolver, threads);
        Framing framing = settings.framing();
        this.heartbeats = framing == null ? null : new HeartbeatLegs(framing, this::lost);
    }

    // ---- start

    /** Carries an accepted connection. */
    void begin(Listener listener, SocketChannel channel) {
        long now = System.nanoTime();
        Connection connection;
        try {
            Policies.prepare(channel);
            connection = new Connection(listener.route(), new PlainLeg(channel), now);
            connection.start = new Connection.Start(
                    new ConnectPlan(settings.connectTimeout().toNanos(), now));
            register(connection.client, 0);
        } catch (IOException e) {
            // Reset before it could be relayed.
            closer.closeUnborn(listener.route(), channel, e);
            return;
        }
        policies.applyLater(connection.client, listener.policyIsInherited());
        starting.add(connection);
        guarded(connection.client, () -> opener.begin(connection));
    }

    /** Registers a leg with the loop. */
    void register(End end, int ops) throws ClosedChannelException {
        end.key = end.leg().channel().register(selector, ops, end);
    }

    /** The target is connected; what waits in the target's {@code rest} goes first. */
    void connected(Connection connection) {
        connection.start = null;
        starting.remove(connection);
        policies.applyLater(connection.target, false);
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

    // ---- traffic

    /** A leg is ready for something. */
    void ready(SelectionKey key, End end) {
        guarded(end, () -> onReady(key, end));
    }

    private void onReady(SelectionKey key, End end) {
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

    /** Runs a task of a connection, whose failure never reaches another one. */
    void guarded(End end, Runnable action) {
        try {
            action.run();
        } catch (CancelledKeyException e) {
            finish(end.connection); // ended within this pass
        } catch (RuntimeException | OutOfMemoryError e) {
            fail(end, new ConnectionLoss(LossCause.UNKNOWN, Confidence.LOW, String.valueOf(e)));
        }
    }

    // ---- time

    /** How long to select at most; 0 for no limit. */
    long timeoutMillis() {
        boolean ticks = !starting.isEmpty() || policies.isPending();
        long millis = ticks ? TICK_MILLIS : unread.isEmpty() ? 0 : WATCH_MILLIS;
        return heartbeats == null ? millis : Loop.sooner(millis, heartbeats.timeoutMillis());
    }

    /** Does what is due. Every {@value #TICK_MILLIS} ms, if anything is. */
    void tick(long now) {
        if (!starting.isEmpty()) {
            for (Connection connection : List.copyOf(starting)) {
                opener.tick(connection, now);
            }
        }
        for (Policies.Due due = policies.next(); due != null; due = policies.next()) {
            guarded(due.end(), due::apply);
        }
        for (End end : unread.failed(now)) {
            guarded(end, () -> {
                carrier.leadToError(end);
                settle(end.connection);
            });
        }
    }

    /** Sends heartbeats that are due. In each round of the loop. */
    void beat() {
        if (heartbeats != null) {
            heartbeats.tick();
        }
    }

    // ---- end

    /** A leg to another relay was lost: its peer is dead, or broke the protocol. */
    private void lost(End end, ConnectionLostException lost) {
        guarded(end, () -> failed(end, lost));
    }

    private void failed(End end, IOException e) {
        carrier.failed(end, e);
        settle(end.connection);
    }

    /** A connection ends before or after its target was connected. */
    void fail(End end, ConnectionLoss loss) {
        if (end.connection.pair.verdict() == null) {
            end.connection.loss = loss;
            end.connection.pair.onFailure(end.side);
        }
        finish(end.connection);
    }

    /** Resets all connections. */
    void abortAll() {
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

    /** Closes what has ended, once. */
    private void finish(Connection connection) {
        starting.remove(connection);
        carrier.release(connection);
        closer.close(connection);
    }

    /** Selects, which also lets go of the keys of what has ended; that is closed afterwards. */
    void select(Consumer<SelectionKey> onReady, long millis) throws IOException {
        if (closer.beforeSelect()) {
            selector.selectNow(onReady);
            closer.afterSelect();
        } else {
            selector.select(onReady, millis);
        }
    }

    /** Completes the closes of legs to other relays, within a limit. */
    void awaitClosed() {
        if (heartbeats != null) {
            heartbeats.finish();
        }
    }

    @Override
    public void close() throws IOException {
        unread.close();
    }
}

package io.keepalive.cli.relay.io;

import io.keepalive.cli.relay.io.Connection.End;
import io.keepalive.cli.relay.report.Counters;
import io.keepalive.cli.relay.report.Log;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A selector and its thread, which carries the bytes of {@link Connections}. One loop of a relay also runs the {@link
 * Acceptor}.
 */
final class Loop implements Runnable {
    private static final long TICK_NANOS = Connections.TICK_MILLIS * 1_000_000;

    private final Selector selector;
    private final Connections connections;

    /** Null if another loop accepts. Set before the thread starts. */
    private @Nullable Acceptor acceptor;

    private @Nullable Thread thread;
    private final Consumer<SelectionKey> onReady = this::ready;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean awake = new AtomicBoolean();
    private long nextTickNanos = System.nanoTime();
    private volatile boolean stopped;

    /**
     * A loop that is not started yet.
     *
     * @param threads for what takes milliseconds of computing
     */
    Loop(RelaySettings settings, Counters counters, Log log, Resolver resolver, Executor threads) throws IOException {
        this.selector = Selector.open();
        this.connections = new Connections(this, settings, counters, log, resolver, threads);
    }

    /** Makes this the loop that accepts. Before its thread is started. */
    void accept(Acceptor runs) {
        acceptor = runs;
    }

    Selector selector() {
        return selector;
    }

    /** Carries an accepted connection. Any thread. */
    void carry(Listener listener, SocketChannel channel) {
        if (Thread.currentThread() == thread) {
            connections.begin(listener, channel);
        } else {
            execute(() -> connections.begin(listener, channel));
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
        execute(() -> connections.guarded(end, task));
    }

    /** Resets all connections. Any thread. */
    void abortAll() {
        execute(connections::abortAll);
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
                connections) {
            while (!stopped) {
                connections.select(onReady, selectMillis());
                awake.set(false);
                runTasks();
                tick();
                connections.beat();
            }
            if (acceptor != null) {
                acceptor.close();
            }
            runTasks();
            connections.abortAll();
            connections.awaitClosed();
            connections.select(ready -> {}, 1);
        } catch (IOException e) {
            throw new IllegalStateException("the selector failed: " + e.getMessage(), e);
        }
    }

    private long selectMillis() {
        long millis = connections.timeoutMillis();
        return acceptor == null ? millis : sooner(millis, acceptor.timeoutMillis());
    }

    /** The shorter of two time limits of which 0 is none. */
    static long sooner(long millis, long other) {
        return millis == 0 || other == 0 ? millis + other : Math.min(millis, other);
    }

    private void ready(SelectionKey key) {
        if (key.attachment() instanceof End end) {
            connections.ready(key, end);
        } else if (acceptor != null) {
            acceptor.accept(key);
        }
    }

    private void runTasks() {
        Runnable task = tasks.poll();
        while (task != null) {
            task.run();
            task = tasks.poll();
        }
    }

    private void tick() {
        long now = System.nanoTime();
        if (now - nextTickNanos < 0) {
            return;
        }
        nextTickNanos = now + TICK_NANOS;
        if (acceptor != null) {
            acceptor.tick(now);
        }
        connections.tick(now);
    }
}

package io.keepalive.cli.relay.io;

import io.keepalive.cli.option.CidrBlock;
import io.keepalive.cli.relay.report.Counters;
import io.keepalive.cli.relay.report.Counters.Refusal;
import io.keepalive.cli.relay.report.Log;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Accepts on all listeners, refuses by a reset what is not allowed or too much, and hands the rest to the loops in turn.
 * A refusal is logged once, and again with its number every ten seconds while it goes on.
 */
final class Acceptor implements Runnable {
    private static final int BATCH = 64;
    private static final long NOTICE_NANOS = 10_000_000_000L;
    private static final long PAUSE_MILLIS = 50;

    private final RelaySettings settings;
    private final Counters counters;
    private final Log log;
    private final List<Loop> loops;
    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Map<Refusal, Notices> notices = new EnumMap<>(Refusal.class);

    /** Kept open to be given up when there is no other descriptor, so that a client can be accepted and reset. */
    private @Nullable SocketChannel spare;

    private int next;
    private boolean tired;
    private volatile boolean stopped;

    /** How often a refusal happened since it was last logged. */
    private static final class Notices {
        long since;
        long lastNanos = System.nanoTime() - NOTICE_NANOS;
    }

    Acceptor(RelaySettings settings, Counters counters, Log log, List<Loop> loops) throws IOException {
        this.settings = settings;
        this.counters = counters;
        this.log = log;
        this.loops = loops;
        this.selector = Selector.open();
        this.spare = SocketChannel.open();
        for (Refusal refusal : Refusal.values()) {
            notices.put(refusal, new Notices());
        }
    }

    /** Runs a task on the acceptor's thread. Any thread. */
    void execute(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    /** Starts to accept. Any thread. */
    void add(Listener listener) {
        execute(() -> {
            try {
                listener.channel().register(selector, SelectionKey.OP_ACCEPT, listener);
            } catch (ClosedChannelException e) {
                return; // removed meanwhile
            }
        });
    }

    /** Stops accepting and frees the port. Any thread. */
    void remove(Listener listener) {
        execute(() -> closeQuietly(listener.channel()));
    }

    private static void closeQuietly(ServerSocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            return; // it is gone either way
        }
    }

    /** Ends the thread and closes all listeners. Any thread. */
    void stop() {
        execute(() -> stopped = true);
    }

    @Override
    public void run() {
        Consumer<SelectionKey> onReady = this::accept;
        try (selector) {
            while (!stopped) {
                selector.select(onReady, 1000);
                Runnable task = tasks.poll();
                while (task != null) {
                    task.run();
                    task = tasks.poll();
                }
                summarize();
                if (tired) {
                    tired = false;
                    Thread.sleep(PAUSE_MILLIS);
                }
            }
            for (SelectionKey key : List.copyOf(selector.keys())) {
                closeQuietly((ServerSocketChannel) key.channel());
            }
            selector.selectNow();
        } catch (IOException e) {
            throw new IllegalStateException("the selector failed: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept(SelectionKey key) {
        Listener listener = (Listener) key.attachment();
        try {
            for (int i = 0; i < BATCH; i++) {
                SocketChannel channel = listener.channel().accept();
                if (channel == null) {
                    return;
                }
                admit(listener, channel);
            }
        } catch (ClosedChannelException e) {
            return; // removed by a reload
        } catch (IOException e) {
            noDescriptor(listener, e);
        }
    }

    private void admit(Listener listener, SocketChannel channel) throws IOException {
        if (!isAllowed(channel)) {
            refuse(channel, Refusal.NOT_ALLOWED, "the client's address is in none of the blocks of --allow");
        } else if (!counters.tryOpen(settings.maxConnections())) {
            refuse(channel, Refusal.LIMIT, "--max-connections: " + settings.maxConnections() + " are open");
        } else {
            next = (next + 1) % loops.size();
            loops.get(next).carry(listener, channel);
        }
    }

    private boolean isAllowed(SocketChannel channel) throws IOException {
        if (settings.allow().isEmpty()) {
            return true;
        }
        InetSocketAddress remote = (InetSocketAddress) channel.getRemoteAddress();
        for (CidrBlock block : settings.allow()) {
            if (remote != null && block.contains(remote.getAddress())) {
                return true;
            }
        }
        return false;
    }

    private void refuse(SocketChannel channel, Refusal why, String message) {
        Leg.reset(channel);
        counters.refused(why);
        notice(why, message);
    }

    private void notice(Refusal why, String message) {
        Notices count = notices(why);
        count.since++;
        long now = System.nanoTime();
        if (now - count.lastNanos >= NOTICE_NANOS) {
            log.notice("refused " + count.since + (count.since == 1 ? " connection: " : " connections: ") + message);
            count.since = 0;
            count.lastNanos = now;
        }
    }

    /** Logs what was refused since the last line, though nothing is refused any more. */
    private void summarize() {
        long now = System.nanoTime();
        notices.forEach((why, count) -> {
            if (count.since > 0 && now - count.lastNanos >= NOTICE_NANOS) {
                log.notice("refused " + count.since + " more connections (" + why + ")");
                count.since = 0;
                count.lastNanos = now;
            }
        });
    }

    private Notices notices(Refusal why) {
        return java.util.Objects.requireNonNull(notices.get(why));
    }

    /** The client would wait in the backlog for ever, and the selector would report it again and again: reset it. */
    private void noDescriptor(Listener listener, IOException cause) {
        SocketChannel reserved = spare;
        if (reserved != null) {
            spare = null;
            closeSpare(reserved);
            try {
                SocketChannel channel = listener.channel().accept();
                if (channel != null) {
                    refuse(channel, Refusal.NO_DESCRIPTOR, String.valueOf(cause.getMessage()));
                }
            } catch (IOException e) {
                tired = true;
            }
        }
        try {
            spare = SocketChannel.open();
        } catch (IOException e) {
            tired = true; // others were quicker: try again a little later
            notice(Refusal.NO_DESCRIPTOR, String.valueOf(cause.getMessage()));
        }
    }

    private static void closeSpare(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            return; // it never was connected
        }
    }
}

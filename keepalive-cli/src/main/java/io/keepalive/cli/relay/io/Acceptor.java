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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Accepts on all listeners, refuses by a reset what is not allowed or too much, and hands the rest to the loops in turn.
 *
 * <p>Runs in one of the loops, whose own share of the connections costs no wake-up of another thread. Confined to that
 * loop's thread.
 */
final class Acceptor {
    private static final int BATCH = 64;
    private static final long NOTICE_POLL_MILLIS = 1000;
    private static final long PAUSE_MILLIS = 50;
    private static final long PAUSE_NANOS = PAUSE_MILLIS * 1_000_000;

    private final RelaySettings settings;
    private final Counters counters;
    private final List<Loop> loops;
    private final Selector selector;
    private final Refusals refusals;

    /** Kept open to be given up when there is no other descriptor, so that a client can be accepted and reset. */
    private @Nullable SocketChannel spare;

    private int next = -1;
    private boolean paused;
    private long pausedUntilNanos;

    /**
     * Accepts nothing yet.
     *
     * @param loops all of them; the first one runs this acceptor
     */
    Acceptor(RelaySettings settings, Counters counters, Log log, List<Loop> loops) throws IOException {
        this.settings = settings;
        this.counters = counters;
        this.loops = loops;
        this.selector = loops.get(0).selector();
        this.spare = SocketChannel.open();
        this.refusals = new Refusals(counters, log);
    }

    /** Starts to accept, or goes on with another route. Any thread. */
    void add(Listener listener) {
        loops.get(0).execute(() -> {
            try {
                listener.channel().register(selector, paused ? 0 : SelectionKey.OP_ACCEPT, listener);
            } catch (ClosedChannelException e) {
                return; // removed meanwhile
            }
        });
    }

    /** Stops accepting and frees the port. Any thread. */
    void remove(Listener listener) {
        loops.get(0).execute(() -> closeQuietly(listener.channel()));
    }

    private static void closeQuietly(ServerSocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            return; // it is gone either way
        }
    }

    /** Closes all listeners, at the end of the loop. */
    void close() {
        for (SelectionKey key : List.copyOf(selector.keys())) {
            if (key.channel() instanceof ServerSocketChannel channel) {
                closeQuietly(channel);
            }
        }
    }

    /** How long to select at most; 0 for no limit. */
    long timeoutMillis() {
        if (paused) {
            return PAUSE_MILLIS;
        }
        return refusals.isPending() ? NOTICE_POLL_MILLIS : 0;
    }

    /** Logs what was refused since the last line, and accepts again after a pause. Once in a tick of the loop. */
    void tick(long now) {
        if (paused && now - pausedUntilNanos >= 0) {
            paused = false;
            interest(SelectionKey.OP_ACCEPT);
            if (spare == null) {
                openSpare();
            }
        }
        refusals.tick(now);
    }

    /** Accepts on a listener that is ready, some at a time. */
    void accept(SelectionKey key) {
        Listener listener = (Listener) key.attachment();
        try {
            for (int i = 0; i < BATCH && !paused; i++) {
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
            refusals.refuse(channel, Refusal.NOT_ALLOWED, "the client's address is in none of the blocks of --allow");
        } else if (!counters.tryOpen(settings.maxConnections())) {
            refusals.refuse(channel, Refusal.LIMIT, "--max-connections: " + settings.maxConnections() + " are open");
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

    /** The client would wait in the backlog for ever, and the selector would report it again and again: reset it. */
    private void noDescriptor(Listener listener, IOException cause) {
        SocketChannel reserved = spare;
        if (reserved != null) {
            spare = null;
            closeSpare(reserved);
            try {
                SocketChannel channel = listener.channel().accept();
                if (channel != null) {
                    refusals.refuse(channel, Refusal.NO_DESCRIPTOR, String.valueOf(cause.getMessage()));
                }
            } catch (IOException e) {
                pause();
            }
        }
        openSpare();
        if (spare == null) {
            pause(); // others were quicker: try again a little later
            refusals.notice(Refusal.NO_DESCRIPTOR, String.valueOf(cause.getMessage()));
        }
    }

    private void openSpare() {
        try {
            spare = SocketChannel.open();
        } catch (IOException e) {
            spare = null; // no descriptor is free
        }
    }

    /** Accepts nothing for a moment. The loop carries bytes meanwhile. */
    private void pause() {
        if (!paused) {
            paused = true;
            interest(0);
        }
        pausedUntilNanos = System.nanoTime() + PAUSE_NANOS;
    }

    private void interest(int ops) {
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof Listener && key.isValid()) {
                key.interestOps(ops);
            }
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

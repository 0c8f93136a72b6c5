package io.keepalive.cli.relay.io;

import io.keepalive.cli.relay.io.Connection.End;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Notices that a leg has died while it is not read, because the other one takes nothing or the input has ended. A loop's
 * selector would report such a leg as readable again and again. A second selector is asked once a second instead, for
 * {@link SelectionKey#OP_CONNECT}: a connected channel is never ready for that but with an error pending.
 */
final class UnreadLegs implements Closeable {
    private static final long PERIOD_NANOS = 1_000_000_000;

    /** The most that one look at an epoll selector returns (JDK 17 to 25). */
    private static final int EVENTS = 1024;

    private final Set<End> unread = new LinkedHashSet<>();
    private final Selector errors;
    private long nextNanos = System.nanoTime();

    UnreadLegs() throws IOException {
        errors = Selector.open();
    }

    boolean isEmpty() {
        return unread.isEmpty();
    }

    /** Keeps the set of legs that are not read. */
    void update(End end, boolean isUnread) {
        if (isUnread == end.unread) {
            return;
        }
        end.unread = isUnread;
        if (isUnread) {
            unread.add(end);
        } else {
            unread.remove(end);
            forget(end);
        }
    }

    /** The leg is about to be closed. */
    void forget(End end) {
        if (end.leg == null) {
            return;
        }
        SelectionKey key = end.leg.channel().keyFor(errors);
        if (key != null) {
            key.cancel();
            try {
                errors.selectNow(ready -> {}); // a channel is not closed before its last key is gone
            } catch (IOException e) {
                throw new IllegalStateException("the selector failed: " + e.getMessage(), e);
            }
        }
    }

    /** Legs with an error pending; empty in between of two looks. */
    List<End> failed(long nowNanos) {
        if (unread.isEmpty() || nowNanos - nextNanos < 0) {
            return List.of();
        }
        nextNanos = nowNanos + PERIOD_NANOS;
        List<End> failed = new ArrayList<>();
        try {
            for (int look = 0; look <= errors.keys().size() / EVENTS; look++) {
                errors.selectNow(key -> failed.add((End) key.attachment()));
            }
            // A second from now they have been unread for long enough to be looked at.
            for (End end : unread) {
                register(end);
            }
        } catch (IOException e) {
            throw new IllegalStateException("the selector failed: " + e.getMessage(), e);
        }
        return failed;
    }

    private void register(End end) {
        try {
            if (end.leg().channel().keyFor(errors) == null) {
                end.leg().channel().register(errors, SelectionKey.OP_CONNECT, end);
            }
        } catch (ClosedChannelException e) {
            return; // closed by its connection's end, which also forgets it
        }
    }

    @Override
    public void close() throws IOException {
        errors.close();
    }
}

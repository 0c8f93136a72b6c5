package io.keepalive.nio.blocking;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.HeartbeatEvent;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Reports the events of one connection to the listener: in order, without a lock, and on a thread of its own, so that a
 * listener may write, close and block.
 */
final class EventReporter {
    private final BlockingConnection link;
    private final BlockingHeartbeats owner;
    private final StateLock state;
    /** Made with the first event; guarded by {@link #state}. */
    private @Nullable Queue<HeartbeatEvent> waiting;
    /** A thread reports; guarded by {@link #state}. */
    private boolean isReporting;

    EventReporter(BlockingConnection link, BlockingHeartbeats owner, StateLock state) {
        this.link = link;
        this.owner = owner;
        this.state = state;
    }

    /** Takes the heartbeat's events, with the state lock; returns whether {@link #start} is to be called without it. */
    boolean collect(Heartbeat heartbeat) {
        HeartbeatEvent event = heartbeat.pollEvent();
        if (event == null) {
            return false;
        }
        Queue<HeartbeatEvent> events = waiting == null ? new ArrayDeque<>(2) : waiting;
        waiting = events;
        for (; event != null; event = heartbeat.pollEvent()) {
            events.add(event);
        }
        boolean isFirst = !isReporting;
        isReporting = true;
        return isFirst;
    }

    void start() {
        owner.run(this::reportAll);
    }

    private void reportAll() {
        for (HeartbeatEvent event = next(); event != null; event = next()) {
            owner.report(link, event);
        }
    }

    private @Nullable HeartbeatEvent next() {
        state.lock();
        try {
            HeartbeatEvent event = waiting == null ? null : waiting.poll();
            isReporting = event != null;
            return event;
        } finally {
            state.unlock();
        }
    }
}

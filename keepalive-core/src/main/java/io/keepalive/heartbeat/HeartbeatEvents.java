package io.keepalive.heartbeat;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The events that wait to be polled: at most one of each kind, so that an owner that never polls costs nothing more. */
final class HeartbeatEvents {
    private final ArrayDeque<HeartbeatEvent> waiting = new ArrayDeque<>(4);

    /** Adds an event. One of the same kind that still waits is replaced by it. */
    void add(HeartbeatEvent event) {
        waiting.removeIf(older -> older.getClass() == event.getClass());
        waiting.add(event);
    }

    /** The oldest event, or null. */
    @Nullable
    HeartbeatEvent poll() {
        return waiting.poll();
    }
}

package io.keepalive.heartbeat;

/** What ticks heartbeats: a wheel, or a timer with a thread of its own. */
@FunctionalInterface
interface DueListener {
    /** Something outside a tick made the entry's next tick due earlier. */
    void onDueEarlier(WheelEntry entry);
}

package io.keepalive.heartbeat;

import org.jspecify.annotations.Nullable;

/**
 * Something that is ticked at its due time: a place on a {@link HeartbeatWheel}. A superclass, so that being on a wheel costs
 * no object of its own. Confined to the thread of its wheel, except {@link #dueNanos()}.
 */
abstract class WheelEntry {
    /** In no slot of any wheel. */
    static final short NOWHERE = -1;

    int index;
    int position;
    short slot = NOWHERE;

    /** What ticks this entry, to be notified when a tick becomes due earlier; null while nothing does. */
    @Nullable
    DueListener dueListener;

    /** Passed to the callback of the wheel. */
    @Nullable
    Object owner;

    private long dueNanos;

    /** When to tick next: an instant that ticks and inputs change. Meaningless once dead. */
    public long dueNanos() {
        return dueNanos;
    }

    /**
     * Makes the next tick due earlier, for a caller that has a deadline of its own on the same connection. For one tick only.
     *
     * @param nanos an instant; does nothing if the tick is due before
     */
    public void tickNoLaterThan(long nanos) {
        if (nanos - dueNanos < 0) {
            tickAt(nanos);
        }
    }

    /** Sets the due time during a tick, after which the wheel looks at it. */
    final void dueAfterTick(long nanos) {
        dueNanos = nanos;
    }

    /** Sets the due time outside a tick. A later one is noticed at the time of the earlier. */
    final void tickAt(long nanos) {
        boolean isEarlier = nanos - dueNanos < 0;
        dueNanos = nanos;
        DueListener notified = dueListener;
        if (isEarlier && notified != null) {
            notified.onDueEarlier(this);
        }
    }
}

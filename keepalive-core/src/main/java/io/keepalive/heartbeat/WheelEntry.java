package io.keepalive.heartbeat;

import org.jspecify.annotations.Nullable;

/**
 * A place on a {@link HeartbeatWheel}. A superclass, so that being on a wheel costs no object of its own. Confined to the
 * thread of its wheel, except {@link #dueNanos()}.
 */
abstract class WheelEntry {
    /** In no slot of any wheel. */
    static final short NOWHERE = -1;

    int index;
    int position;
    short slot = NOWHERE;

    /** What ticks this entry, to be notified when a tick becomes due earlier; null while nothing does. */
    @Nullable
    HeartbeatScheduler scheduler;

    /** Passed to the callback of the wheel. */
    @Nullable
    Object owner;

    /** When this entry is to be ticked next. */
    abstract long dueNanos();
}

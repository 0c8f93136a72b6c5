package io.keepalive.heartbeat.virtual;

import io.keepalive.heartbeat.HeartbeatConfig;
import java.time.Duration;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Two processes and one connection between them. Times are nanoseconds since the start; what the heartbeats see is that
 * and the clock's origin.
 */
public final class VirtualNetwork {
    private record Event(long atNanos, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final long originNanos;
    private final VirtualEndpoint left;
    private final VirtualEndpoint right;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long eventCount;
    private long nanos;

    /**
     * Two processes that know heartbeats.
     *
     * @param originNanos the clock at the start
     * @param seed of the heartbeats' jitter
     * @param left the configuration of one process
     * @param right the configuration of the other; null for one that has never heard of heartbeats
     */
    public VirtualNetwork(long originNanos, long seed, HeartbeatConfig left, @Nullable HeartbeatConfig right) {
        this.originNanos = originNanos;
        VirtualLink toRight = new VirtualLink(this);
        VirtualLink toLeft = new VirtualLink(this);
        this.left = new VirtualEndpoint(this, "left", toRight, toLeft, left, seed);
        this.right = new VirtualEndpoint(this, "right", toLeft, toRight, right, ~seed);
        toRight.connect(this.left, this.right);
        toLeft.connect(this.right, this.left);
    }

    /** One of the processes. */
    public VirtualEndpoint left() {
        return left;
    }

    /** The other one. */
    public VirtualEndpoint right() {
        return right;
    }

    /** Since the start. */
    public long nanos() {
        return nanos;
    }

    /** Since the start. */
    public Duration elapsed() {
        return Duration.ofNanos(nanos);
    }

    long clockNanos() {
        return originNanos + nanos;
    }

    /** A reading of the clock, as time since the start. */
    long sinceStart(long clockNanos) {
        return clockNanos - originNanos;
    }

    /** Nothing comes through any more, in neither direction; nobody is told. */
    public void cut() {
        left.outgoing().cut();
        right.outgoing().cut();
    }

    /** What was under way at the cut, or sent since, is sent again. */
    public void heal() {
        left.outgoing().heal();
        right.outgoing().heal();
    }

    /** Does something at a later time. */
    public void at(long atNanos, Runnable action) {
        events.add(new Event(Math.max(atNanos, nanos), eventCount++, action));
    }

    /** When something happens next. */
    public long nextNanos() {
        Event event = events.peek();
        long next = event == null ? Long.MAX_VALUE : event.atNanos;
        return Math.min(next, Math.min(left.timerNanos(), right.timerNanos()));
    }

    /**
     * Goes to what happens next: something arrives, something scheduled, a timer.
     *
     * @return false if nothing will ever happen
     */
    public boolean step() {
        long next = nextNanos();
        if (next == Long.MAX_VALUE) {
            return false;
        }
        nanos = Math.max(nanos, next);
        Event event = events.peek();
        if (event != null && event.atNanos <= nanos) {
            events.remove();
            event.action.run();
        } else {
            (left.timerNanos() <= nanos ? left : right).pass();
        }
        return true;
    }

    /** All that happens within this time, its end included. */
    public void run(Duration time) {
        runUntil(nanos + time.toNanos());
    }

    /** All that happens up to this time, itself included. */
    public void runUntil(long untilNanos) {
        while (nextNanos() <= untilNanos) {
            step();
        }
        nanos = Math.max(nanos, untilNanos);
    }
}

package io.keepalive.heartbeat;

import io.keepalive.DurationText;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Ticks many heartbeats. Whoever owns it calls {@link #advance} from time to time: an event loop, a selector loop, a
 * {@link HeartbeatTimer}. Adding, removing and visiting cost the same however many there are, and allocate nothing; a
 * heartbeat whose tick is not due costs nothing at all.
 *
 * <p>Confined to one thread.
 *
 * @since 0.1
 */
public final class HeartbeatWheel {
    /*
     * A hashed wheel (Varghese and Lauck 1987, scheme 6) of linked lists. Time is cut into pieces of the resolution;
     * the slot of a heartbeat is the piece of its due time, modulo the number of slots. A slot is gone through when its
     * piece is over, so nobody is visited early. Who is not due then has another round to go, or was put off since it
     * was added: nothing is done when a due time moves back, and that is what happens nearly always.
     */
    private static final int SLOTS = 512; // a power of two; with 100 ms, 51 s a round
    private static final int NOWHERE = -1;
    private static final int VISITING = SLOTS;

    private static final Duration FINEST = Duration.ofNanos(1 << 17);
    private static final Duration COARSEST = Duration.ofSeconds(10);

    private final @Nullable Heartbeat[] slots = new Heartbeat[SLOTS + 1];
    private final long originNanos;
    private final int shift;
    /** The first piece of time that is not over. */
    private long piece;

    private int size;

    /** What is called when a heartbeat's tick is due. */
    @FunctionalInterface
    public interface Visit {
        /**
         * Calls {@link Heartbeat#onTick} and does what {@link Heartbeat#poll} says. What it throws goes to the thread's
         * uncaught exception handler, and the wheel goes on.
         *
         * @param nowNanos the time, as given to {@link HeartbeatWheel#advance}
         */
        void visit(long nowNanos);
    }

    /**
     * Makes an empty wheel.
     *
     * @param resolution how late a tick may be; about 131 us to 10 s, rounded down to a power of two of nanoseconds; half
     *     of the shortest {@link HeartbeatConfig#tick()} is right
     * @param nowNanos the time
     * @throws IllegalArgumentException if out of range
     */
    public HeartbeatWheel(Duration resolution, long nowNanos) {
        if (resolution.compareTo(FINEST) < 0 || resolution.compareTo(COARSEST) > 0) {
            throw new IllegalArgumentException("resolution: " + DurationText.format(resolution) + " (expected: "
                    + DurationText.format(FINEST) + " to " + DurationText.format(COARSEST) + ")");
        }
        this.shift = 63 - Long.numberOfLeadingZeros(resolution.toNanos());
        this.originNanos = nowNanos;
    }

    /**
     * How late a tick may be.
     *
     * @return the resolution asked for, rounded down to a power of two of nanoseconds
     */
    public Duration resolution() {
        return Duration.ofNanos(1L << shift);
    }

    /**
     * How many heartbeats it ticks.
     *
     * @return 0 or more
     */
    public int size() {
        return size;
    }

    /**
     * Ticks a heartbeat from now on.
     *
     * @param heartbeat is on no wheel
     * @param visit called at each of its ticks, within {@link #advance}
     * @throws IllegalStateException if it is on a wheel already
     */
    public void add(Heartbeat heartbeat, Visit visit) {
        if (heartbeat.visit != null) {
            throw new IllegalStateException("add: " + heartbeat + " is on a wheel (expected: on none)");
        }
        heartbeat.visit = Objects.requireNonNull(visit, "visit");
        size++;
        link(heartbeat, slotOf(heartbeat));
    }

    /**
     * Ticks it no more. Does nothing if it is on no wheel; it must not be on another one.
     *
     * @param heartbeat on this wheel, or on none
     */
    public void remove(Heartbeat heartbeat) {
        if (heartbeat.visit != null) {
            unlink(heartbeat);
            heartbeat.visit = null;
            size--;
        }
    }

    /**
     * To be called after something outside a visit made a heartbeat's tick due earlier. Cheap if it did not.
     *
     * @param heartbeat on this wheel, or on none
     */
    public void reschedule(Heartbeat heartbeat) {
        if (heartbeat.visit != null && heartbeat.wheelSlot != VISITING) {
            int slot = slotOf(heartbeat);
            if (slot != heartbeat.wheelSlot) {
                unlink(heartbeat);
                link(heartbeat, slot);
            }
        }
    }

    /**
     * When it has to be advanced next; earlier does no harm.
     *
     * @param nowNanos the time
     * @return in how many nanoseconds, 0 or more; {@code Long.MAX_VALUE} if there is nothing on it
     */
    public long nanosToNext(long nowNanos) {
        if (size == 0) {
            return Long.MAX_VALUE;
        }
        long next = piece;
        while (slots[(int) next & SLOTS - 1] == null && next - piece < SLOTS) {
            next++;
        }
        return Math.max(0, originNanos + ((next + 1) << shift) - nowNanos);
    }

    /**
     * Visits all whose tick is due.
     *
     * @param nowNanos the time
     */
    public void advance(long nowNanos) {
        long pieceNow = (nowNanos - originNanos) >> shift;
        // After a long pause every slot is gone through once, not once for each round missed.
        long first = Math.max(piece, pieceNow - SLOTS);
        // Before any visit, so that who is added or put off meanwhile comes into a slot still ahead.
        piece = Math.max(piece, pieceNow);
        for (long over = first; over < pieceNow; over++) {
            goThrough((int) over & SLOTS - 1, nowNanos);
        }
    }

    private void goThrough(int slot, long nowNanos) {
        Heartbeat all = slots[slot];
        slots[slot] = null;
        slots[VISITING] = all;
        for (Heartbeat each = all; each != null; each = each.wheelNext) {
            each.wheelSlot = VISITING;
        }
        // One at a time from the front, since a visit may add and remove whatever it likes.
        for (Heartbeat next = slots[VISITING]; next != null; next = slots[VISITING]) {
            if (next.dueNanos() - nowNanos <= 0) {
                visit(next, nowNanos);
            }
            if (next.visit != null && next.wheelSlot == VISITING) {
                unlink(next);
                link(next, slotOf(next));
            }
        }
    }

    private static void visit(Heartbeat heartbeat, long nowNanos) {
        try {
            Objects.requireNonNull(heartbeat.visit, "visit").visit(nowNanos);
        } catch (RuntimeException e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    /** A due time that is past is as good as the piece of time under way. */
    private int slotOf(Heartbeat heartbeat) {
        long duePiece = (heartbeat.dueNanos() - originNanos) >> shift;
        return (int) Math.max(duePiece, piece) & SLOTS - 1;
    }

    private void link(Heartbeat heartbeat, int slot) {
        Heartbeat first = slots[slot];
        heartbeat.wheelSlot = slot;
        heartbeat.wheelPrevious = null;
        heartbeat.wheelNext = first;
        if (first != null) {
            first.wheelPrevious = heartbeat;
        }
        slots[slot] = heartbeat;
    }

    private void unlink(Heartbeat heartbeat) {
        Heartbeat previous = heartbeat.wheelPrevious;
        Heartbeat next = heartbeat.wheelNext;
        if (previous != null) {
            previous.wheelNext = next;
        } else {
            slots[heartbeat.wheelSlot] = next;
        }
        if (next != null) {
            next.wheelPrevious = previous;
        }
        heartbeat.wheelNext = null;
        heartbeat.wheelPrevious = null;
        heartbeat.wheelSlot = NOWHERE;
    }
}

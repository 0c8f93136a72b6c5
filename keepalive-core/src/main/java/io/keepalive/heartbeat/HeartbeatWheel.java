package io.keepalive.heartbeat;

import io.keepalive.DurationText;
import java.time.Duration;
import java.util.Arrays;
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
     * A hashed wheel (Varghese and Lauck 1987, scheme 6). Time is cut into pieces of the resolution; the slot of a
     * heartbeat is the piece of its due time, modulo the number of slots. A slot is gone through when its piece is over,
     * so nobody is visited early. Who is not due then has another round to go, or was put off since it was added:
     * nothing is done when a due time moves back, and that is what happens nearly always.
     *
     * Slots are arrays, not lists: with a million heartbeats the cost is memory that is not in a cache, and the first
     * pass over an array waits for many of them at once.
     */
    private static final int SLOTS = 512; // a power of two; with 67 ms, 34 s a round
    private static final int VISITING = SLOTS;

    /** On no wheel, or during its own visit. */
    static final int NOWHERE = -1;

    private static final int LEAST_ROOM = 8;

    private static final Duration FINEST = Duration.ofNanos(1 << 17);
    private static final Duration COARSEST = Duration.ofSeconds(10);

    private final @Nullable Heartbeat[] @Nullable [] slots = new @Nullable Heartbeat[SLOTS] @Nullable [];
    private final int[] counts = new int[SLOTS];

    /** The slot that is being gone through, with gaps. */
    private @Nullable Heartbeat[] visiting = new Heartbeat[0];

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
            if (heartbeat.wheelSlot != NOWHERE) {
                unlink(heartbeat);
            }
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
        if (heartbeat.visit != null && heartbeat.wheelSlot != NOWHERE) {
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
        while (counts[(int) next & SLOTS - 1] == 0 && next - piece < SLOTS) {
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
        int count = counts[slot];
        if (count == 0) {
            return;
        }
        @Nullable Heartbeat[] all = occupied(slot);
        visiting = all;
        slots[slot] = null;
        counts[slot] = 0;
        for (int i = 0; i < count; i++) {
            Heartbeat each = all[i];
            if (each != null) {
                each.wheelSlot = VISITING;
                if (each.dueNanos() - nowNanos > 0) {
                    unlink(each);
                    link(each, slotOf(each));
                }
            }
        }
        // A visit may add and remove whatever it likes.
        for (int i = 0; i < count; i++) {
            Heartbeat each = all[i];
            if (each != null) {
                unlink(each);
                visit(each, nowNanos);
                if (each.visit != null && each.wheelSlot == NOWHERE) {
                    link(each, slotOf(each));
                }
            }
        }
        if (slots[slot] == null && all.length <= 4 * Math.max(count, LEAST_ROOM)) {
            slots[slot] = all; // to be filled again; empty by now
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
        int count = counts[slot]++;
        @Nullable Heartbeat[] room = slots[slot];
        if (room == null) {
            room = new Heartbeat[LEAST_ROOM];
            slots[slot] = room;
        } else if (count == room.length) {
            room = Arrays.copyOf(room, count + (count >> 1));
            slots[slot] = room;
        }
        room[count] = heartbeat;
        heartbeat.wheelSlot = (short) slot;
        heartbeat.wheelIndex = count;
    }

    private void unlink(Heartbeat heartbeat) {
        int slot = heartbeat.wheelSlot;
        int index = heartbeat.wheelIndex;
        heartbeat.wheelSlot = NOWHERE;
        if (slot == VISITING) {
            visiting[index] = null;
            return;
        }
        @Nullable Heartbeat[] room = occupied(slot);
        int last = --counts[slot];
        Heartbeat moved = Objects.requireNonNull(room[last], "last");
        room[index] = moved;
        room[last] = null;
        if (moved != heartbeat) {
            moved.wheelIndex = index;
        }
    }

    private @Nullable Heartbeat[] occupied(int slot) {
        return Objects.requireNonNull(slots[slot], "slot");
    }
}

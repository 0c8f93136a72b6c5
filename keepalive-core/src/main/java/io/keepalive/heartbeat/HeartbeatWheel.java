package io.keepalive.heartbeat;

import io.keepalive.internal.DurationText;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Ticks many heartbeats. Its owner calls {@link #advance} from time to time: an event loop, a selector loop, a
 * {@link HeartbeatTimer}. Adding, removing and ticking cost the same however many there are, and allocate nothing; a
 * heartbeat whose tick is not due costs nothing at all.
 *
 * <p>Confined to one thread.
 *
 * @param <C> the owner of a heartbeat: a connection
 * @since 0.1
 */
public final class HeartbeatWheel<C> {
    /*
     * A hashed wheel (Varghese and Lauck 1987, scheme 6). Time is cut into pieces of the resolution; the slot of a
     * heartbeat is the piece of its due time, modulo the number of slots. A slot is expired when its piece is over,
     * so no heartbeat is ticked early. One that is not due then has another round to go, or was postponed since it was added:
     * nothing is done when a due time moves back, and that is what happens nearly always.
     *
     * With a million heartbeats the cost is memory that is not in a cache. Slots are arrays, not lists, since the first
     * pass over an array waits for many heartbeats at once; and arrays of numbers, since moving references from slot to
     * slot would keep the collector's own threads busy: three times as busy as the wheel.
     */
    private static final int SLOTS = 512; // a power of two; with 67 ms, 34 s a round
    private static final int TICKING = SLOTS;

    /** On no wheel. */
    static final short NOWHERE = WheelEntry.NOWHERE;

    /** On a wheel, but in no slot during its own tick. */
    private static final int IN_TICK = -2;

    private static final int LEAST_ROOM = 8;
    private static final int GONE = -1;
    private static final int[] NO_INDEXES = {};

    private static final Duration FINEST = Duration.ofNanos(1 << 17);
    private static final Duration COARSEST = Duration.ofSeconds(10);

    /** Without gaps; a slot has the indexes of its connections. */
    private @Nullable WheelEntry[] entries = new WheelEntry[LEAST_ROOM];

    private int size;

    private final int[][] slots = new int[SLOTS][];
    private final int[] counts = new int[SLOTS];
    /** The slot that is being expired, with gaps. */
    private int[] ticking = NO_INDEXES;

    private final long originNanos;
    private final int shift;
    /** The first piece of time that is not over. */
    private long cursor;

    private final Ticker<? super C> ticker;
    private final DueListener dueListener = this::onDueEarlier;

    /**
     * The one callback of a wheel.
     *
     * @param <C> the owner of a heartbeat: a connection
     */
    @FunctionalInterface
    public interface Ticker<C> {
        /**
         * A tick is due: calls {@link Heartbeat#onTick} and does what {@link Heartbeat#poll} returns. Whatever it throws
         * goes to the thread's uncaught exception handler, and the wheel goes on.
         *
         * @param owner as given to {@link HeartbeatWheel#add}
         * @param nowNanos the time, as given to {@link HeartbeatWheel#advance}
         */
        void tick(C owner, long nowNanos);

        /**
         * An input outside a tick made this heartbeat's next tick due earlier. For owners whose timer is armed for
         * {@link HeartbeatWheel#nanosToNext} already.
         *
         * @param dueNanos when it is due now
         */
        default void onDueEarlier(long dueNanos) {}
    }

    /**
     * Makes an empty wheel.
     *
     * @param resolution how late a tick may be; about 131 us to 10 s, rounded down to a power of two of nanoseconds; half
     *     of the shortest {@link HeartbeatConfig#tick()} is right
     * @param ticker called for each tick that is due
     * @param nowNanos the time
     * @throws IllegalArgumentException if out of range
     */
    public HeartbeatWheel(Duration resolution, Ticker<? super C> ticker, long nowNanos) {
        if (resolution.compareTo(FINEST) < 0 || resolution.compareTo(COARSEST) > 0) {
            throw new IllegalArgumentException("resolution: " + DurationText.format(resolution) + " (expected: "
                    + DurationText.format(FINEST) + " to " + DurationText.format(COARSEST) + ")");
        }
        this.shift = 63 - Long.numberOfLeadingZeros(resolution.toNanos());
        this.ticker = Objects.requireNonNull(ticker, "ticker");
        this.originNanos = nowNanos;
        Arrays.fill(slots, NO_INDEXES);
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
     * @param heartbeat on no wheel; from now on its inputs reschedule it by themselves
     * @param owner passed to the ticker
     * @throws IllegalStateException if it is on a wheel already
     */
    public void add(Heartbeat heartbeat, C owner) {
        add(heartbeat, owner, dueListener);
    }

    void add(WheelEntry entry, C owner, DueListener notified) {
        if (entry.slot != NOWHERE) {
            throw new IllegalStateException("add: " + entry + " is on a wheel (expected: on none)");
        }
        if (size == entries.length) {
            entries = Arrays.copyOf(entries, grown(size));
        }
        entries[size] = entry;
        entry.index = size++;
        entry.owner = owner;
        entry.dueListener = notified;
        link(entry);
    }

    /**
     * Stops ticking a heartbeat. Does nothing if it is on no wheel.
     *
     * @param heartbeat on this wheel, or on none
     * @throws IllegalStateException if it is on another wheel
     */
    public void remove(Heartbeat heartbeat) {
        removeEntry(heartbeat);
    }

    void removeEntry(WheelEntry entry) {
        if (entry.slot == NOWHERE) {
            return;
        }
        requireHere(entry);
        unlink(entry);
        entry.slot = NOWHERE;
        entry.owner = null;
        entry.dueListener = null;
        int index = entry.index;
        WheelEntry moved = entry(--size);
        entries[size] = null;
        if (index < size) {
            entries[index] = moved;
            moved.index = index;
            if (moved.slot != IN_TICK) {
                indexes(moved.slot)[moved.position] = index;
            }
        }
    }

    private void onDueEarlier(WheelEntry entry) {
        reschedule(entry);
        ticker.onDueEarlier(entry.dueNanos());
    }

    /** Moves an entry to the slot of its due time. Does nothing during its tick, and if it is on no wheel. */
    void reschedule(WheelEntry entry) {
        if (entry.slot >= 0) {
            requireHere(entry);
            if (entry.slot != slotOf(entry)) {
                unlink(entry);
                link(entry);
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
        long next = cursor;
        while (counts[(int) next & SLOTS - 1] == 0 && next - cursor < SLOTS) {
            next++;
        }
        return Math.max(0, originNanos + ((next + 1) << shift) - nowNanos);
    }

    /**
     * Ticks all whose tick is due.
     *
     * @param nowNanos the time
     */
    public void advance(long nowNanos) {
        long tickNow = (nowNanos - originNanos) >> shift;
        // After a long pause every slot is expired once, not once for each round missed.
        long first = Math.max(cursor, tickNow - SLOTS);
        // Advance the cursor first, so that entries added or rescheduled during a tick land in a future slot.
        cursor = Math.max(cursor, tickNow);
        for (long over = first; over < tickNow; over++) {
            expire((int) over & SLOTS - 1, nowNanos);
        }
    }

    private void expire(int slot, long nowNanos) {
        int count = counts[slot];
        if (count == 0) {
            return;
        }
        int[] indexes = indexes(slot);
        ticking = indexes;
        slots[slot] = NO_INDEXES;
        counts[slot] = 0;
        for (int i = 0; i < count; i++) {
            WheelEntry entry = entry(indexes[i]);
            if (entry.dueNanos() - nowNanos > 0) {
                indexes[i] = GONE;
                link(entry);
            } else {
                entry.slot = TICKING;
            }
        }
        // A tick may add and remove whatever it likes.
        for (int i = 0; i < count; i++) {
            if (indexes[i] != GONE) {
                WheelEntry entry = entry(indexes[i]);
                entry.slot = IN_TICK;
                tick(entry, nowNanos);
                if (entry.slot == IN_TICK) {
                    link(entry);
                }
            }
        }
        if (slots[slot] == NO_INDEXES && indexes.length <= 4 * Math.max(count, LEAST_ROOM)) {
            slots[slot] = indexes; // to be filled again
        }
    }

    @SuppressWarnings({"unchecked", "CatchingUnchecked"}) // whatever one connection throws, the others are ticked
    private void tick(WheelEntry entry, long nowNanos) {
        try {
            ticker.tick((C) Objects.requireNonNull(entry.owner, "owner"), nowNanos);
        } catch (Throwable e) {
            report(e);
        }
    }

    /** Passes it to the thread's handler, whose own failure is ignored, as the JVM does. */
    static void report(Throwable thrown) {
        Thread thread = Thread.currentThread();
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        } catch (Throwable e) {
            // There is no handler left to report it to.
        }
    }

    /** A due time that is past is as good as the piece of time under way. */
    private int slotOf(WheelEntry entry) {
        long dueTick = (entry.dueNanos() - originNanos) >> shift;
        return (int) Math.max(dueTick, cursor) & SLOTS - 1;
    }

    private void link(WheelEntry entry) {
        int slot = slotOf(entry);
        int count = counts[slot]++;
        int[] indexes = slots[slot];
        if (count == indexes.length) {
            indexes = Arrays.copyOf(indexes, grown(count));
            slots[slot] = indexes;
        }
        indexes[count] = entry.index;
        entry.slot = (short) slot;
        entry.position = count;
    }

    /** Its last one takes its position in the slot. */
    private void unlink(WheelEntry entry) {
        int slot = entry.slot;
        int position = entry.position;
        if (slot == TICKING) {
            ticking[position] = GONE;
        } else if (slot != IN_TICK) {
            int[] indexes = indexes(slot);
            int last = indexes[--counts[slot]];
            indexes[position] = last;
            entry(last).position = position;
        }
    }

    private int[] indexes(int slot) {
        return slot == TICKING ? ticking : slots[slot];
    }

    private WheelEntry entry(int index) {
        return Objects.requireNonNull(entries[index], "entry");
    }

    private void requireHere(WheelEntry entry) {
        int index = entry.index;
        if (index >= size || entry(index) != entry) {
            throw new IllegalStateException(entry + " is on another wheel (expected: on this one, or on none)");
        }
    }

    private static int grown(int room) {
        return Math.max(LEAST_ROOM, room + (room >> 2));
    }
}

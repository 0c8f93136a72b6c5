package io.keepalive.cli.relay.report;

import io.keepalive.cli.relay.engine.Side;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a relay does. Thread-safe; a reader may see one count before another that belongs to it. */
public final class Counters {
    /** Why a connection was refused before it was relayed. */
    public enum Refusal {
        /** The client's address is in none of the allowed blocks. */
        NOT_ALLOWED,
        /** The greatest number of connections is reached. */
        LIMIT,
        /** The process has no descriptor left. */
        NO_DESCRIPTOR
    }

    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder accepted = new LongAdder();
    private final Map<Refusal, LongAdder> refused = new EnumMap<>(Refusal.class);
    private final Map<Side, LongAdder> bytes = new EnumMap<>(Side.class);
    private final Map<Ended, Long> ended = new HashMap<>();
    private final AtomicLong longestSilenceNanos = new AtomicLong();

    /**
     * What ended connections are counted by.
     *
     * @param by {@code client}, {@code target} or {@code relay}
     * @param how {@code in_order} or {@code reset}
     * @param cause name of a {@code LossCause}
     */
    public record Ended(String by, String how, String cause) {}

    /** All zero. */
    public Counters() {
        for (Refusal refusal : Refusal.values()) {
            refused.put(refusal, new LongAdder());
        }
        for (Side side : Side.values()) {
            bytes.put(side, new LongAdder());
        }
    }

    /** Takes one of a limited number of places; false if there is none. */
    public boolean tryOpen(int limit) {
        while (true) {
            int now = open.get();
            if (now >= limit) {
                return false;
            }
            if (open.compareAndSet(now, now + 1)) {
                accepted.increment();
                return true;
            }
        }
    }

    /** A connection was refused. */
    public void refused(Refusal why) {
        counter(refused, why).increment();
    }

    /** Bytes were read from a side. */
    public void read(Side from, int count) {
        counter(bytes, from).add(count);
    }

    /** A connection that was open has ended. */
    public void ended(ConnectionReport report) {
        open.decrementAndGet();
        longestSilenceNanos.accumulateAndGet(report.longestSilence().toNanos(), Math::max);
        Ended key = new Ended(report.endedBy(), report.reset() ? "reset" : "in_order", report.cause());
        synchronized (ended) {
            ended.merge(key, 1L, Long::sum);
        }
    }

    private static <K> LongAdder counter(Map<K, LongAdder> counters, K key) {
        return java.util.Objects.requireNonNull(counters.get(key));
    }

    /** Connections that are open now. */
    public int open() {
        return open.get();
    }

    /** Connections accepted so far. */
    public long accepted() {
        return accepted.sum();
    }

    /** Connections refused so far. */
    public long refusedFor(Refusal why) {
        return counter(refused, why).sum();
    }

    /** Bytes read from a side so far. */
    public long bytesFrom(Side side) {
        return counter(bytes, side).sum();
    }

    /** Connections that ended, by who, how and why. */
    public Map<Ended, Long> ended() {
        synchronized (ended) {
            return Map.copyOf(ended);
        }
    }

    /** The longest silence that an ended connection has survived. */
    public long longestSilenceNanos() {
        return longestSilenceNanos.get();
    }
}

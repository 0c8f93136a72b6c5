package io.keepalive.socket;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;

/** Counts sockets by kind and result. Thread-safe. */
@SuppressWarnings("EnumOrdinal") // an index of an array that lives no longer than this class
final class SocketCounters {
    /** Kinds are names of classes, unless an adapter implements {@link SocketOptions#describe()} with an address in it. */
    static final int MOST_KINDS = 32;

    private static final KeptResult[] RESULTS = KeptResult.values();
    private static final String OTHER = "other";

    private final Map<String, AtomicLongArray> kinds = new ConcurrentHashMap<>();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

    void count(String kind, KeptResult result) {
        AtomicLongArray counters = kinds.get(kind);
        if (counters == null) {
            counters = add(kind);
        }
        counters.incrementAndGet(result.ordinal());
    }

    private synchronized AtomicLongArray add(String requested) {
        String kind = kinds.size() < MOST_KINDS ? requested : OTHER;
        AtomicLongArray counters = kinds.get(kind);
        if (counters == null) {
            counters = new AtomicLongArray(RESULTS.length);
            kinds.put(kind, counters);
            listeners.forEach(listener -> listener.accept(kind));
        }
        return counters;
    }

    /** Notifies a listener of each kind: those counted already, at once, and each that appears later. */
    synchronized void addListener(Consumer<String> listener) {
        kinds.keySet().forEach(listener);
        listeners.add(listener);
    }

    synchronized void removeListener(Consumer<String> listener) {
        listeners.remove(listener);
    }

    Map<String, Map<String, Long>> byName() {
        Map<String, Map<String, Long>> result = new TreeMap<>();
        kinds.forEach((kind, counters) -> {
            Map<String, Long> byResult = new LinkedHashMap<>();
            for (KeptResult each : RESULTS) {
                byResult.put(each.name(), counters.get(each.ordinal()));
            }
            result.put(kind, byResult);
        });
        return result;
    }
}

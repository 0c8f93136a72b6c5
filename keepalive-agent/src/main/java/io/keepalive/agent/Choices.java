package io.keepalive.agent;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * Kinds of sockets of which the program ever gave one an option before it was connected, so that its choice has to be looked for.
 * Thread-safe.
 */
final class Choices {
    private final Set<String> kinds = ConcurrentHashMap.newKeySet();
    private final BooleanSupplier missedNothing;

    /**
     * Makes one.
     *
     * @param missedNothing whether the hooks reported every option that the program ever set on a socket of the JDK
     */
    Choices(BooleanSupplier missedNothing) {
        this.missedNothing = missedNothing;
    }

    void add(String kind) {
        kinds.add(kind);
    }

    /** Whether a new socket of this kind certainly has no option that the program chose. */
    boolean areNone(String kind) {
        return missedNothing.getAsBoolean() && !kinds.contains(kind);
    }
}

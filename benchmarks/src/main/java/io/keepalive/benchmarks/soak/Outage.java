package io.keepalive.benchmarks.soak;

import org.jspecify.annotations.Nullable;

/**
 * A time in which parties could not hear each other.
 *
 * @param stopped whose process was stopped; null if the network was cut
 * @param fromNanos when it began at the earliest: the signal was being sent
 * @param effectiveNanos when it had begun at the latest: the process was seen stopped
 * @param untilNanos when it was over
 */
record Outage(@Nullable Party stopped, long fromNanos, long effectiveNanos, long untilNanos) {
    boolean isCut() {
        return stopped == null;
    }

    /** How long it may have been. */
    long atMostNanos() {
        return untilNanos - fromNanos;
    }

    /** How long it was in any case. */
    long atLeastNanos() {
        return untilNanos - effectiveNanos;
    }

    /** To how many clients' worth of connections this party, running, heard nothing from the other end. */
    int unheardLinks(Party observer) {
        if (stopped == null) {
            return observer.links();
        }
        return observer.isLinkedTo(stopped) ? 1 : 0;
    }

    /** How many clients' worth of connections a stopped party may find reset when it goes on. */
    int resetLinks(Party observer) {
        return observer == stopped ? observer.links() : 0;
    }
}

package io.keepalive.benchmarks.soak;

import org.jspecify.annotations.Nullable;

/**
 * A time in which parties could not hear each other.
 *
 * @param stopped whose process was stopped; null if the network was cut
 * @param fromNanos when it began
 * @param untilNanos when it was over
 */
record Outage(@Nullable Party stopped, long fromNanos, long untilNanos) {
    boolean isCut() {
        return stopped == null;
    }

    long nanos() {
        return untilNanos - fromNanos;
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

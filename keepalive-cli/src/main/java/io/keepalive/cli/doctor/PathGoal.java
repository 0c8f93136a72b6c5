package io.keepalive.cli.doctor;

import io.keepalive.Middlebox;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The box that connections are judged for.
 *
 * @param idleTimeout after how much silence it forgets a connection; null if none was named
 * @param box null if only its timeout was named
 */
record PathGoal(@Nullable Duration idleTimeout, @Nullable Middlebox box) {
    static final PathGoal NONE = new PathGoal(null, null);

    static PathGoal of(Duration idleTimeout) {
        return new PathGoal(idleTimeout, null);
    }

    static PathGoal of(Middlebox box) {
        return new PathGoal(box.idleTimeout(), box);
    }

    /** Whether the box takes a keepalive probe for traffic. */
    boolean countsProbes() {
        return box == null || box.refreshedBy() == Middlebox.Refresh.ANY_SEGMENT;
    }

    /** The policy that outlives the box, in the grammar of policies. */
    String policy() {
        if (box != null && countsProbes()) {
            return "outliving=" + box.text();
        }
        return idleTimeout == null || !countsProbes() ? "defaults" : "outliving=" + Words.compact(idleTimeout);
    }

    /** For a heading. */
    String text() {
        if (idleTimeout == null) {
            return "no box named: with --outlive 4m or --path azure-load-balancer, connections that will be dropped are shown";
        }
        return (box == null ? "a box" : "the box " + box.text()) + " that forgets a silent connection after "
                + Words.duration(idleTimeout.toMillis());
    }
}

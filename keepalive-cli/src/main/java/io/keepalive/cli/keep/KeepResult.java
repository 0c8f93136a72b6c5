package io.keepalive.cli.keep;

import io.keepalive.cli.linux.SocketOptions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of a connection.
 *
 * @param before null if it was not reached
 * @param after as read back; null if it was not reached
 * @param unchanged options that the policy names and that were left alone, with the reason
 * @param refusal null if it was reached
 */
record KeepResult(
        Target target,
        Outcome outcome,
        @Nullable SocketOptions before,
        @Nullable SocketOptions after,
        Map<PolicyOption, String> unchanged,
        @Nullable Refusal refusal) {

    /** What came of it. */
    enum Outcome {
        /** Set, and read back. */
        KEPT("kept"),
        /** {@code --dry-run}, or precedence OBSERVE. */
        WOULD_BE_KEPT("would be kept"),
        /** It holds the policy, or what is stricter, already. */
        UNCHANGED("unchanged"),
        /** The kernel did not take an option, or holds another value than it took. */
        REJECTED("rejected"),
        /** It could not be reached. */
        REFUSED("refused"),
        /** {@code --undo}. */
        RESTORED("restored"),
        /** {@code --undo}: it holds other values than keep had set, so they have been set again since. */
        CHANGED_SINCE("changed since");

        private final String text;

        Outcome(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    static KeepResult refused(Target target, Refusal refusal) {
        return new KeepResult(target, Outcome.REFUSED, null, null, Map.of(), refusal);
    }
}

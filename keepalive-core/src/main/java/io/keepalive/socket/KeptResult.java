package io.keepalive.socket;

/** What became of a whole policy on one socket: the outcomes of its options in one word. */
enum KeptResult {
    /** The socket holds the policy, or at least what the {@link Precedence} lets through of it. */
    KEPT,
    /** Every option was left as it was: by the {@link Precedence}, or because everything is disabled. */
    UNCHANGED,
    /** An option {@linkplain Outcome#isFailure() failed}. */
    FAILED;

    static KeptResult of(KeepAliveReport report) {
        if (!report.isComplete()) {
            return FAILED;
        }
        boolean[] changed = new boolean[1];
        report.forEachRequested(entry -> changed[0] |= !isUnchanged(entry.outcome()));
        return changed[0] ? KEPT : UNCHANGED;
    }

    private static boolean isUnchanged(Outcome outcome) {
        return outcome == Outcome.UNCHANGED || outcome == Outcome.OBSERVED || outcome == Outcome.DISABLED;
    }
}

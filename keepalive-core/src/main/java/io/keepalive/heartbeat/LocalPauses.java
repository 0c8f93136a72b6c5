package io.keepalive.heartbeat;

/**
 * The pauses of this process, and the credit for them: what of a pause a silent peer is granted, in sum, until bytes are
 * received again (rule 4). A process that is always late spends the credit, and so still finds dead peers.
 */
final class LocalPauses {
    private long creditNanos;
    private long lastNanos;

    LocalPauses(long allowanceNanos) {
        this.creditNanos = allowanceNanos;
    }

    /** How much of a pause is granted now; spends nothing. */
    long grantable(long pauseNanos) {
        return Math.min(pauseNanos, creditNanos);
    }

    void spend(long nanos) {
        creditNanos = Math.max(0, creditNanos - nanos);
    }

    void restore(long allowanceNanos) {
        creditNanos = allowanceNanos;
    }

    /** Another configuration grants less: what is left is no more than that. */
    void limit(long allowanceNanos) {
        creditNanos = Math.min(creditNanos, allowanceNanos);
    }

    /** How late the last tick was, if that was a pause; else 0. */
    long lastNanos() {
        return lastNanos;
    }

    void setLast(long nanos) {
        lastNanos = nanos;
    }
}

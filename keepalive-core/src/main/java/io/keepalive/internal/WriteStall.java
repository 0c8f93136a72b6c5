package io.keepalive.internal;

/**
 * Decides whether bytes that wait to be written make progress: the one detector, for the connection of a heartbeat and for
 * a blocked write. It knows no socket and no clock.
 *
 * <pre>
 *             bytes wait                no progress for the limit
 *    IDLE ──────────────────▶ WAITING ───────────────────────────▶ SUSPECT
 *      ▲                      ▲     │          progress            │     │
 *      │                      └─────┼──────────────────────────────┘     │ a tick later, on time,
 *      │     nothing waits          │                                    ▼ still no progress
 *      └────────────────────────────┘                                 STALLED
 * </pre>
 *
 * <p>Progress is any change of the number of bytes written, or of bytes that the peer acknowledged. After a local pause the
 * writer gets a chance to go on before the verdict; a credit bounds how much of such pauses is excused between two signs of
 * progress, so that a process that is always late finds a stall, too.
 */
public final class WriteStall {
    private boolean waiting;
    private boolean suspect;
    private boolean acknowledgementsKnown;
    private long written;
    private long acknowledged;
    private long progressNanos;
    private long creditNanos;
    private long verdictNanos;

    /**
     * Bytes wait to be written.
     *
     * @param writtenNow any number that changes with progress
     * @param allowanceNanos the credit for local pauses, granted anew with each progress
     * @return whether there was progress since the last call
     */
    public boolean onWaiting(long writtenNow, long nowNanos, long allowanceNanos) {
        boolean progressed = waiting && writtenNow != written;
        if (!waiting || progressed) {
            restart(nowNanos, allowanceNanos);
        }
        if (!waiting) {
            acknowledgementsKnown = false;
        }
        waiting = true;
        written = writtenNow;
        return progressed;
    }

    /**
     * Nothing waits.
     *
     * @return whether bytes waited at the last call
     */
    public boolean onIdle() {
        boolean wasWaiting = waiting;
        waiting = false;
        suspect = false;
        return wasWaiting;
    }

    /** The kernel reported what the peer has acknowledged. The first number after bytes began to wait is only remembered. */
    public void onAcknowledged(long acknowledgedNow, long nowNanos, long allowanceNanos) {
        if (acknowledgementsKnown && acknowledgedNow != acknowledged) {
            restart(nowNanos, allowanceNanos);
        }
        acknowledgementsKnown = true;
        acknowledged = acknowledgedNow;
    }

    /** This process did not run for a while: the limit moves by that, as far as the credit goes. */
    public void onLocalPause(long pauseNanos) {
        long grantedNanos = Math.min(pauseNanos, creditNanos);
        progressNanos += grantedNanos;
        creditNanos -= grantedNanos;
    }

    private void restart(long nowNanos, long allowanceNanos) {
        progressNanos = nowNanos;
        creditNanos = allowanceNanos;
        suspect = false;
    }

    /**
     * A tick: decides.
     *
     * @param afterPause whether the tick was late, so that the writer had no chance before it
     * @param tickNanos how long a suspected stall has until the verdict
     * @return whether the write is stalled
     */
    public boolean isStalled(long nowNanos, boolean afterPause, long limitNanos, long tickNanos) {
        if (!waiting || stalledNanos(nowNanos) < limitNanos) {
            suspect = false;
            return false;
        }
        if (!suspect || (afterPause && creditNanos > 0)) {
            suspect = true;
            verdictNanos = nowNanos + tickNanos;
            return false;
        }
        return nowNanos - verdictNanos >= 0;
    }

    public boolean isWaiting() {
        return waiting;
    }

    /** Whether the kernel has reported acknowledgements since bytes began to wait. */
    public boolean knowsAcknowledgements() {
        return acknowledgementsKnown;
    }

    /** For how long there was no progress. */
    public long stalledNanos(long nowNanos) {
        return nowNanos - progressNanos;
    }

    /** When {@link #isStalled} may change its answer without progress; only while bytes wait. */
    public long deadlineNanos(long limitNanos) {
        return suspect ? verdictNanos : progressNanos + limitNanos;
    }
}

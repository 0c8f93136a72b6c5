package io.keepalive.cli.probe;

/** What to do next. */
sealed interface Step {

    /** Something to try out on fresh connections. */
    sealed interface Test extends Step {
        /** How long it takes at least. */
        long nanos();
    }

    /**
     * Leave several connections idle, then probe them.
     *
     * @param nanos the idle length, the same for all
     */
    record Idle(long nanos) implements Test {}

    /**
     * Probe several connections all the time: do they still end where idle ones do?
     *
     * @param everyNanos the idle time of their keepalive
     * @param nanos how long to watch
     */
    record Refreshed(long everyNanos, long nanos) implements Test {}

    /**
     * Stop.
     *
     * @param outcome why
     */
    record Done(Outcome outcome) implements Step {}

    /** Why a search ends. */
    enum Outcome {
        /** The timeout is known as exactly as wanted. */
        FOUND,
        /** The longest length lived: there is no timeout up to it that this side can see. */
        NOT_REACHED,
        /** The guess was to be confirmed, and the timeout is shorter. */
        SHORTER_THAN_GUESS,
        /** The guess was to be confirmed, and the timeout is longer. */
        LONGER_THAN_GUESS,
        /** The peer or a box never lets the connection be idle. */
        NEVER_IDLE,
        /** Connections of one length ended differently, at more than one length. */
        MIXED,
        /** The timeout varies: the path contradicted itself, and is known in the way that it is now. */
        VARIES,
        /** The path changed its timeout again and again. */
        UNSTABLE,
        /** Interrupted, or the network vanished. */
        UNFINISHED;

        /** Whether it answers what was asked. */
        boolean isDecided() {
            return this != MIXED && this != UNSTABLE && this != UNFINISHED;
        }
    }
}

package io.keepalive.socket;

/** What became of one option of a policy on one socket. */
public enum Outcome {
    /** The policy says nothing about this option; the report shows what the socket holds. */
    NOT_REQUESTED(false),

    /** Set, and read back as requested. */
    APPLIED(false),

    /** Set, and read back as the next whole unit that the kernel counts in: 500 ms of idle time became 1 s. */
    ROUNDED(false),

    /** Handed to the operating system without an error, and not read back: {@link SocketKeeper#set(java.net.Socket)}. */
    SET(false),

    /** This listener can't hold the option; it has to be set on each accepted socket. */
    ON_ACCEPT(false),

    /** Left as it was, because the {@link Precedence} says so. */
    UNCHANGED(false),

    /** Left as it was under {@link Precedence#OBSERVE}, where {@link Precedence#TIGHTEN} would have changed it. */
    OBSERVED(false),

    /** Left as it was, because {@code -Dkeepalive.disabled=true} stops everything. */
    DISABLED(false),

    /** This socket, this system, sandbox or JDK has no such option: it refuses every value. */
    UNSUPPORTED(true),

    /** The operating system refused the value. */
    REJECTED(true),

    /** Set without an error, and yet another value, or none, reads back. */
    OVERRIDDEN(true),

    /** The socket was closed already, or the connection has ended: it takes no option any more. */
    CLOSED(true);

    private final boolean failure;

    Outcome(boolean failure) {
        this.failure = failure;
    }

    /**
     * Whether the policy's wish was not met for a reason that the caller did not ask for.
     *
     * @return true for {@link #UNSUPPORTED}, {@link #REJECTED}, {@link #OVERRIDDEN} and {@link #CLOSED}
     */
    public boolean isFailure() {
        return failure;
    }
}

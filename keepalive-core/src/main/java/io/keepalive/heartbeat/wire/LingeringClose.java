package io.keepalive.heartbeat.wire;

import org.jspecify.annotations.Nullable;

/**
 * A close in order that loses nothing (RFC 9112, section 9.6; nginx and HAProxy call it a lingering close). A socket that is
 * closed while bytes of the peer are unread, or before later ones arrive, makes the kernel send a reset, and the peer's
 * kernel then drops what its process has not read. A peer that sends beats always has such bytes on the way.
 *
 * <pre>
 *         begin              flushed                SHUT_OUTPUT polled         FIN read
 *  OPEN ─────────▶ FLUSHING ─────────▶ SHUT_OUTPUT ────────────────▶ DISCARDING ─────────▶ CLOSED (CLOSE)
 *                     │                                                  │
 *                     └──────────── the transport failed ────────────────┴───────────────▶ CLOSED (CLOSE)
 *                     └──────────── abort; the peer is dead; no progress for closeTimeout ▶ CLOSED (RESET)
 * </pre>
 *
 * <p>Bytes received or acknowledged are progress and restart the timeout, within a limit: BEATs come from a peer whose
 * application never reads, too, so from the moment at which all has left, there are {@value #MOST_TIMEOUTS} timeouts at most. A
 * peer that broke the protocol gets the whole timeout once (bounded). Reads no clock; confined to the thread of its session.
 *
 * @since 0.1
 */
public final class LingeringClose {
    /** What the transport has to do next. */
    public enum Action {
        /** Nothing. */
        NONE,
        /** Shut the output: TLS close_notify if there is TLS, then FIN. Go on reading, and discard. */
        SHUT_OUTPUT,
        /** Close the socket. Nothing can be lost any more. */
        CLOSE,
        /** Reset the connection: SO_LINGER 0, then close. */
        RESET
    }

    enum State {
        OPEN,
        FLUSHING,
        SHUT_OUTPUT,
        DISCARDING,
        CLOSED
    }

    /** By default 16 minutes, in which a peer reads the 10 MiB that two kernels may hold (tcp_wmem, tcp_rmem) at 100 kbit/s. */
    private static final int MOST_TIMEOUTS = 8;

    private final long timeoutNanos;
    private final boolean bounded;
    private final @Nullable CloseReason reason;
    private State state = State.OPEN;
    private Action next = Action.NONE;
    private boolean inputEnded;
    private boolean timedOut;
    private long written;
    private long deadlineNanos;
    private long flushedNanos;

    /** A close that has not begun. */
    LingeringClose(@Nullable CloseReason reason, boolean bounded, long timeoutNanos) {
        this.reason = reason;
        this.bounded = bounded;
        this.timeoutNanos = timeoutNanos;
    }

    /** What was accepted for writing is to leave first. */
    void begin(long nowNanos) {
        if (state == State.OPEN) {
            state = State.FLUSHING;
            deadlineNanos = nowNanos + timeoutNanos;
        }
    }

    /** All that was accepted for writing has left this process, the CLOSE included. */
    void onFlushed(long nowNanos) {
        if (state == State.FLUSHING) {
            state = State.SHUT_OUTPUT;
            next = Action.SHUT_OUTPUT;
            flushedNanos = nowNanos;
            onProgress(nowNanos);
        }
    }

    /** Bytes were received and discarded, or the peer acknowledged some. */
    void onProgress(long nowNanos) {
        if (bounded) {
            return;
        }
        deadlineNanos = nowNanos + timeoutNanos;
        long lastNanos = flushedNanos + MOST_TIMEOUTS * timeoutNanos;
        if (state != State.FLUSHING && lastNanos - deadlineNanos < 0) {
            deadlineNanos = lastNanos;
        }
    }

    /** The peer's FIN was read. */
    void onInputEnded() {
        inputEnded = true;
        if (state == State.DISCARDING) {
            finish(Action.CLOSE);
        }
    }

    /** The connection has ended otherwise: {@link Action#CLOSE} or {@link Action#RESET} is all that is left to do. */
    void finish(Action last) {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            next = last;
        }
    }

    void onTick(long nowNanos, long writtenNow) {
        if (state == State.FLUSHING && writtenNow != written) {
            written = writtenNow;
            onProgress(nowNanos);
        }
        if (isLingering() && nowNanos - deadlineNanos >= 0) {
            timedOut = true; // the session ends the connection
        }
    }

    /**
     * The next thing to do.
     *
     * @return each action once
     */
    public Action poll() {
        Action action = next;
        next = Action.NONE;
        if (action == Action.SHUT_OUTPUT) {
            state = State.DISCARDING;
            if (inputEnded) {
                finish(Action.CLOSE);
            }
        }
        return action;
    }

    /** Sent to the peer in a CLOSE; null for a close without one. */
    @Nullable
    CloseReason reason() {
        return reason;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    boolean isFlushing() {
        return state == State.FLUSHING;
    }

    boolean isTimedOut() {
        return timedOut;
    }

    /**
     * Whether it is under way: input is read and discarded instead of given to the application.
     *
     * @return true from its begin until the socket may be closed
     */
    public boolean isLingering() {
        return state != State.OPEN && state != State.CLOSED;
    }

    /**
     * Whether the socket may be closed, or was.
     *
     * @return true at the end
     */
    public boolean isClosed() {
        return state == State.CLOSED;
    }

    @Override
    public String toString() {
        return "LingeringClose[" + state + (reason == null ? "" : ", " + reason) + (bounded ? ", bounded" : "") + "]";
    }
}

package io.keepalive.heartbeat.wire;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.wire.ConnectionEnd.By;
import io.keepalive.loss.Confidence;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.LossCause;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One connection with its heartbeat and its end: what an adapter needs, whatever protocol it carries. A {@link FrameSession}
 * speaks this library's protocol, a {@link MessageSession} the application's.
 *
 * <p>An adapter reports what happens, then does what is polled, after each call:
 *
 * <ol>
 *   <li>bytes to send: {@link FrameSession#writeAll} or {@link MessageSession#next}; then {@link #onFlushed} when nothing
 *       that was written waits in this process any more (at once, if nothing waits);
 *   <li>events: {@link Heartbeat#pollEvent};
 *   <li>the end: {@link #pollEnd}, once;
 *   <li>the socket: {@link #pollClose}.
 * </ol>
 *
 * <p>Confined to one thread at a time, like its heartbeat.
 *
 * @since 0.1
 */
public abstract sealed class HeartbeatSession permits FrameSession, MessageSession {
    final Heartbeat heartbeat;
    private @Nullable LingeringClose closing;
    private @Nullable ConnectionEnd end;
    private boolean endPolled;

    HeartbeatSession(Heartbeat heartbeat) {
        this.heartbeat = Objects.requireNonNull(heartbeat, "heartbeat");
    }

    /**
     * The heartbeat: each read of at least a byte is reported to its {@link Heartbeat#onReceived}, each message of the
     * application to its {@link Heartbeat#onSent}; it goes on a wheel.
     */
    public final Heartbeat heartbeat() {
        return heartbeat;
    }

    // ---- time and transport

    /**
     * A tick of the heartbeat, and of the close if one is under way.
     *
     * @param nowNanos the time
     * @param reading whether the connection reads; true while it lingers
     * @param writing whether bytes wait in this process to be written
     * @param written any number that changes whenever waiting bytes make progress
     */
    public final void onTick(long nowNanos, boolean reading, boolean writing, long written) {
        boolean wasLate =
                nowNanos - heartbeat.dueNanos() > heartbeat.config().tick().toNanos();
        LingeringClose close = closing;
        heartbeat.onTick(nowNanos, reading || close != null, writing, written);
        if (close == null) {
            checkStart(nowNanos, wasLate, reading);
        } else if (close.isLingering()) {
            close.onTick(nowNanos, written);
            if (close.isTimedOut()) {
                endBy(timeout(close, nowNanos));
            } else {
                heartbeat.tickNoLaterThan(close.deadlineNanos());
            }
        }
        settle(nowNanos);
    }

    /** Checks what is due while the connection starts. */
    void checkStart(long nowNanos, boolean wasLate, boolean reading) {}

    /**
     * Nothing that was written waits in this process any more: neither a PING nor a close.
     *
     * @param nowNanos the time
     */
    public final void onFlushed(long nowNanos) {
        if (heartbeat.isPingQueued()) {
            heartbeat.onPingWritten(nowNanos);
        }
        beforeFlushed(nowNanos);
        LingeringClose close = closing;
        if (close != null && isCloseWritten(close)) {
            close.onFlushed(nowNanos);
        }
    }

    /** Begins a close for which all that has to be written was written. */
    void beforeFlushed(long nowNanos) {}

    /** Whether the last message of this side was given out, if there is one. */
    abstract boolean isCloseWritten(LingeringClose close);

    /**
     * Whether a PING was given out that {@link #onFlushed} has not been called for.
     *
     * @return false nearly always
     */
    public final boolean isPingQueued() {
        return heartbeat.isPingQueued();
    }

    /**
     * Bytes were read and discarded, while the connection lingers. They prove that the peer is alive.
     *
     * @param nowNanos the time
     */
    public final void onDiscarded(long nowNanos) {
        heartbeat.onReceived();
        if (closing != null && !closing.isFlushing() && peerCloses()) {
            closing.onProgress(nowNanos);
        }
    }

    /** Whether a peer that was sent this side's close stops to send: else what it sends must not keep the connection. */
    abstract boolean peerCloses();

    /**
     * The peer's FIN was read.
     *
     * @param nowNanos the time
     */
    public final void onInputEnded(long nowNanos) {
        if (closing == null) {
            onFin(nowNanos);
        }
        LingeringClose close = closing;
        if (close != null) {
            close.onInputEnded();
        }
        settle(nowNanos);
    }

    /** The peer's FIN was read while no close was under way. */
    abstract void onFin(long nowNanos);

    // ---- how it ends

    /**
     * Aborts the connection: nothing is flushed, and the peer gets a reset.
     *
     * @param nowNanos the time
     */
    public final void abort(long nowNanos) {
        endBy(By.THIS_SIDE, LossCause.LOCAL_CLOSED, Confidence.HIGH, "aborted by the application", false, nowNanos);
    }

    /**
     * The transport failed.
     *
     * @param loss the cause of the failure
     * @param by who ended the connection
     * @param nowNanos the time
     * @return false if the connection had ended before, for another reason, which stays
     */
    public final boolean fail(ConnectionLoss loss, By by, long nowNanos) {
        boolean first = end == null;
        endBy(ConnectionEnd.now(by, loss, false, heartbeat.silentNanos(nowNanos)));
        return first;
    }

    /**
     * The transport failed; who ended the connection follows from the cause.
     *
     * @param loss the cause of the failure
     * @param nowNanos the time
     * @return false if the connection had ended before, for another reason, which stays
     */
    public final boolean fail(ConnectionLoss loss, long nowNanos) {
        return fail(loss, actorOf(loss.cause()), nowNanos);
    }

    /**
     * The transport is closed, and this session neither closed it nor saw a FIN.
     *
     * @param by {@link By#THIRD_PARTY} if something else on this side closed it, else {@link By#UNKNOWN}
     * @param nowNanos the time
     * @return false if the connection had ended before
     */
    public final boolean onTransportClosed(By by, long nowNanos) {
        ConnectionLoss loss = by == By.THIRD_PARTY
                ? new ConnectionLoss(LossCause.LOCAL_CLOSED, Confidence.HIGH, "closed by something else on this side")
                : new ConnectionLoss(LossCause.PEER_CLOSED, Confidence.LOW, "the transport is closed, no FIN was seen");
        return fail(loss, by, nowNanos);
    }

    /** The end that follows from a cause alone. */
    static By actorOf(LossCause cause) {
        return switch (cause) {
            case PEER_CLOSED, PEER_RESET, RESET_ON_IDLE, REFUSED -> By.PEER;
            case LOCAL_CLOSED, INTERRUPTED, READ_PAUSED, PROTOCOL -> By.THIS_SIDE;
            default -> By.UNKNOWN;
        };
    }

    final void endBy(By by, LossCause cause, Confidence confidence, String evidence, boolean inOrder, long nowNanos) {
        ConnectionLoss loss = new ConnectionLoss(cause, confidence, evidence);
        endBy(ConnectionEnd.now(by, loss, inOrder, heartbeat.silentNanos(nowNanos)));
    }

    /** The connection is over, and the socket is closed or reset at once. */
    private void endBy(ConnectionEnd how) {
        record(how);
        lingering().finish(how.resets() ? LingeringClose.Action.RESET : LingeringClose.Action.CLOSE);
    }

    /** Records how the connection ended, unless it had ended before. */
    final void record(ConnectionEnd how) {
        if (end == null) {
            end = how;
            heartbeat.fail(how.loss());
        }
    }

    /** Records an end that is reported at once, while the connection still lingers. */
    final void recordEarly(By by, LossCause cause, String evidence, boolean inOrder, long nowNanos) {
        if (end == null) {
            ConnectionLoss loss = new ConnectionLoss(cause, Confidence.HIGH, evidence);
            end = ConnectionEnd.now(by, loss, inOrder, heartbeat.silentNanos(nowNanos));
        }
    }

    /** Begins the close in order, unless one is under way. */
    final void linger(@Nullable CloseReason reason, boolean bounded, boolean expectsBeats, long nowNanos) {
        if (closing != null) {
            return;
        }
        LingeringClose close = new LingeringClose(
                reason, bounded, heartbeat.config().closeTimeout().toNanos());
        closing = close;
        close.begin(nowNanos);
        heartbeat.onOutputEnded(nowNanos);
        if (!expectsBeats) {
            heartbeat.onInputEnded(nowNanos); // silence proves nothing about a peer that need not beat
        }
        heartbeat.tickNoLaterThan(close.deadlineNanos());
    }

    private LingeringClose lingering() {
        if (closing == null) {
            closing = new LingeringClose(null, false, 0);
        }
        return closing;
    }

    private ConnectionEnd timeout(LingeringClose close, long nowNanos) {
        String limit = heartbeat.config().closeTimeout().toString();
        ConnectionLoss loss = close.isFlushing()
                ? new ConnectionLoss(LossCause.WRITE_STALLED, Confidence.LOW, "closing made no progress for " + limit)
                : new ConnectionLoss(
                        LossCause.LOCAL_CLOSED, Confidence.HIGH, "closed here; the peer did not close within " + limit);
        return ConnectionEnd.now(By.THIS_SIDE, loss, false, heartbeat.silentNanos(nowNanos));
    }

    /** Draws the conclusions of whatever was reported. */
    final void settle(long nowNanos) {
        LingeringClose close = closing;
        if (close != null && close.isClosed()) {
            if (end == null) {
                record(ConnectionEnd.now(orderlyBy(), orderlyLoss(close), true, heartbeat.silentNanos(nowNanos)));
            }
        } else if (heartbeat.isDead()) {
            onDeath(heartbeat.loss().orElseThrow(), nowNanos);
        }
    }

    /** The heartbeat declared the connection dead. */
    void onDeath(ConnectionLoss loss, long nowNanos) {
        endBy(ConnectionEnd.now(actorOf(loss.cause()), loss, false, heartbeat.silentNanos(nowNanos)));
    }

    /** Who ended the connection, if it ended in order and nothing was recorded before. */
    By orderlyBy() {
        return By.THIS_SIDE;
    }

    /** The cause of an end in order. */
    ConnectionLoss orderlyLoss(LingeringClose close) {
        CloseReason reason = close.reason();
        return new ConnectionLoss(
                LossCause.LOCAL_CLOSED,
                Confidence.HIGH,
                reason == null ? "closed here" : "closed here: " + reason.description());
    }

    // ---- what to do and to report

    /**
     * The close under way.
     *
     * @return null until this side or the peer begins to close
     */
    public final @Nullable LingeringClose closing() {
        return closing;
    }

    /**
     * What to do with the socket.
     *
     * @return each action once
     */
    public final LingeringClose.Action pollClose() {
        return closing == null ? LingeringClose.Action.NONE : closing.poll();
    }

    /**
     * How the connection ended.
     *
     * @return null as long as it has not; after a close of this side, once that is complete
     */
    public final @Nullable ConnectionEnd end() {
        return end;
    }

    /**
     * The end, to be reported and counted.
     *
     * @return once; null before and afterwards
     */
    public final @Nullable ConnectionEnd pollEnd() {
        if (end == null || endPolled) {
            return null;
        }
        endPolled = true;
        return end;
    }

    /**
     * Why the connection ended.
     *
     * @return empty as long as it has not
     */
    public final Optional<ConnectionLoss> loss() {
        ConnectionEnd how = end;
        return how == null ? Optional.empty() : Optional.of(how.loss());
    }
}

package io.keepalive.cli.relay.engine;

import org.jspecify.annotations.Nullable;

/**
 * The state of one relayed connection. Inputs are the events of its two legs, outputs are polled after each event:
 * {@link #reads}, {@link #writes}, {@link #shuts} and {@link #verdict}.
 *
 * <ol>
 *   <li>Nothing is read before the target is connected: the client's bytes wait in the kernel.
 *   <li>A side is read only while nothing of it is waiting for the other side, so the slower side's TCP window holds the
 *       faster one back, and at most one buffer per direction is held here.
 *   <li>The FIN of a side is passed on behind its last byte. The other direction goes on.
 *   <li>When both FINs have been passed on, the connection has ended in order.
 *   <li>A failed leg resets the other one at once; what was not written yet is discarded, as a reset does.
 *   <li>No time limit of its own: a silent connection stays. A leg that is not read is {@linkplain #isUnread watched} for
 *       errors instead.
 *   <li>A leg on which both FINs have passed can't fail any more: nothing is expected of it.
 *   <li>An end is final. Later events change nothing.
 * </ol>
 *
 * <p>Not thread-safe. Times are in nanoseconds of one monotonic clock.
 */
public final class Pair {
    private final long openedNanos;
    private long lastHeardNanos;
    private long longestSilenceNanos;
    private long clientBytes;
    private long targetBytes;
    private int clientWaiting;
    private int targetWaiting;
    private boolean connected;
    private boolean clientFin;
    private boolean targetFin;
    private boolean clientShut;
    private boolean targetShut;
    private @Nullable Side firstFin;
    private PairEnd.@Nullable Verdict verdict;

    /** A connection that the client has opened at this moment. */
    public Pair(long nowNanos) {
        openedNanos = nowNanos;
        lastHeardNanos = nowNanos;
    }

    /** The target is connected. */
    public void onConnected() {
        connected = true;
    }

    /** Bytes were read from a side. They wait for the other side until {@link #onWritten}. */
    public void onRead(Side from, int bytes, long nowNanos) {
        if (verdict != null) {
            return;
        }
        heard(nowNanos);
        if (from == Side.CLIENT) {
            clientBytes += bytes;
        } else {
            targetBytes += bytes;
        }
        wait(from, bytes);
    }

    /** Bytes of the relay itself, a PROXY header, wait in front of those of the given side. */
    public void onInserted(Side from, int bytes) {
        wait(from, bytes);
    }

    private void wait(Side from, int bytes) {
        if (from == Side.CLIENT) {
            clientWaiting += bytes;
        } else {
            targetWaiting += bytes;
        }
    }

    /** Bytes were written to a side. */
    public void onWritten(Side to, int bytes) {
        wait(to.other(), -bytes);
    }

    /** A side sent its FIN. */
    public void onFin(Side from, long nowNanos) {
        if (verdict != null || fin(from)) {
            return;
        }
        heard(nowNanos);
        if (firstFin == null) {
            firstFin = from;
        }
        if (from == Side.CLIENT) {
            clientFin = true;
        } else {
            targetFin = true;
        }
    }

    /** The output to a side was shut: the other side's FIN was passed on. */
    public void onShut(Side to) {
        if (to == Side.CLIENT) {
            clientShut = true;
        } else {
            targetShut = true;
        }
        if (clientShut && targetShut && verdict == null) {
            verdict = new PairEnd.Verdict(PairEnd.IN_ORDER, firstFin);
        }
    }

    /** A leg failed: reset, timed out, or never connected. */
    public void onFailure(Side leg) {
        if (verdict == null && !(fin(leg) && shut(leg))) {
            verdict = new PairEnd.Verdict(PairEnd.RESET, leg);
        }
    }

    /** The relay gives the connection up. */
    public void onAbort() {
        if (verdict == null) {
            verdict = new PairEnd.Verdict(PairEnd.RESET, null);
        }
    }

    private void heard(long nowNanos) {
        longestSilenceNanos = Math.max(longestSilenceNanos, nowNanos - lastHeardNanos);
        lastHeardNanos = nowNanos;
    }

    /** Whether to read from a side now. */
    public boolean reads(Side from) {
        return connected && verdict == null && !fin(from) && waiting(from) == 0;
    }

    /** Whether bytes wait to be written to a side. */
    public boolean writes(Side to) {
        return connected && verdict == null && waiting(to.other()) > 0;
    }

    /** Whether to shut the output to a side now; {@link #onShut} follows. */
    public boolean shuts(Side to) {
        return connected && verdict == null && fin(to.other()) && waiting(to.other()) == 0 && !shut(to);
    }

    /** Whether shutting the output to a side now is the last that the connection needs: a close follows at once. */
    public boolean endsWithShut(Side to) {
        return shuts(to) && shut(to.other());
    }

    /**
     * Whether a leg is not read from, so that only its error state tells of its end. Not once its output is shut: then
     * the kernel reports the regular end of both directions in the same way, with bytes still to be read.
     */
    public boolean isUnread(Side leg) {
        return connected && verdict == null && !reads(leg) && !shut(leg);
    }

    /** Null while the connection lasts. */
    public PairEnd.@Nullable Verdict verdict() {
        return verdict;
    }

    /** Whether the target was ever connected. */
    public boolean isConnected() {
        return connected;
    }

    private boolean fin(Side from) {
        return from == Side.CLIENT ? clientFin : targetFin;
    }

    private boolean shut(Side to) {
        return to == Side.CLIENT ? clientShut : targetShut;
    }

    private int waiting(Side from) {
        return from == Side.CLIENT ? clientWaiting : targetWaiting;
    }

    /** Bytes read from a side. */
    public long bytesFrom(Side from) {
        return from == Side.CLIENT ? clientBytes : targetBytes;
    }

    /** When the client connected. */
    public long openedNanos() {
        return openedNanos;
    }

    /** The longest time without a byte or FIN of either side that was followed by one. */
    public long longestSilenceNanos() {
        return longestSilenceNanos;
    }

    /** Time since the last byte or FIN of either side. */
    public long silenceNanos(long nowNanos) {
        return nowNanos - lastHeardNanos;
    }
}

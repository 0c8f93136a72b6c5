package io.keepalive.cli.watch;

import io.keepalive.cli.linux.TcpState;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What dumps showed of one connection, reduced to what the cause of its death can depend on. In virtual time: each call
 * carries its own.
 */
final class ConnectionHistory {
    /** Nothing follows about a box from a shorter silence: no catalogued one is below a minute, those of labs are seconds. */
    static final long LEAST_GAP_MILLIS = 1_000;

    /** The kernel notifies by a work queue; a notification may be read after a dump that was later. */
    private static final long LATE_NOTIFICATION_NANOS = 150_000_000;

    private @Nullable Observation last;
    private @Nullable Observation beforeClosing;
    private @Nullable Observation beforeProbes;
    private @Nullable Observation firstUnanswered;
    private @Nullable Observation beforeUnanswered;
    private @Nullable Observation zeroWindowStart;
    private @Nullable TcpState firstClosingState;
    private boolean wasConnected;
    private long synOffset = -1;
    private long vanishedAtNanos;
    private boolean hasVanished;

    /**
     * Takes in a dump.
     *
     * @return the longest silence that the connection has just survived in milliseconds; empty if it survived none
     */
    OptionalLong observe(Observation now) {
        OptionalLong survived = survivedGap(now);
        hasVanished = false;
        TcpState state = now.state();
        wasConnected |= state != TcpState.SYN_SENT && state != TcpState.SYN_RECEIVED;
        if (isClosing(state) && firstClosingState == null) {
            firstClosingState = state;
            beforeClosing = last;
        }
        if (state == TcpState.ESTABLISHED && now.sendQueueBytes() == 0) {
            synOffset = now.info().bytesAcked() - now.newBytesSent();
        }
        if (now.info().probes() == 0) {
            beforeProbes = now;
        }
        followUnanswered(now);
        if (!now.hasZeroWindow()) {
            zeroWindowStart = null;
        } else if (zeroWindowStart == null) {
            zeroWindowStart = now;
        }
        last = now;
        return survived;
    }

    /** A run of dumps in which data was outstanding and no acknowledgement came. */
    private void followUnanswered(Observation now) {
        if (now.sendQueueBytes() == 0) {
            firstUnanswered = null;
        } else if (firstUnanswered == null
                || firstUnanswered.info().bytesAcked() != now.info().bytesAcked()) {
            firstUnanswered = now;
            beforeUnanswered = last;
        }
    }

    /** A dump does not list the connection any more. */
    void vanish(long atNanos) {
        if (!hasVanished) {
            hasVanished = true;
            vanishedAtNanos = atNanos;
        }
    }

    /**
     * The silence between the last dump and now after which the peer was heard again. A lower bound: of several segments
     * since then only the youngest has a time.
     */
    OptionalLong survivedGap(Observation now) {
        Observation before = last;
        if (before == null
                || before.state() != TcpState.ESTABLISHED
                || before.sendQueueBytes() != 0
                || before.info().probes() != 0) {
            return OptionalLong.empty();
        }
        long window = now.millisSince(before);
        if (now.silenceMillis() >= Math.min(window, before.silenceMillis())) {
            return OptionalLong.empty(); // nothing was heard since
        }
        long gap = before.idleMillis();
        long sent = now.info().dataSegmentsOut() - before.info().dataSegmentsOut();
        long received = now.info().dataSegmentsIn() - before.info().dataSegmentsIn();
        if (sent <= 1 && received <= 1) {
            long youngest = Math.min(window, now.silenceMillis());
            long first =
                    sent == 1 ? Math.max(youngest, Math.min(window, now.info().lastDataSentMillis())) : youngest;
            gap += window - first;
        }
        return gap < LEAST_GAP_MILLIS ? OptionalLong.empty() : OptionalLong.of(gap);
    }

    private static boolean isClosing(TcpState state) {
        return switch (state) {
            case FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, LAST_ACK, CLOSING -> true;
            default -> false;
        };
    }

    /** The newest dump that listed the connection. */
    @Nullable
    Observation last() {
        return last;
    }

    /** The first state that shows which side closed first, if a dump saw one. */
    @Nullable
    TcpState firstClosingState() {
        return firstClosingState;
    }

    /** The dump before {@link #firstClosingState()}. */
    @Nullable
    Observation beforeClosing() {
        return beforeClosing;
    }

    /** The newest dump without unanswered probes. */
    @Nullable
    Observation beforeProbes() {
        return beforeProbes;
    }

    /** The first dump that showed the data which is still not acknowledged. */
    @Nullable
    Observation firstUnanswered() {
        return firstUnanswered;
    }

    /** The dump before {@link #firstUnanswered()}. */
    @Nullable
    Observation beforeUnanswered() {
        return beforeUnanswered;
    }

    /** The first dump of those that showed the peer's window closed without a break up to the last. */
    @Nullable
    Observation zeroWindowStart() {
        return zeroWindowStart;
    }

    /** Whether it got beyond the handshake. */
    boolean wasConnected() {
        return wasConnected;
    }

    /** How many acknowledged bytes were no data: 1 for the SYN of the side that connected, 0 for the other; -1 unknown. */
    long synOffset() {
        return synOffset;
    }

    /**
     * When a dump no longer listed it, if that was clearly before its socket was destroyed; empty if not, or if there was no
     * dump since.
     */
    OptionalLong vanishedBefore(long endNanos) {
        return hasVanished && endNanos - vanishedAtNanos > LATE_NOTIFICATION_NANOS
                ? OptionalLong.of(vanishedAtNanos)
                : OptionalLong.empty();
    }
}

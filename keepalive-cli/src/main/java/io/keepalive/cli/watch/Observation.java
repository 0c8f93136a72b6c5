package io.keepalive.cli.watch;

import io.keepalive.cli.linux.DiagMessage;
import io.keepalive.cli.linux.TcpInfoFields;
import io.keepalive.cli.linux.TcpState;
import io.keepalive.cli.linux.TcpTimer;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel knew about a connection at one moment, in a dump or when the socket was destroyed.
 *
 * @param timerMillis until the timer fires
 * @param receiveQueueBytes received and not read; a FIN that was not read counts as one
 * @param sendQueueBytes written and not acknowledged; a FIN counts as one
 */
record Observation(
        long atNanos,
        TcpState state,
        TcpTimer timer,
        long timerMillis,
        long receiveQueueBytes,
        long sendQueueBytes,
        TcpInfoFields info) {

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Copies a message; null if it has no TCP_INFO, as TIME_WAIT has none. */
    static @Nullable Observation of(DiagMessage message, long atNanos) {
        TcpInfoFields info = message.info();
        return info == null
                ? null
                : new Observation(
                        atNanos,
                        message.state(),
                        message.timer(),
                        message.timerMillis(),
                        message.receiveQueueBytes(),
                        message.sendQueueBytes(),
                        info);
    }

    /** Since the peer's kernel last gave a sign of life; 0 before the first. */
    long silenceMillis() {
        return info.segmentsIn() == 0 ? 0 : info.silenceMillis();
    }

    /** Since bytes or acknowledgements went either way. */
    long idleMillis() {
        return Math.min(silenceMillis(), info.lastDataSentMillis());
    }

    /**
     * The time since an earlier observation of the same connection, by the kernel's clock where a time of an event that
     * happened before both shows it: this process may have read late.
     */
    long millisSince(Observation earlier) {
        if (info.dataSegmentsIn() == earlier.info.dataSegmentsIn()) {
            return info.lastDataReceivedMillis() - earlier.info.lastDataReceivedMillis();
        }
        if (info.dataSegmentsOut() == earlier.info.dataSegmentsOut()) {
            return info.lastDataSentMillis() - earlier.info.lastDataSentMillis();
        }
        return (atNanos - earlier.atNanos) / NANOS_PER_MILLI;
    }

    /** Whether data waits because the peer's window is closed. */
    boolean hasZeroWindow() {
        return info.sendWindowBytes() == 0 && info.notSentBytes() > 0 && info.bytesSent() > 0;
    }

    /** Whether probes or data have gone unanswered for longer than a round trip takes. */
    boolean looksDead() {
        return (info.probes() > 0 && sendQueueBytes == 0) || info.retransmits() > 1;
    }

    /** Bytes that this side sent for the first time. */
    long newBytesSent() {
        return info.bytesSent() - info.bytesRetransmitted();
    }
}

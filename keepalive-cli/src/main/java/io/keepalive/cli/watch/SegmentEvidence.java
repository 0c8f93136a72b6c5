package io.keepalive.cli.watch;

import io.keepalive.cli.linux.TcpInfoFields;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the counters of a destroyed socket show about FIN and RST, against those of the last dump. Linux counts a FIN as a
 * byte but not as a data segment, and a RST as a segment that acknowledges nothing (tcp_segs_in, tcp_reset).
 */
final class SegmentEvidence {
    /** Each of four times is rounded to a kernel tick of up to 10 ms. */
    private static final long SLACK_MILLIS = 25;

    enum Answer {
        YES,
        NO,
        MAYBE
    }

    private final @Nullable Observation before;
    private final Observation end;
    private final TcpInfoFields now;
    private final long synOffset;

    SegmentEvidence(ConnectionHistory history, DestroyEvent ending) {
        before = history.last();
        end = ending.observation();
        now = end.info();
        synOffset = history.synOffset() >= 0 ? history.synOffset() : ending.wasAccepted() ? 0 : 1;
    }

    /** Whether the peer's FIN was received. */
    Answer peerFin() {
        long bytes = since(TcpInfoFields::bytesReceived);
        long dataSegments = since(TcpInfoFields::dataSegmentsIn);
        if (bytes <= 0) {
            return Answer.NO;
        }
        return dataSegments == 0 ? Answer.YES : Answer.MAYBE;
    }

    /** Whether the peer acknowledged this side's FIN. */
    boolean isOwnFinAcked() {
        return now.bytesAcked() - end.newBytesSent() > synOffset;
    }

    /** Whether the program closed while data waited: the FIN stands at the end of the send queue. */
    boolean isOwnFinQueued() {
        long outstanding = end.newBytesSent() + synOffset - now.bytesAcked();
        return end.sendQueueBytes() > 0 && end.sendQueueBytes() - now.notSentBytes() - outstanding == 1;
    }

    /** Whether a FIN, or a RST after a FIN, came besides data and the acknowledgement of this side's FIN. */
    boolean hasBareSegmentsBesidesAck() {
        return before != null
                && since(TcpInfoFields::dataSegmentsOut) == 0
                && since(TcpInfoFields::segmentsIn) - since(TcpInfoFields::dataSegmentsIn) >= 2;
    }

    /** Whether a segment came since the last dump that was neither data nor an acknowledgement: a RST. */
    boolean hasReset() {
        return before != null
                && since(TcpInfoFields::segmentsIn) > 0
                && since(TcpInfoFields::dataSegmentsIn) == 0
                && Math.abs(now.lastAckReceivedMillis()
                                - before.info().lastAckReceivedMillis()
                                - end.millisSince(before))
                        <= SLACK_MILLIS;
    }

    /** Whether nothing at all was received since the last dump. */
    boolean isDeaf() {
        return before != null && since(TcpInfoFields::segmentsIn) == 0;
    }

    /** Segments without data that this side sent: acknowledgements, probes, FIN and RST. */
    long bareSegmentsOut() {
        return since(TcpInfoFields::segmentsOut) - since(TcpInfoFields::dataSegmentsOut);
    }

    /** Whether this side sent data since the last dump. */
    boolean hasSentData() {
        return since(TcpInfoFields::dataSegmentsOut) > 0;
    }

    boolean hasDump() {
        return before != null;
    }

    private long since(ToLongFunction<TcpInfoFields> counter) {
        return counter.applyAsLong(now) - (before == null ? 0 : counter.applyAsLong(before.info()));
    }
}

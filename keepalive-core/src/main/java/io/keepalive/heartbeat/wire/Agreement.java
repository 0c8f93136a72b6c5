package io.keepalive.heartbeat.wire;

import java.time.Duration;
import java.util.Objects;

/**
 * What two HELLOs agree on, as one side sees it. Both sides compute it for themselves and come to the same: what the one
 * must send is what the other may expect.
 *
 * <p>In each direction the slower side rules, as in RFC 5880, section 6.8.7: the interval is the greater of what the
 * sender can and the receiver wants, and none if either has none. A known middlebox caps it: the interval is at most half of
 * the shorter known idle timeout.
 *
 * @param version the smaller of both
 * @param sendEvery how often this side must send a frame, whatever it hears; {@link Duration#ZERO}: it need not
 * @param hearEvery how often the peer must send a frame; {@link Duration#ZERO}: it need not
 * @param peerGivesUpAfter the silence after which the peer declares this side dead; {@link Duration#ZERO}: never, or unknown
 * @param maxSendPayload the largest payload that the peer takes, in bytes
 * @param maxReceivePayload the largest payload that this side takes, in bytes
 * @since 0.1
 */
public record Agreement(
        int version,
        Duration sendEvery,
        Duration hearEvery,
        Duration peerGivesUpAfter,
        int maxSendPayload,
        int maxReceivePayload) {

    /**
     * Negotiates: a pure function of both HELLOs.
     *
     * @param mine the HELLO of this side
     * @param peer the HELLO of the other side
     * @return the agreement
     * @throws ProtocolException {@link CloseReason#INTERVAL_CONFLICT} if a middlebox is known, and a side can't send often
     *     enough for it, or neither side is to send at all
     */
    public static Agreement of(Hello mine, Hello peer) throws ProtocolException {
        Objects.requireNonNull(mine, "mine");
        Objects.requireNonNull(peer, "peer");
        Duration path = shorterKnown(mine.pathTimeout(), peer.pathTimeout());
        Duration send = interval(mine.canSendEvery(), peer.wantsEvery(), path);
        Duration hear = interval(peer.canSendEvery(), mine.wantsEvery(), path);
        if (send.isZero() && hear.isZero() && !path.isZero()) {
            throw conflict("beats in neither direction", "beats in one at least", path);
        }
        return new Agreement(
                Math.min(mine.version(), peer.version()),
                send,
                hear,
                peer.givesUpAfter(),
                peer.largestFrame(),
                mine.largestFrame());
    }

    private static Duration interval(Duration canSend, Duration wants, Duration path) throws ProtocolException {
        if (canSend.isZero() || wants.isZero()) {
            return Duration.ZERO;
        }
        Duration slower = canSend.compareTo(wants) > 0 ? canSend : wants;
        if (path.isZero()) {
            return slower;
        }
        // Whole milliseconds, as on the wire: the other side computes the same.
        Duration ceiling = Duration.ofMillis(path.toMillis() / 2);
        if (canSend.compareTo(ceiling) > 0) {
            throw conflict(
                    "a side that can send every " + canSend.toMillis() + " ms",
                    "at most " + ceiling.toMillis() + " ms",
                    path);
        }
        return slower.compareTo(ceiling) > 0 ? ceiling : slower;
    }

    private static Duration shorterKnown(Duration one, Duration other) {
        if (one.isZero() || other.isZero()) {
            return one.isZero() ? other : one;
        }
        return one.compareTo(other) < 0 ? one : other;
    }

    private static ProtocolException conflict(String came, String expected, Duration path) {
        return new ProtocolException(
                CloseReason.INTERVAL_CONFLICT,
                0,
                "HELLOs that agree on " + came,
                expected + ", for a box that forgets after " + path.toMillis() + " ms");
    }
}

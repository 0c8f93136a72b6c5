package io.keepalive.heartbeat.wire;

import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ended. A session reports one, once.
 *
 * @param by which side ended it
 * @param loss cause, confidence and evidence; also of an end in order
 * @param inOrder whether both sides agreed on the end, so that nothing that was written can be lost
 * @param silence how long nothing had been received by then
 * @param lastReceived when something was received last
 * @since 0.1
 */
public record ConnectionEnd(By by, ConnectionLoss loss, boolean inOrder, Duration silence, Instant lastReceived) {
    /** The side that ended a connection. */
    public enum By {
        /** The other side, as its bytes or the kernel report. */
        PEER,
        /** The application or the heartbeat of this side. */
        THIS_SIDE,
        /** Something else on this side: another handler, the executor that was shut down. */
        THIRD_PARTY,
        /** Unknown: silence, a path that is gone, a FIN that was not seen. */
        UNKNOWN
    }

    /** Checks that nothing is null. */
    public ConnectionEnd {
        Objects.requireNonNull(by, "by");
        Objects.requireNonNull(loss, "loss");
        Objects.requireNonNull(silence, "silence");
        Objects.requireNonNull(lastReceived, "lastReceived");
    }

    /** An end at this moment of the wall clock, which is read here and nowhere else in this package. */
    static ConnectionEnd now(By by, ConnectionLoss loss, boolean inOrder, long silentNanos) {
        Duration silence = Duration.ofMillis(Math.max(0, silentNanos) / 1_000_000);
        return new ConnectionEnd(by, loss, inOrder, silence, Instant.now().minus(silence));
    }

    /**
     * Whether the socket is to be reset ({@code SO_LINGER} 0) instead of closed: the one place that decides it. A reset
     * spares the kernel a quarter of an hour of retransmissions to a peer that is gone; a close in order, and one that
     * sends the peer a reason, must not be one.
     *
     * @return true for a peer declared dead, for reading held back too long, and for an aborted connection
     */
    public boolean resets() {
        return switch (loss.cause()) {
            case PEER_CLOSED, PROTOCOL -> false;
            case LOCAL_CLOSED -> !inOrder && by == By.THIS_SIDE;
            default -> true;
        };
    }

    /**
     * Whether this end is counted and reported as a connection loss: the one place that decides it.
     *
     * @return false for an end in order in either direction, and for a connection that this side closed or aborted
     */
    public boolean isLoss() {
        return !inOrder && loss.cause() != LossCause.LOCAL_CLOSED;
    }

    /**
     * This end as an exception, a new one at each call.
     *
     * @param thrown what the transport threw, or null
     * @return with cause, silence and time
     */
    public ConnectionLostException exception(@Nullable Throwable thrown) {
        return new ConnectionLostException(loss, silence, lastReceived, thrown);
    }
}

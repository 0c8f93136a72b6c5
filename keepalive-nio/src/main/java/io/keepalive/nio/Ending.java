package io.keepalive.nio;

import io.keepalive.heartbeat.wire.HeartbeatSession;
import io.keepalive.loss.Confidence;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ended, recorded once. Every caller gets an exception of its own that says the same: one shared by all
 * would come out of {@code close()} of a buffered stream a second time, which try-with-resources refuses as suppressing
 * itself.
 */
public record Ending(
        ConnectionLoss loss,
        Duration idle,
        Instant lastHeard,
        @Nullable IOException thrown) {

    public static Ending of(HeartbeatSession session, @Nullable IOException thrown, long nowNanos) {
        Duration idle = Duration.ofMillis(session.heartbeat().silentNanos(nowNanos) / 1_000_000);
        return new Ending(session.loss().orElseThrow(), idle, Instant.now().minus(idle), thrown);
    }

    /** This side closed the connection. */
    public static Ending closedHere(HeartbeatSession session, long nowNanos) {
        Duration idle = Duration.ofMillis(session.heartbeat().silentNanos(nowNanos) / 1_000_000);
        ConnectionLoss loss = new ConnectionLoss(LossCause.LOCAL_CLOSED, Confidence.HIGH, "closed here");
        return new Ending(loss, idle, Instant.now().minus(idle), null);
    }

    /** What an exception says, if the connection is to end by it whatever it is. */
    public static ConnectionLoss orUnknown(Optional<ConnectionLoss> loss, IOException thrown) {
        return loss.orElseGet(() -> new ConnectionLoss(LossCause.UNKNOWN, Confidence.LOW, thrown.toString()));
    }

    public ConnectionLostException exception() {
        return new ConnectionLostException(loss, idle, lastHeard, thrown);
    }
}

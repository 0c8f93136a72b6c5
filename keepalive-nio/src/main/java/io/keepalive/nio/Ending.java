package io.keepalive.nio;

import io.keepalive.heartbeat.wire.HeartbeatSession;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.ConnectionLostException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
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
        return new Ending(ConnectionLoss.closedHere(), idle, Instant.now().minus(idle), null);
    }

    public ConnectionLostException exception() {
        return new ConnectionLostException(loss, idle, lastHeard, thrown);
    }
}

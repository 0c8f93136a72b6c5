package io.keepalive.nio;

import io.keepalive.Confidence;
import io.keepalive.ConnectionLostException;
import io.keepalive.Loss;
import io.keepalive.LossCause;
import io.keepalive.heartbeat.Heartbeat;
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
record Ending(
        Loss loss,
        Duration idle,
        Instant lastHeard,
        @Nullable IOException thrown) {

    static Ending of(Heartbeat heartbeat, @Nullable IOException thrown, long nowNanos) {
        Duration idle = Duration.ofMillis(heartbeat.silentNanos(nowNanos) / 1_000_000);
        return new Ending(heartbeat.loss().orElseThrow(), idle, Instant.now().minus(idle), thrown);
    }

    /** What an exception says, if the connection is to end by it whatever it is. */
    static Loss orUnknown(Optional<Loss> loss, IOException thrown) {
        return loss.orElseGet(() -> new Loss(LossCause.UNKNOWN, Confidence.LOW, thrown.toString()));
    }

    ConnectionLostException exception() {
        return new ConnectionLostException(loss, idle, lastHeard, thrown);
    }
}

package io.keepalive.benchmarks.close;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.loss.ConnectionLoss;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** This side of one connection, on some stack: how it can be ended, and what it reports then. */
interface Side {
    /** A silent peer is dead soon; a stalled write, a close that does not get on, is not. */
    HeartbeatConfig CONFIG = HeartbeatConfig.builder()
            .pingIdle(Duration.ofSeconds(1))
            .pongTimeout(Duration.ofMillis(500))
            .maxMissedPongs(2)
            .build();

    void close() throws Exception;

    void abort() throws Exception;

    /** Says that no more is written from here. */
    void end() throws Exception;

    /** Something else on this side ends it; false if there is nothing of the kind. */
    default boolean endBehindItsBack(boolean executor) throws Exception {
        return false;
    }

    /** Completed when it is over. */
    CompletableFuture<ConnectionLoss> over();
}

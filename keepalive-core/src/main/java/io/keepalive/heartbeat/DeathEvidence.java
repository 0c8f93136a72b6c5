package io.keepalive.heartbeat;

import io.keepalive.internal.DurationText;
import io.keepalive.internal.WriteStall;
import io.keepalive.loss.Confidence;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.LossCause;
import java.time.Duration;

/** The verdicts of the engine as causes with evidence. */
final class DeathEvidence {
    private DeathEvidence() {}

    static ConnectionLoss silence(long silentNanos, int missedPongs, HeartbeatConfig config) {
        String missed = config.oneWay
                ? missedPongs + " more periods of " + text(config.pongTimeoutNanos)
                : missedPongs + (missedPongs == 1 ? " PING" : " PINGs") + " unanswered";
        return new ConnectionLoss(
                LossCause.HEARTBEAT_TIMEOUT,
                Confidence.HIGH,
                "nothing was received for " + text(silentNanos) + " at most, " + missed);
    }

    static ConnectionLoss readPaused(long pausedNanos, HeartbeatConfig config) {
        return new ConnectionLoss(
                LossCause.READ_PAUSED,
                Confidence.HIGH,
                "nothing was read for " + text(pausedNanos) + ", the limit is " + text(config.readPauseTimeoutNanos));
    }

    /** Certain only if the kernel reported acknowledgements. */
    static ConnectionLoss writeStalled(WriteStall stall, long nowNanos, long limitNanos) {
        boolean known = stall.knowsAcknowledgements();
        return new ConnectionLoss(
                LossCause.WRITE_STALLED,
                known ? Confidence.HIGH : Confidence.LOW,
                "bytes wait, and " + (known ? "the peer acknowledged none" : "the kernel took none") + " for "
                        + text(stall.stalledNanos(nowNanos)) + ", the limit is " + text(limitNanos));
    }

    static ConnectionLoss tooManyPings(HeartbeatConfig config) {
        return new ConnectionLoss(
                LossCause.PROTOCOL,
                Confidence.HIGH,
                "the peer sent PINGs more often than every " + text(config.minPingIntervalNanos)
                        + ": three more than the eight that may come at once");
    }

    private static String text(long nanos) {
        return DurationText.format(Duration.ofMillis(nanos / 1_000_000));
    }
}

package io.keepalive.benchmarks.soak;

import io.keepalive.heartbeat.HeartbeatConfig;
import java.time.Duration;

/**
 * Which outages are deaths. Pure: times are values.
 *
 * @param toleratedNanos no silence shorter than this is a death
 * @param detectionNanos every silence is a death after this
 * @param beatNanos the last byte may have come so long before an outage
 * @param slackNanos how late timers and programs may be on a busy machine
 */
record Model(long toleratedNanos, long detectionNanos, long beatNanos, long slackNanos) {
    /** What an outage is to those who hear nothing. */
    enum Kind {
        /** No connection may die of it. */
        HARMLESS,
        /** Between the bounds: either is right. */
        OPEN,
        /** Everyone must be found dead. */
        FATAL
    }

    static Model of(HeartbeatConfig config, Duration slack) {
        return new Model(
                config.toleratedSilence().toNanos(),
                config.detectionTime().toNanos(),
                config.beatInterval().toNanos(),
                slack.toNanos());
    }

    Kind kind(Outage outage) {
        if (outage.atLeastNanos() >= detectionNanos + slackNanos) {
            return Kind.FATAL;
        }
        return silenceAtMostNanos(outage) <= toleratedNanos ? Kind.HARMLESS : Kind.OPEN;
    }

    /**
     * The longest silence that an outage can cause. What was sent during a cut is sent again when the retransmission timer
     * fires, and that doubles each time (RFC 6298, section 5.5): up to once more the length of the cut.
     */
    private long silenceAtMostNanos(Outage outage) {
        return beatNanos + (outage.isCut() ? 2 : 1) * outage.atMostNanos();
    }

    /** The longest harmless outage of the kind. */
    long longestHarmlessNanos(boolean isCut) {
        return (toleratedNanos - beatNanos) / (isCut ? 2 : 1);
    }

    /** The shortest fatal one. */
    long shortestFatalNanos() {
        return detectionNanos + slackNanos;
    }

    /** From when on a verdict is not too early. */
    long notBeforeNanos(Outage outage) {
        return outage.fromNanos() + toleratedNanos - beatNanos;
    }

    /** Until when it is not late. */
    long notAfterNanos(Outage outage) {
        return outage.effectiveNanos() + detectionNanos + slackNanos;
    }

    /** Until when losses are still put down to it: after a cut the next retransmission may take as long again. */
    long windowEndNanos(Outage outage) {
        long retransmissionNanos = outage.isCut() ? Math.min(outage.atMostNanos(), detectionNanos) : 0;
        return outage.untilNanos() + retransmissionNanos + slackNanos;
    }
}

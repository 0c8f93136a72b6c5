package io.keepalive.benchmarks.soak;

import io.keepalive.heartbeat.HeartbeatConfig;
import java.time.Duration;

/**
 * Which outages are deaths. Pure: times are values.
 *
 * @param toleratedNanos no silence shorter than this is a death
 * @param detectionNanos every silence is a death after this
 * @param beatNanos how often a healthy peer is heard: the last byte may have come so long before an outage
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

    /** Of peers that send beats. */
    static Model ofBeating(HeartbeatConfig config, Duration slack) {
        return of(config, config.beatInterval(), slack);
    }

    /** Of peers whose protocol has no beats: an idle one is heard when it pings or answers. */
    static Model ofAnswering(HeartbeatConfig config, Duration slack) {
        return of(config, config.pingIdle(), slack);
    }

    private static Model of(HeartbeatConfig config, Duration heardEvery, Duration slack) {
        return new Model(
                config.toleratedSilence().toNanos(),
                config.detectionTime().toNanos(),
                heardEvery.toNanos(),
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

    /** Whether the loss came before the silence can have been as long as has to be tolerated. */
    boolean isEarly(Outage outage, Loss loss) {
        return loss.atNanos() - outage.fromNanos() < toleratedNanos - beatNanos
                || (loss.silentNanos() >= 0 && loss.silentNanos() < toleratedNanos);
    }

    boolean isLate(Outage outage, Loss loss) {
        return loss.atNanos() - outage.effectiveNanos() > detectionNanos + slackNanos;
    }

    /** Whether the loss is put down to the outage: after a cut the next retransmission may take as long again. */
    boolean isWithin(Outage outage, Loss loss) {
        long retransmissionNanos = outage.isCut() ? Math.min(outage.atMostNanos(), detectionNanos) : 0;
        return loss.atNanos() - outage.fromNanos() >= 0
                && loss.atNanos() - outage.untilNanos() <= retransmissionNanos + slackNanos;
    }
}

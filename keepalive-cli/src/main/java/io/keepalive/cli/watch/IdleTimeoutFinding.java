package io.keepalive.cli.watch;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What follows from the deaths to one destination about a box with an idle timeout.
 *
 * @param interval in which the idle timeout of a silent or resetting box lies; empty if nothing died of silence
 * @param closesAfter after how much silence the peer, or a proxy, closes; empty if the closings do not agree
 * @param boxes what fits of the catalogue
 */
record IdleTimeoutFinding(Optional<Interval> interval, Optional<Duration> closesAfter, FittingBoxes boxes) {

    /**
     * Bounds of an idle timeout.
     *
     * @param longestSurvived zero if no silence was survived
     */
    record Interval(Duration longestSurvived, Duration shortestKilled) {}

    static IdleTimeoutFinding of(Destination destination) {
        if (destination.shortestKilled().isPresent()) {
            Interval interval = new Interval(
                    Duration.ofMillis(destination.longestSurvived().orElse(0)),
                    Duration.ofMillis(destination.shortestKilled().getAsLong()));
            FittingBoxes boxes =
                    FittingBoxes.of(interval.longestSurvived(), interval.shortestKilled(), destination.endsByReset());
            return new IdleTimeoutFinding(Optional.of(interval), Optional.empty(), boxes);
        }
        Optional<Duration> closesAfter = destination.closings().idleTimeout();
        return new IdleTimeoutFinding(
                Optional.empty(),
                closesAfter,
                closesAfter.map(FittingBoxes::ofClosing).orElse(new FittingBoxes(List.of(), List.of())));
    }
}

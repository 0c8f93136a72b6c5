package io.keepalive.cli.watch;

import io.keepalive.Middlebox;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * The boxes of the catalogue that explain what was seen.
 *
 * @param byDefault those whose default idle timeout lies in the interval
 * @param bySetting those that can be set to a value in it
 */
record FittingBoxes(List<Middlebox> byDefault, List<Middlebox> bySetting) {

    /** For an idle timeout above the longest silence survived and at or below the shortest that killed. */
    static FittingBoxes of(Duration longestSurvived, Duration shortestKilled, boolean endsByReset) {
        List<Middlebox> candidates = Arrays.stream(Middlebox.values())
                .filter(box -> mayEndSo(box.expiry(), endsByReset))
                .toList();
        List<Middlebox> byDefault = candidates.stream()
                .filter(box -> isWithin(box.idleTimeout(), longestSurvived, shortestKilled))
                .toList();
        List<Middlebox> bySetting = candidates.stream()
                .filter(box -> !byDefault.contains(box))
                .filter(box -> canBeSetWithin(box, longestSurvived, shortestKilled))
                .toList();
        return new FittingBoxes(byDefault, bySetting);
    }

    /** For a proxy that closes after a silence, give or take the coarseness of watching. */
    static FittingBoxes ofClosing(Duration silence) {
        Duration slack = Duration.ofMillis(Math.max(1_500, silence.toMillis() / 10));
        return new FittingBoxes(
                Arrays.stream(Middlebox.values())
                        .filter(box -> box.expiry() == Middlebox.Expiry.CLOSE)
                        .filter(box -> isWithin(box.idleTimeout(), silence.minus(slack), silence.plus(slack)))
                        .toList(),
                List.of());
    }

    private static boolean mayEndSo(Middlebox.Expiry expiry, boolean endsByReset) {
        return switch (expiry) {
            case UNDOCUMENTED -> true;
            case RESET, RESET_ON_NEXT_SEGMENT -> endsByReset;
            case SILENT, BLOCKS_INBOUND -> !endsByReset;
            case CLOSE -> false;
        };
    }

    private static boolean isWithin(Duration value, Duration above, Duration atMost) {
        return value.compareTo(above) > 0 && value.compareTo(atMost) <= 0;
    }

    private static boolean canBeSetWithin(Middlebox box, Duration above, Duration atMost) {
        return box.shortestIdleTimeout().isPresent()
                && box.longestIdleTimeout().isPresent()
                && box.shortestIdleTimeout().orElseThrow().compareTo(atMost) <= 0
                && box.longestIdleTimeout().orElseThrow().compareTo(above) > 0;
    }
}

package io.keepalive.cli.watch;

import io.keepalive.loss.Confidence;
import io.keepalive.loss.LossCause;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** What is known about the connections to one destination: deaths by cause, and silences survived and not. */
final class Destination {
    /** Enough to find the shortest one above the longest survived; greater ones are dropped beyond it. */
    private static final int MOST_GAPS = 256;

    private final Map<LossCause, Integer> causes = new EnumMap<>(LossCause.class);

    /** Fatal gaps in milliseconds that are longer than the longest survived, with their number. */
    private final TreeMap<Long, Integer> fatalGaps = new TreeMap<>();

    private int deaths;
    private int lowConfidence;
    private int contradictedGaps;
    private int resets;
    private int timeouts;
    private long longestSurvivedMillis = -1;
    private final ClosingSilences closings = new ClosingSilences();

    void survived(long gapMillis) {
        longestSurvivedMillis = Math.max(longestSurvivedMillis, gapMillis);
        Map<Long, Integer> contradicted = fatalGaps.headMap(longestSurvivedMillis, true);
        contradictedGaps +=
                contradicted.values().stream().mapToInt(Integer::intValue).sum();
        contradicted.clear();
    }

    void died(Verdict verdict) {
        deaths++;
        causes.merge(verdict.cause(), 1, Integer::sum);
        if (verdict.confidence() == Confidence.LOW) {
            lowConfidence++;
        }
        if (verdict.cause() == LossCause.PEER_CLOSED) {
            closings.add(verdict.silenceMillis());
        }
        if (verdict.fatalGapMillis().isPresent()) {
            if (verdict.cause() == LossCause.RESET_ON_IDLE) {
                resets++;
            } else {
                timeouts++;
            }
            addFatalGap(verdict.fatalGapMillis().getAsLong());
        }
    }

    private void addFatalGap(long gapMillis) {
        if (gapMillis <= longestSurvivedMillis) {
            contradictedGaps++;
            return;
        }
        fatalGaps.merge(gapMillis, 1, Integer::sum);
        if (fatalGaps.size() > MOST_GAPS) {
            fatalGaps.pollLastEntry();
        }
    }

    int deaths() {
        return deaths;
    }

    int lowConfidence() {
        return lowConfidence;
    }

    Map<LossCause, Integer> causes() {
        return Collections.unmodifiableMap(causes);
    }

    /** In milliseconds. */
    OptionalLong longestSurvived() {
        return longestSurvivedMillis < 0 ? OptionalLong.empty() : OptionalLong.of(longestSurvivedMillis);
    }

    /** In milliseconds; of those that are longer than the longest survived. */
    OptionalLong shortestKilled() {
        return fatalGaps.isEmpty() ? OptionalLong.empty() : OptionalLong.of(fatalGaps.firstKey());
    }

    /** Silent deaths after less silence than others survived: a cut path, a peer that went down, no idle timeout. */
    int contradictedGaps() {
        return contradictedGaps;
    }

    /** Whether the box answered with resets rather than not at all. */
    boolean endsByReset() {
        return resets > timeouts;
    }

    ClosingSilences closings() {
        return closings;
    }
}

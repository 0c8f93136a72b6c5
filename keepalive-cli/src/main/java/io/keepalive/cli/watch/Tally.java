package io.keepalive.cli.watch;

import io.keepalive.loss.LossCause;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that a summary shows, in bounded memory. */
final class Tally {
    static final int MOST_DESTINATIONS = 1_000;
    private static final int LATEST = 8;

    private final Map<DestinationKey, Destination> destinations = new HashMap<>();
    private final Map<LossCause, Integer> causes = new EnumMap<>(LossCause.class);
    private final Deque<Death> latest = new ArrayDeque<>();
    private long deaths;
    private long deathsElsewhere;

    void died(Death death) {
        deaths++;
        causes.merge(death.verdict().cause(), 1, Integer::sum);
        latest.addLast(death);
        if (latest.size() > LATEST) {
            latest.removeFirst();
        }
        Destination destination = destination(DestinationKey.of(death.local(), death.remote(), death.wasAccepted()));
        if (destination == null) {
            deathsElsewhere++;
        } else {
            destination.died(death.verdict());
        }
    }

    void survived(DestinationKey key, long gapMillis) {
        Destination destination = destination(key);
        if (destination != null) {
            destination.survived(gapMillis);
        }
    }

    private @Nullable Destination destination(DestinationKey key) {
        Destination known = destinations.get(key);
        if (known == null && destinations.size() < MOST_DESTINATIONS) {
            known = new Destination();
            destinations.put(key, known);
        }
        return known;
    }

    long deaths() {
        return deaths;
    }

    /** Deaths of connections to destinations beyond the first {@link #MOST_DESTINATIONS}. */
    long deathsElsewhere() {
        return deathsElsewhere;
    }

    Map<LossCause, Integer> causes() {
        return Collections.unmodifiableMap(causes);
    }

    /** Destinations with deaths, most deaths first. */
    List<Map.Entry<DestinationKey, Destination>> destinations() {
        return destinations.entrySet().stream()
                .filter(entry -> entry.getValue().deaths() > 0)
                .sorted(Comparator.comparing((Map.Entry<DestinationKey, Destination> entry) ->
                                -entry.getValue().deaths())
                        .thenComparing(entry -> entry.getKey().toString()))
                .toList();
    }

    /** The youngest deaths, oldest first. */
    List<Death> latest() {
        return List.copyOf(latest);
    }
}

package io.keepalive.benchmarks.soak;

import io.keepalive.benchmarks.soak.Step.Action;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Disturbances in a random order, the same for the same seed. Those between the model's bounds are left out. */
final class Plan {
    /** A tenth short of a bound, so that a slow signal does not cross it. */
    private static final double MARGIN = 0.9;

    private final Random random;
    private final Model model;

    Plan(long seed, Model model) {
        this.random = new Random(seed);
        this.model = model;
    }

    Step next() {
        Action action = any(List.of(Action.values()));
        Party party = any(List.of(Party.values()));
        return switch (action) {
            case STOP, CUT -> new Step(action, party, outageMillis(action == Action.CUT), 0);
            case FLOOD_BEAT, FLOOD_DATA, FLOOD_PING -> new Step(action, party, 10_000, 1 + random.nextInt(4));
            case SILENT_PEERS -> new Step(action, party, 10_000, 10 + random.nextInt(50));
            case COMPUTE_VIRTUAL, COMPUTE_PLATFORM -> new Step(action, party, 16_000, 2 + random.nextInt(7));
            case COLLECT -> new Step(action, party, 0, 20 + random.nextInt(40));
            case BLOCK -> new Step(action, party, harmlessMillis(false), 0);
            case SLOW_LINK -> new Step(action, party, 15_000, 400 + random.nextInt(600));
        };
    }

    private <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private long outageMillis(boolean isCut) {
        return random.nextBoolean()
                ? harmlessMillis(isCut)
                : millis(model.shortestFatalNanos()) + 500 + random.nextInt(3000);
    }

    private long harmlessMillis(boolean isCut) {
        double share = MARGIN * (0.1 + 0.9 * random.nextDouble());
        return (long) (share * millis(model.longestHarmlessNanos(isCut)));
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}

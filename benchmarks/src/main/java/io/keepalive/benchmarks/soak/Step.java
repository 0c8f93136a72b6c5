package io.keepalive.benchmarks.soak;

/**
 * One disturbance.
 *
 * @param action what is done
 * @param party to whom, where it is done to one
 * @param millis for how long
 * @param amount how much of it: threads, peers, collections, kilobits a second
 */
record Step(Action action, Party party, long millis, int amount) {
    /** What can be done. */
    enum Action {
        STOP,
        CUT,
        FLOOD_BEAT,
        FLOOD_DATA,
        FLOOD_PING,
        SILENT_PEERS,
        COMPUTE_VIRTUAL,
        COMPUTE_PLATFORM,
        COLLECT,
        BLOCK,
        SLOW_LINK
    }

    @Override
    public String toString() {
        return switch (action) {
            case STOP -> "stop " + party + " for " + millis + " ms";
            case CUT -> "cut the network for " + millis + " ms";
            case FLOOD_BEAT, FLOOD_DATA, FLOOD_PING, SILENT_PEERS ->
                action + " of " + amount + " peers to each style for " + millis + " ms";
            case COMPUTE_VIRTUAL, COMPUTE_PLATFORM ->
                action + " on " + amount + " threads of " + party + " for " + millis + " ms";
            case COLLECT -> amount + " full collections on " + party;
            case BLOCK -> "block the loops of " + party + " for " + millis + " ms";
            case SLOW_LINK -> amount + " kbit/s for " + millis + " ms";
        };
    }
}

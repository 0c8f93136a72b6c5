package io.keepalive.benchmarks.node;

/** Waits in its initializer: a virtual thread holds its carrier there. Loaded once for each thread, as a hidden class. */
final class Pins {
    static final String MILLIS = "keepalive.benchmarks.pins";

    static {
        Pause.sleep(Long.getLong(MILLIS, 0));
    }

    private Pins() {}
}

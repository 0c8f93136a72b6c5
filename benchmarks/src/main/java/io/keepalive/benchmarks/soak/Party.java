package io.keepalive.benchmarks.soak;

/** A process of the soak. Both clients hold connections to the server. */
enum Party {
    SERVER,
    /** Writes all the time. */
    BUSY_CLIENT,
    /** Writes nothing. */
    IDLE_CLIENT;

    private static final int CLIENTS = 2;

    /** How many of its links lead to a client: what one client's connections are a unit of. */
    int links() {
        return this == SERVER ? CLIENTS : 1;
    }

    boolean isLinkedTo(Party other) {
        return this == SERVER != (other == SERVER);
    }
}

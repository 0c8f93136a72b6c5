package io.keepalive.cli.probe;

/** How a connection of a round ended. */
enum Fate {
    /** It answered a probe after the silence. */
    LIVED("lived"),
    /** It answered no probe while a fresh connection worked. */
    SILENT("answered no probe"),
    /** The first probe after the silence was answered by a reset. */
    RESET_ON_PROBE("reset by the probe"),
    /** It was reset during the silence. */
    RESET("reset while idle"),
    /** It was closed in order during the silence. */
    CLOSED("closed while idle"),
    /** The peer sent segments of its own again and again: there was no silence. */
    NEVER_IDLE("kept busy by the peer"),
    /** It proves nothing: not connected, probed too late, or the network was away. */
    VOID("no result");

    private final String description;

    Fate(String description) {
        this.description = description;
    }

    /** A few lower-case words. */
    String description() {
        return description;
    }

    /** Whether the connection was gone after the silence. */
    boolean isDeath() {
        return this == SILENT || this == RESET_ON_PROBE || isEarly();
    }

    /** Whether it ended during the silence, before anything was sent. */
    boolean isEarly() {
        return this == RESET || this == CLOSED;
    }
}

package io.keepalive.cli.relay.engine;

import org.jspecify.annotations.Nullable;

/** How a relayed connection ended. */
public enum PairEnd {
    /** Both sides sent their FIN, and each was passed on behind the last byte. Close both legs. */
    IN_ORDER,
    /** A leg failed, or the relay gave up. Reset the other leg, or both. */
    RESET;

    /**
     * Who ended it and how.
     *
     * @param how in order or by a reset
     * @param by the side that sent the first FIN or whose leg failed; null if the relay ended it
     */
    public record Verdict(PairEnd how, @Nullable Side by) {}
}

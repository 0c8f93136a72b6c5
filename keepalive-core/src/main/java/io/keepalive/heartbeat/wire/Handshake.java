package io.keepalive.heartbeat.wire;

import org.jspecify.annotations.Nullable;

/**
 * How far the two HELLOs of a connection have got.
 *
 * <p>Once both sides agree, what only the handshake needed is gone, and a connection that agrees as the one before it did
 * shares its greeting: in a fleet, nearly all of them.
 *
 * @param mine what this side says
 * @param agreement null until the peer's HELLO is there
 * @param deadlineNanos when that is overdue; 0 once it is there
 */
record Handshake(Hello mine, @Nullable Agreement agreement, long deadlineNanos) {
    private static volatile @Nullable Handshake last;

    static Handshake awaiting(Hello mine, long deadlineNanos) {
        return new Handshake(mine, null, deadlineNanos);
    }

    Handshake agreed(Agreement agreed) {
        Handshake greeting = new Handshake(mine, agreed, 0);
        Handshake known = last;
        if (known != null && known.equals(greeting)) {
            return known;
        }
        last = greeting;
        return greeting;
    }
}

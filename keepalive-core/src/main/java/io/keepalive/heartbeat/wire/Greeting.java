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
record Greeting(Hello mine, @Nullable Agreement agreement, long deadlineNanos) {
    private static volatile @Nullable Greeting last;

    static Greeting awaiting(Hello mine, long deadlineNanos) {
        return new Greeting(mine, null, deadlineNanos);
    }

    Greeting agreed(Agreement agreed) {
        Greeting greeting = new Greeting(mine, agreed, 0);
        Greeting known = last;
        if (known != null && known.equals(greeting)) {
            return known;
        }
        last = greeting;
        return greeting;
    }
}

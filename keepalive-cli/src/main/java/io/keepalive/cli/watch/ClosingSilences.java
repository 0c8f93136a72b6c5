package io.keepalive.cli.watch;

import java.time.Duration;
import java.util.Optional;

/** The silences after which the peer closed: where they agree, a proxy or the server has an idle timeout. */
final class ClosingSilences {
    private static final int LEAST_NUMBER = 3;
    private static final long LEAST_MILLIS = 2_000;

    /** Dumps and timers are this coarse. */
    private static final long SPREAD_MILLIS = 1_500;

    private int number;
    private long leastMillis = Long.MAX_VALUE;
    private long greatestMillis;

    void add(long silenceMillis) {
        number++;
        leastMillis = Math.min(leastMillis, silenceMillis);
        greatestMillis = Math.max(greatestMillis, silenceMillis);
    }

    /** The idle timeout that they agree on within a second and a half or a tenth; empty if they do not. */
    Optional<Duration> idleTimeout() {
        boolean agree = number >= LEAST_NUMBER
                && leastMillis >= LEAST_MILLIS
                && greatestMillis - leastMillis <= Math.max(SPREAD_MILLIS, leastMillis / 10);
        return agree ? Optional.of(Duration.ofMillis((leastMillis + greatestMillis) / 2)) : Optional.empty();
    }
}

package io.keepalive.cli.keep;

import io.keepalive.KeepAlive;
import io.keepalive.cli.linux.SocketOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The values of a policy in the kernel's units; null for what it leaves as it is. */
record Wanted(
        boolean keepAlive,
        @Nullable Integer idleSeconds,
        @Nullable Integer intervalSeconds,
        @Nullable Integer count,
        @Nullable Integer userTimeoutMillis) {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Rounds up, as the policy itself does. */
    static Wanted of(KeepAlive policy) {
        return new Wanted(
                policy.isOn(),
                units(policy.idle().orElse(null), NANOS_PER_SECOND),
                units(policy.interval().orElse(null), NANOS_PER_SECOND),
                policy.count().isPresent() ? policy.count().getAsInt() : null,
                units(policy.userTimeout().orElse(null), NANOS_PER_MILLI));
    }

    private static @Nullable Integer units(@Nullable Duration duration, long nanosPerUnit) {
        return duration == null
                ? null
                : Math.toIntExact(duration.plusNanos(nanosPerUnit - 1).toNanos() / nanosPerUnit);
    }

    /** The value that is wanted for an option; null if none is. */
    @Nullable
    Integer value(PolicyOption option) {
        return switch (option) {
            case IDLE -> idleSeconds;
            case INTERVAL -> intervalSeconds;
            case COUNT -> count;
            case USER_TIMEOUT -> userTimeoutMillis;
            case KEEPALIVE -> keepAlive ? 1 : 0;
        };
    }

    /** What the socket holds if it gets everything. */
    SocketOptions on(SocketOptions current) {
        SocketOptions result = current;
        for (PolicyOption option : PolicyOption.values()) {
            Integer value = value(option);
            result = value == null ? result : option.with(result, value);
        }
        return result;
    }
}

package io.keepalive;

import static io.keepalive.KeepAliveOption.TCP_KEEPIDLE;
import static io.keepalive.KeepAliveOption.TCP_KEEPINTVL;
import static io.keepalive.KeepAliveOption.TCP_USER_TIMEOUT;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link KeepAlive} policy. Not thread-safe.
 *
 * <p>Each setter checks its own value, {@link #build()} checks how the values go together. What is not set is left to
 * the operating system, except under {@link #outliving(Duration)}, which plans whatever is not set.
 *
 * @since 0.1
 */
public final class KeepAliveBuilder {
    /**
     * Half of it is 2 s for a kernel, sent 2.25 s after the last byte at the latest. With anything shorter, whole
     * seconds and late timers leave too little for the way to the box.
     */
    private static final Duration SHORTEST_IDLE_TIMEOUT = Duration.ofSeconds(3);

    private static final Duration LONGEST_PLANNED_INTERVAL = Duration.ofSeconds(30);

    /** What Linux takes at most (include/net/tcp.h, MAX_TCP_KEEPIDLE). */
    private static final Duration LONGEST_PLANNED_IDLE = Duration.ofSeconds(32767);

    private static final int PLANNED_COUNT = 8;

    private static final Duration LONGEST_SECONDS = Duration.ofSeconds(Integer.MAX_VALUE);
    private static final Duration LONGEST_MILLIS = Duration.ofMillis(Integer.MAX_VALUE);

    private @Nullable Duration idle;
    private @Nullable Duration interval;
    private @Nullable Integer count;
    private @Nullable Duration userTimeout;
    private boolean userTimeoutAuto;
    private @Nullable Duration outliving;

    KeepAliveBuilder() {}

    /**
     * Idle time before the first probe: {@code TCP_KEEPIDLE}. It counts from the last segment received.
     *
     * @param idle more than 0, at most 2147483647 s; the kernel counts whole seconds and rounds up; Linux takes up to
     *     32767 s
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public KeepAliveBuilder idle(Duration idle) {
        this.idle = checked(TCP_KEEPIDLE, idle, LONGEST_SECONDS);
        return this;
    }

    /**
     * Time between unanswered probes: {@code TCP_KEEPINTVL}.
     *
     * @param interval more than 0, at most 2147483647 s; the kernel counts whole seconds and rounds up; Linux takes up
     *     to 32767 s
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public KeepAliveBuilder interval(Duration interval) {
        this.interval = checked(TCP_KEEPINTVL, interval, LONGEST_SECONDS);
        return this;
    }

    /**
     * Unanswered probes before the connection is given up: {@code TCP_KEEPCNT}.
     *
     * @param count at least 1; Linux takes up to 127
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public KeepAliveBuilder count(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("count: " + count + " (expected: at least 1)");
        }
        this.count = count;
        return this;
    }

    /**
     * How long sent data may stay unacknowledged before the connection is dropped: {@code TCP_USER_TIMEOUT}. Off by
     * default, for two reasons: it overrides the count of probes, and it kills a healthy peer that stops reading for
     * that long, since a closed window counts as unacknowledged.
     *
     * @param userTimeout more than 0, at most 2147483647 ms; rounded up to whole milliseconds
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public KeepAliveBuilder userTimeout(Duration userTimeout) {
        this.userTimeout = checked(TCP_USER_TIMEOUT, userTimeout, LONGEST_MILLIS);
        this.userTimeoutAuto = false;
        return this;
    }

    /**
     * A user timeout that bounds unacknowledged data by the same time as silence, and leaves the time of death of an
     * idle connection as it is: idle + interval × count − interval / 2. Needs all three.
     *
     * @return this
     */
    public KeepAliveBuilder userTimeoutAuto() {
        this.userTimeout = null;
        this.userTimeoutAuto = true;
        return this;
    }

    /**
     * Plans what is not set so that a box with this idle timeout never forgets the flow: idle half of it (at most
     * 32767 s), interval an eighth of it (at most 30 s), both rounded up to whole seconds, count 8. Values set
     * explicitly stay, and have to {@linkplain KeepAlive#outlives outlive} it too.
     *
     * @param idleTimeout after how much silence the box forgets a flow; at least 3 s
     * @return this
     * @throws IllegalArgumentException if below 3 s
     */
    public KeepAliveBuilder outliving(Duration idleTimeout) {
        Objects.requireNonNull(idleTimeout, "idleTimeout");
        if (idleTimeout.compareTo(SHORTEST_IDLE_TIMEOUT) < 0) {
            throw new IllegalArgumentException("outliving: " + show(idleTimeout)
                    + " (expected: at least 3s; the kernel probes in whole seconds and up to an eighth late,"
                    + " so nothing shorter is safe; use an application heartbeat)");
        }
        this.outliving = idleTimeout;
        return this;
    }

    /**
     * The same for a known box at its default idle timeout.
     *
     * @param box the box between the two ends
     * @return this
     * @throws IllegalArgumentException if keepalive probes don't refresh a flow in this box
     */
    public KeepAliveBuilder outliving(Middlebox box) {
        if (box.refreshedBy() != Middlebox.Refresh.ANY_SEGMENT) {
            throw new IllegalArgumentException("outliving: " + box.text() + " (expected: a box that counts keepalive"
                    + " probes; this one is refreshed by " + box.refreshedBy().description()
                    + " only, so use an application heartbeat more often than every "
                    + DurationText.format(box.idleTimeout()) + ")");
        }
        return outliving(box.idleTimeout());
    }

    /**
     * Makes the policy. The builder can be used further.
     *
     * @return the policy
     * @throws IllegalArgumentException if the values contradict each other; the message names them all
     */
    public KeepAlive build() {
        Duration idle = this.idle;
        Duration interval = this.interval;
        Integer count = this.count;
        if (outliving != null) {
            idle = idle != null ? idle : min(upToSeconds(outliving.dividedBy(2)), LONGEST_PLANNED_IDLE);
            interval = interval != null ? interval : min(upToSeconds(outliving.dividedBy(8)), LONGEST_PLANNED_INTERVAL);
            count = count != null ? count : PLANNED_COUNT;
            if (KeepAlive.latestProbe(idle).compareTo(outliving) > 0) {
                throw new IllegalArgumentException("idle: " + show(idle) + " with outliving: " + show(outliving)
                        + " (expected: an idle time so short that the first probe, which may be sent as late as "
                        + show(KeepAlive.latestProbe(idle)) + ", comes in time; leave idle out to have it planned)");
            }
        }
        Duration timeout = userTimeoutAuto ? autoUserTimeout(idle, interval, count) : userTimeout;
        return new KeepAlive(true, idle, interval, count, timeout, userTimeoutAuto);
    }

    private static Duration autoUserTimeout(
            @Nullable Duration idle, @Nullable Duration interval, @Nullable Integer count) {
        if (idle == null || interval == null || count == null) {
            throw new IllegalArgumentException("user-timeout: auto with idle: " + show(idle) + ", interval: "
                    + show(interval) + ", count: " + (count == null ? "unset" : count)
                    + " (expected: all three set, since it is computed from them)");
        }
        int intervalSeconds = KernelTime.wholeSeconds(interval);
        Duration timeout = KernelTime.detection(KernelTime.wholeSeconds(idle), intervalSeconds, count)
                .minusMillis(intervalSeconds * 500L);
        return checked(TCP_USER_TIMEOUT, timeout, LONGEST_MILLIS);
    }

    private static Duration checked(KeepAliveOption option, Duration value, Duration longest) {
        Objects.requireNonNull(value, option.key());
        if (value.isZero() || value.isNegative() || value.compareTo(longest) > 0) {
            throw new IllegalArgumentException(option.key() + ": " + show(value) + " (expected: more than 0, at most "
                    + show(longest) + "; leave it out to keep the operating system's value)");
        }
        return value;
    }

    private static Duration upToSeconds(Duration duration) {
        return Duration.ofSeconds(duration.plusNanos(999_999_999).toSeconds());
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static String show(@Nullable Duration duration) {
        return duration == null ? "unset" : DurationText.format(duration);
    }
}

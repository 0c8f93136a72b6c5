package io.keepalive;

import static io.keepalive.KeepAliveOption.TCP_KEEPIDLE;
import static io.keepalive.KeepAliveOption.TCP_KEEPINTVL;
import static io.keepalive.KeepAliveOption.TCP_USER_TIMEOUT;

import io.keepalive.internal.DurationText;
import io.keepalive.internal.KernelTime;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link KeepAlive} policy. Not thread-safe.
 *
 * <p>Each setter checks its own value, {@link #build()} checks how the values go together. What is not set is left to
 * the operating system, unless a goal is set: {@link #outliving(Duration)}, {@link #detectWithin(Duration)} and
 * {@link #toleratingLostProbes(int)}, in any combination, have planned whatever is not set. Values set explicitly are
 * never changed: if no policy with them answers all the questions, {@link #build()} refuses and says what would do.
 *
 * @since 0.1
 */
public final class KeepAliveBuilder {
    /**
     * Half of it is 2 s for a kernel, sent 2.25 s after the last byte at the latest. With anything shorter, whole
     * seconds and late timers leave too little for the way to the box.
     */
    private static final Duration SHORTEST_IDLE_TIMEOUT = Duration.ofSeconds(3);

    /** Idle 1 s and one probe interval of 1 s, late, and the second that {@link KeepAlive#detectionTimeAtMost} adds. */
    private static final Duration SHORTEST_DETECTION = Duration.ofMillis(3250);

    private static final Duration LONGEST_SECONDS = Duration.ofSeconds(Integer.MAX_VALUE);
    private static final Duration LONGEST_MILLIS = Duration.ofMillis(Integer.MAX_VALUE);

    private @Nullable Duration idle;
    private @Nullable Duration interval;
    private @Nullable Integer count;
    private @Nullable Duration userTimeout;
    private boolean userTimeoutAuto;
    private @Nullable Duration outliving;
    private @Nullable Duration detectWithin;
    private @Nullable Integer lostProbes;

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
     * <p>Linux only: {@link KeepAliveOption#TCP_USER_TIMEOUT} says what the JVM needs. Where it can't be had, it is reported as
     * {@code UNSUPPORTED}, and the rest of the policy is applied.
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
     * 32767 s), interval an eighth of it (at most 30 s), both rounded up to whole seconds, count 8; less where another
     * goal asks for it. The policy {@linkplain KeepAlive#outlives outlives} the box, late timers included.
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
     * Plans what is not set so that a dead, idle connection is noticed in time, late timers included. Alone: at
     * least half of the time is silence, the rest probing, with up to 8 probes at most 30 s apart; for 2 minutes 57 s,
     * 6 s, 8. Very short times leave room for few probes: {@link #toleratingLostProbes(int)} insists on more.
     *
     * @param atMost the bound on {@link KeepAlive#detectionTimeAtMost()}; at least 3250 ms
     * @return this
     * @throws IllegalArgumentException if below 3250 ms
     */
    public KeepAliveBuilder detectWithin(Duration atMost) {
        Objects.requireNonNull(atMost, "atMost");
        if (atMost.compareTo(SHORTEST_DETECTION) < 0) {
            throw new IllegalArgumentException("detect-within: " + show(atMost) + " (expected: at least "
                    + show(SHORTEST_DETECTION)
                    + "; the kernel waits for whole seconds, one before a probe and one after"
                    + " it, up to an eighth late; use an application heartbeat)");
        }
        this.detectWithin = atMost;
        return this;
    }

    /**
     * Plans what is not set so that a living peer is not given up when some probes in a row, or their answers, are lost
     * on the way: at least one more is sent, late timers included. With {@link #outliving(Duration)} that one more also
     * reaches the box in time. Alone it plans the count only, at least 8, and leaves the times to the operating system.
     *
     * @param lostProbes how many, from 0 to 126: Linux sends at most 127
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public KeepAliveBuilder toleratingLostProbes(int lostProbes) {
        if (lostProbes < 0 || lostProbes >= Planner.GREATEST_PLANNED_COUNT) {
            throw new IllegalArgumentException("tolerating-lost-probes: " + lostProbes
                    + " (expected: 0 to 126; one more has to be sent, and Linux sends at most 127)");
        }
        this.lostProbes = lostProbes;
        return this;
    }

    /**
     * Makes the policy. The builder can be used further.
     *
     * @return the policy
     * @throws IllegalArgumentException if the values contradict each other; the message names them all, and what would
     *     do instead
     */
    public KeepAlive build() {
        Duration idle = this.idle;
        Duration interval = this.interval;
        Integer count = this.count;
        PlanRequest request = new PlanRequest(
                idle, interval, count, userTimeout, userTimeoutAuto, outliving, detectWithin, lostProbes);
        if (request.asksAnything()) {
            if (!request.plansTimes() && userTimeout != null && (idle == null || interval == null)) {
                throw PlanRefusal.ofUnknownTimes(request);
            }
            Planner.Plan plan = Planner.plan(request);
            count = count != null ? count : Integer.valueOf(plan.count());
            if (request.plansTimes()) {
                idle = idle != null ? idle : Duration.ofSeconds(plan.idle());
                interval = interval != null ? interval : Duration.ofSeconds(plan.interval());
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

    private static String show(@Nullable Duration duration) {
        return duration == null ? "unset" : DurationText.format(duration);
    }
}

package io.keepalive;

import io.keepalive.internal.DurationText;
import io.keepalive.internal.KernelTime;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A TCP keepalive policy: after how much silence a connection is probed, how often, and when it is given up.
 *
 * <p>Immutable, thread-safe, a value. Values that a policy leaves unset stay as the operating system has them. A
 * {@code SocketKeeper} applies a policy to sockets:
 *
 * <pre>{@code
 * KeepAlive policy = KeepAlive.outliving(Middlebox.AZURE_LOAD_BALANCER); // idle=120s,interval=30s,count=8
 * KeepAliveReport report = SocketKeeper.of(policy).keep(socket);
 * }</pre>
 *
 * <p>TCP keepalive works in whole seconds and proves that the peer's <em>kernel</em> is reachable. It has nothing to do
 * with HTTP keep-alive, it does not run while sent data is unacknowledged (that is what the user timeout is for), and
 * it can't see that the program on the other side hangs.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/tcp.7.html">man 7 tcp</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9293#section-3.8.4">RFC 9293, section 3.8.4</a>
 * @since 0.1
 */
public final class KeepAlive {
    private static final KeepAlive DEFAULTS = builder()
            .idle(Duration.ofSeconds(30))
            .interval(Duration.ofSeconds(5))
            .count(6)
            .build();
    private static final KeepAlive OFF = new KeepAlive(false, null, null, null, null, false);

    private final boolean on;
    private final @Nullable Duration idle;
    private final @Nullable Duration interval;
    private final @Nullable Integer count;
    private final @Nullable Duration userTimeout;
    private final boolean userTimeoutAuto;

    KeepAlive(
            boolean on,
            @Nullable Duration idle,
            @Nullable Duration interval,
            @Nullable Integer count,
            @Nullable Duration userTimeout,
            boolean userTimeoutAuto) {
        this.on = on;
        this.idle = idle;
        this.interval = interval;
        this.count = count;
        this.userTimeout = userTimeout;
        this.userTimeoutAuto = userTimeoutAuto;
    }

    /**
     * The policy for who has no other number: idle 30 s, interval 5 s, count 6. Six probes at 30, 35 … 55 s, given up
     * after 60 s, which is below every layer-4 timeout of the catalogue.
     *
     * @return 30 s, 5 s, 6; fixed, whatever the operating system's defaults are
     */
    public static KeepAlive defaults() {
        return DEFAULTS;
    }

    /**
     * A policy that switches probing off.
     *
     * @return {@code SO_KEEPALIVE} off, nothing else touched
     */
    public static KeepAlive off() {
        return OFF;
    }

    /**
     * A policy whose probes keep a flow known to a box that forgets idle flows: see
     * {@link KeepAliveBuilder#outliving(Duration)}. For 4 minutes: 120 s, 30 s, 8.
     *
     * @param idleTimeout after how much silence the box forgets a flow; at least 3 s
     * @return idle half of it, interval an eighth of it but at most 30 s, count 8
     * @throws IllegalArgumentException if the timeout is below 3 s
     */
    public static KeepAlive outliving(Duration idleTimeout) {
        return builder().outliving(idleTimeout).build();
    }

    /**
     * A policy that outlives a known box at its default idle timeout. Where the timeout was configured, use
     * {@link #outliving(Duration)}.
     *
     * @param box the box between the two ends
     * @return as {@link #outliving(Duration)}
     * @throws IllegalArgumentException if keepalive probes don't refresh a flow in this box, because it counts payload
     *     only: there nothing but an application heartbeat helps
     */
    public static KeepAlive outliving(Middlebox box) {
        return builder().outliving(box).build();
    }

    /**
     * Starts a policy in which everything is left to the operating system but {@code SO_KEEPALIVE}, which is on.
     *
     * @return a new builder
     */
    public static KeepAliveBuilder builder() {
        return new KeepAliveBuilder();
    }

    /**
     * Reads a policy from text: {@code defaults}, {@code off}, {@code on}, or settings separated by commas:
     * {@code idle=120s,interval=30s,count=8,user-timeout=auto}, {@code outliving=4m},
     * {@code outliving=azure-load-balancer,user-timeout=auto}, {@code detect-within=2m,tolerating-lost-probes=2}: see
     * {@link KeepAliveBuilder}, of whose setters these are the names. Durations need a unit: ns, us, ms, s, m, h, d.
     *
     * @param text the policy; spaces around commas and equal signs are ignored
     * @return the policy
     * @throws IllegalArgumentException if the text has an unknown, doubled or contradicting setting; the message names
     *     it, its value and what is expected
     */
    public static KeepAlive parse(String text) {
        return PolicyText.parse(text);
    }

    /**
     * Whether idle connections are probed at all.
     *
     * @return false for {@link #off()} only
     */
    public boolean isOn() {
        return on;
    }

    /**
     * Idle time before the first probe, as asked for; the kernel rounds up to whole seconds.
     *
     * @return empty if left to the operating system
     */
    public Optional<Duration> idle() {
        return Optional.ofNullable(idle);
    }

    /**
     * Time between unanswered probes, as asked for; the kernel rounds up to whole seconds.
     *
     * @return empty if left to the operating system
     */
    public Optional<Duration> interval() {
        return Optional.ofNullable(interval);
    }

    /**
     * Unanswered probes before the connection is given up.
     *
     * @return empty if left to the operating system
     */
    public OptionalInt count() {
        return count == null ? OptionalInt.empty() : OptionalInt.of(count);
    }

    /**
     * How long sent data may stay unacknowledged.
     *
     * @return empty if left to the operating system, whose own limit is about a quarter of an hour on Linux
     */
    public Optional<Duration> userTimeout() {
        return Optional.ofNullable(userTimeout);
    }

    /**
     * How long after the last segment from the peer an idle connection is declared dead: idle + interval × count, in
     * the kernel's whole seconds. With a user timeout the kernel ignores the count and gives up at the first probe,
     * except the very first, that finds the user timeout passed.
     *
     * @return the nominal time; empty if the policy is off or leaves open what decides about it (a report knows)
     */
    public Optional<Duration> detectionTime() {
        if (!on || idle == null || interval == null) {
            return Optional.empty();
        }
        int idleSeconds = KernelTime.wholeSeconds(idle);
        int intervalSeconds = KernelTime.wholeSeconds(interval);
        if (userTimeout != null) {
            return Optional.of(KernelTime.detectionWithUserTimeout(
                    idleSeconds, intervalSeconds, KernelTime.wholeMillis(userTimeout)));
        }
        return count == null
                ? Optional.empty()
                : Optional.of(KernelTime.detection(idleSeconds, intervalSeconds, count));
    }

    /**
     * The bound on {@link #detectionTime()}: kernel timers run late by up to an eighth, and the verdict has to reach
     * the program. 360 s nominal were measured as 366 s.
     *
     * @return 1.125 × the nominal time + 1 s; empty where {@link #detectionTime()} is
     */
    public Optional<Duration> detectionTimeAtMost() {
        return detectionTime().map(KernelTime::latestVerdict);
    }

    /**
     * Whether the first probe of an idle connection surely goes out before a box with this idle timeout forgets the
     * flow, late kernel timers and half a second for the way included. Says nothing about boxes that don't count
     * probes: {@link Middlebox#refreshedBy()}.
     *
     * @param idleTimeout after how much silence the box forgets a flow
     * @return false also if the policy is off, or leaves the idle time to the operating system
     */
    public boolean outlives(Duration idleTimeout) {
        Objects.requireNonNull(idleTimeout, "idleTimeout");
        return on
                && idle != null
                && KernelTime.latestAtBox(Duration.ofSeconds(KernelTime.wholeSeconds(idle)))
                                .compareTo(idleTimeout)
                        <= 0;
    }

    /**
     * How many probes of an idle connection surely reach a box in time if none of them is answered, late kernel timers
     * and half a second for the way included. At least 1 exactly if {@link #outlives} says yes.
     *
     * @param time how long after the last byte, for example the box's idle timeout
     * @return the least number; 0 if the policy is off or leaves the idle time to the operating system, at most 1 where
     *     it leaves the interval, or what ends the probing, to the operating system
     */
    public int probesWithin(Duration time) {
        Objects.requireNonNull(time, "time");
        if (!outlives(time)) {
            return 0;
        }
        if (idle == null || interval == null) {
            return idle == null ? 0 : 1;
        }
        long afterFirst = KernelTime.latestProbeFor(time) - KernelTime.wholeSeconds(idle);
        long due = 1 + afterFirst / KernelTime.wholeSeconds(interval);
        return (int) Math.min(due, 1L + toleratedLostProbes().orElse(0));
    }

    /**
     * How many probes in a row, or their answers, can be lost without a living peer being given up: one fewer than are
     * sent. With a user timeout, the fewest that late timers allow, since a late probe finds more of it passed.
     *
     * @return empty if the policy is off or leaves what decides about it to the operating system
     */
    public OptionalInt toleratedLostProbes() {
        if (!on) {
            return OptionalInt.empty();
        }
        if (userTimeout == null) {
            return count == null ? OptionalInt.empty() : OptionalInt.of(count - 1);
        }
        if (idle == null || interval == null) {
            return OptionalInt.empty();
        }
        long probes = KernelTime.probesBeforeUserTimeout(
                KernelTime.wholeSeconds(idle), KernelTime.wholeSeconds(interval), KernelTime.wholeMillis(userTimeout));
        return OptionalInt.of(Math.toIntExact(probes - 1));
    }

    /**
     * Draws the time line of a connection that falls silent: when it is probed, when it is declared dead, and what the
     * policy leaves to the operating system. For people; the wording may change.
     *
     * @return lines of at most 100 columns, each ended by a line feed
     */
    public String explain() {
        return PolicyExplanation.of(this, null, null);
    }

    /**
     * The same with a box on the way: when it forgets the flow, and whether the policy outlives it, with what margin.
     *
     * @param idleTimeout after how much silence the box forgets a flow; more than 0
     * @return lines of at most 100 columns, each ended by a line feed
     * @throws IllegalArgumentException if the time is not positive
     */
    public String explain(Duration idleTimeout) {
        Objects.requireNonNull(idleTimeout, "idleTimeout");
        if (idleTimeout.isZero() || idleTimeout.isNegative()) {
            throw new IllegalArgumentException(
                    "idleTimeout: " + DurationText.format(idleTimeout) + " (expected: more than 0)");
        }
        return PolicyExplanation.of(this, idleTimeout, null);
    }

    /**
     * The same for a known box at its default idle timeout; for one that counts payload only, that no probe helps.
     *
     * @param box the box between the two ends
     * @return lines of at most 100 columns, each ended by a line feed
     */
    public String explain(Middlebox box) {
        return PolicyExplanation.of(this, box.idleTimeout(), box);
    }

    /**
     * A builder that starts from this policy.
     *
     * @return a new builder
     * @throws IllegalStateException if this policy is {@link #off()}: there is nothing to build upon
     */
    public KeepAliveBuilder toBuilder() {
        if (!on) {
            throw new IllegalStateException("KeepAlive.off() has no settings to build upon; use KeepAlive.builder()");
        }
        KeepAliveBuilder builder = builder();
        idle().ifPresent(builder::idle);
        interval().ifPresent(builder::interval);
        count().ifPresent(builder::count);
        if (userTimeoutAuto) {
            return builder.userTimeoutAuto();
        }
        userTimeout().ifPresent(builder::userTimeout);
        return builder;
    }

    boolean isUserTimeoutAuto() {
        return userTimeoutAuto;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeepAlive that
                && on == that.on
                && userTimeoutAuto == that.userTimeoutAuto
                && Objects.equals(idle, that.idle)
                && Objects.equals(interval, that.interval)
                && Objects.equals(count, that.count)
                && Objects.equals(userTimeout, that.userTimeout);
    }

    @Override
    public int hashCode() {
        return Objects.hash(on, idle, interval, count, userTimeout, userTimeoutAuto);
    }

    /**
     * This policy in the grammar of {@link #parse}.
     *
     * @return for example {@code idle=120s,interval=30s,count=8}; parses to an equal policy
     */
    @Override
    public String toString() {
        return PolicyText.format(this);
    }
}

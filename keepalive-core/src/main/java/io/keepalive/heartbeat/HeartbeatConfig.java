package io.keepalive.heartbeat;

import io.keepalive.Middlebox;
import io.keepalive.internal.DurationMath;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When to send a BEAT or a PING, and when a peer is dead. Immutable and thread-safe.
 *
 * <p>By default a side sends something every 15 s, pings a peer that was silent for 30 s, and declares it dead when three PINGs
 * in a row stay unanswered for 10 s each: 60 s after the last byte, plus two {@linkplain #tick() ticks}. See
 * {@link HeartbeatConfigBuilder} for the relations between the values.
 *
 * @since 0.1
 */
public final class HeartbeatConfig {
    private static final HeartbeatConfig DEFAULTS = builder().build();

    final long pingIdleNanos;
    final long pongTimeoutNanos;
    final int maxMissedPongs;
    final long beatIntervalNanos;
    final int jitterPercent;
    final long readPauseTimeoutNanos;
    final long writeStallTimeoutNanos;
    final long closeTimeoutNanos;
    final long localPauseAllowanceNanos;
    final long minPingIntervalNanos;
    final boolean requireHeartbeats;
    final boolean oneWay;
    private final long tickNanos;
    private final long sampleIntervalNanos;

    /** What was set, and what is derived: derived values stay so in {@link #toBuilder}. Never changed. */
    private final HeartbeatConfigBuilder origin;

    HeartbeatConfig(HeartbeatConfigBuilder builder) {
        this.origin = new HeartbeatConfigBuilder(builder);
        this.pingIdleNanos = builder.pingIdle().toNanos();
        this.pongTimeoutNanos = builder.pongTimeout().toNanos();
        this.maxMissedPongs = builder.maxMissedPongs;
        this.beatIntervalNanos = builder.beatInterval().toNanos();
        this.jitterPercent = builder.jitterPercent;
        this.readPauseTimeoutNanos = builder.readPauseTimeout.toNanos();
        this.writeStallTimeoutNanos = builder.writeStallTimeout.toNanos();
        this.closeTimeoutNanos = builder.closeTimeout.toNanos();
        this.localPauseAllowanceNanos = builder.localPauseAllowance().toNanos();
        this.minPingIntervalNanos = builder.minPingInterval.toNanos();
        this.requireHeartbeats = builder.requireHeartbeats;
        this.oneWay = builder.oneWay;
        this.sampleIntervalNanos = Math.min(pingIdleNanos, beatIntervalNanos) / 2;
        long shortest = Math.min(Math.min(pingIdleNanos, pongTimeoutNanos), beatIntervalNanos);
        this.tickNanos = Math.max(1_000_000L, Math.min(1_000_000_000L, shortest / 8));
    }

    /**
     * 15 s / 30 s / 10 s / 3: below every layer-4 idle timeout of the {@link Middlebox} catalogue.
     *
     * @return the defaults
     */
    public static HeartbeatConfig defaults() {
        return DEFAULTS;
    }

    /**
     * A configuration that keeps a middlebox with this idle timeout from forgetting the flow.
     *
     * @param idleTimeout after how much silence the middlebox forgets a flow; 80 ms to 2 days
     * @return {@link HeartbeatConfigBuilder#outliving(Duration)} and nothing else
     * @throws IllegalArgumentException if out of range
     */
    public static HeartbeatConfig outliving(Duration idleTimeout) {
        return builder().outliving(idleTimeout).build();
    }

    /**
     * The same for a known middlebox at its default idle timeout.
     *
     * @param box the middlebox between the two ends
     * @return {@link HeartbeatConfigBuilder#outliving(Middlebox)} and nothing else
     * @throws IllegalArgumentException if heartbeats don't refresh this middlebox
     */
    public static HeartbeatConfig outliving(Middlebox box) {
        return builder().outliving(box).build();
    }

    /**
     * Starts with the defaults.
     *
     * @return a new builder
     */
    public static HeartbeatConfigBuilder builder() {
        return new HeartbeatConfigBuilder();
    }

    /**
     * Starts with what was set of this configuration: derived values stay derived, and {@code toBuilder().build()} equals
     * this.
     *
     * @return a new builder
     */
    public HeartbeatConfigBuilder toBuilder() {
        return new HeartbeatConfigBuilder(origin);
    }

    /**
     * Reads the grammar of {@link #toString()}: {@code key=value} pairs and the words {@code require-heartbeats} and
     * {@code one-way}, separated by commas; or {@code defaults} alone. The keys are {@code ping-idle},
     * {@code pong-timeout}, {@code max-missed-pongs}, {@code beat-interval}, {@code jitter}, {@code read-pause-timeout},
     * {@code write-stall-timeout}, {@code local-pause-allowance}, {@code min-ping-interval} and {@code outliving}; what is left out has
     * its default. For example {@code outliving=azure-load-balancer,max-missed-pongs=2}.
     *
     * @param text the configuration
     * @return the configuration
     * @throws IllegalArgumentException if the text is none; the message names the part and what is expected
     */
    public static HeartbeatConfig parse(String text) {
        return HeartbeatText.parse(text);
    }

    /**
     * The silence that leads to a PING.
     *
     * @return more than 0
     */
    public Duration pingIdle() {
        return Duration.ofNanos(pingIdleNanos);
    }

    /**
     * How long a PING may stay unanswered before it counts as a missed PONG.
     *
     * @return more than 0
     */
    public Duration pongTimeout() {
        return Duration.ofNanos(pongTimeoutNanos);
    }

    /**
     * How many missed PONGs in a row are fatal.
     *
     * @return 1 to 100
     */
    public int maxMissedPongs() {
        return maxMissedPongs;
    }

    /**
     * The longest time in which this side sends nothing.
     *
     * @return more than 0
     */
    public Duration beatInterval() {
        return Duration.ofNanos(beatIntervalNanos);
    }

    /**
     * By how much, at most, a BEAT or a PING comes earlier than it has to.
     *
     * @return 0 to 50, in per cent
     */
    public int jitterPercent() {
        return jitterPercent;
    }

    /**
     * How long the application may leave everything unread.
     *
     * @return more than 0
     */
    public Duration readPauseTimeout() {
        return Duration.ofNanos(readPauseTimeoutNanos);
    }

    /**
     * How long queued bytes may make no progress.
     *
     * @return more than 0
     */
    public Duration writeStallTimeout() {
        return Duration.ofNanos(writeStallTimeoutNanos);
    }

    /**
     * How long a lingering close may make no progress: nothing received, nothing acknowledged.
     *
     * @return more than 0
     */
    public Duration closeTimeout() {
        return Duration.ofNanos(closeTimeoutNanos);
    }

    /**
     * How much of the local pauses a silent peer is granted, in sum, until bytes are received again.
     *
     * @return 0 or more
     */
    public Duration localPauseAllowance() {
        return Duration.ofNanos(localPauseAllowanceNanos);
    }

    /**
     * The shortest time between two PINGs of the peer, on average.
     *
     * @return more than 0
     */
    public Duration minPingInterval() {
        return Duration.ofNanos(minPingIntervalNanos);
    }

    /** Whether a peer that never sent a heartbeat may be declared dead for its silence. False by default. */
    public boolean requireHeartbeats() {
        return requireHeartbeats;
    }

    /** Whether the protocol has BEATs only, and no PING that the peer would answer. False by default. */
    public boolean isOneWay() {
        return oneWay;
    }

    /**
     * The resolution of decisions: how late a timer may be before that counts as a local pause, and how long a SUSPECT
     * gets until it is DEAD. A timer or wheel that drives a {@link Heartbeat} should be at
     * least twice as fine.
     *
     * @return an eighth of the shortest of {@link #pingIdle}, {@link #pongTimeout} and {@link #beatInterval}; at least
     *     1 ms, at most 1 s
     */
    public Duration tick() {
        return Duration.ofNanos(tickNanos());
    }

    /**
     * The resolution of a wheel or timer that drives heartbeats of this configuration.
     *
     * @return half of a {@link #tick()}
     */
    public Duration resolution() {
        return DurationMath.divide(tick(), 2);
    }

    long tickNanos() {
        return tickNanos;
    }

    /** The longest time between two samples of the counters: whatever they show happened up to so long ago. */
    long sampleIntervalNanos() {
        return sampleIntervalNanos;
    }

    /**
     * The bound: a peer of which nothing is received any more is declared dead within this time after its last byte, if
     * the PINGs to it leave in time and the timers are on time.
     *
     * <p>If every timer is late by at most L, for ever, it is within this time + localPauseAllowance + (maxMissedPongs + 3) × L;
     * without the localPauseAllowance if L is not more than a {@linkplain #tick() tick}, since then it is no pause. A transport
     * that can't report when a PING has left its queue adds a tick and L for each.
     *
     * @return pingIdle + maxMissedPongs × pongTimeout + 2 ticks
     */
    public Duration detectionTime() {
        return Duration.ofNanos(pingIdleNanos + maxMissedPongs * pongTimeoutNanos + 2 * tickNanos());
    }

    /**
     * A lower bound: no peer is declared dead for a silence shorter than this, whatever jitter and the time between two
     * ticks do, unless {@link Heartbeat#pingNow} demanded less.
     *
     * @return pingIdle − the greater of the jitter and half of the shorter of pingIdle and beatInterval + maxMissedPongs ×
     *     pongTimeout
     */
    public Duration toleratedSilence() {
        long early = Math.max(sampleIntervalNanos(), pingIdleNanos / 100 * jitterPercent);
        return Duration.ofNanos(pingIdleNanos - early + maxMissedPongs * pongTimeoutNanos);
    }

    /**
     * What to use on the next connections to a peer that closed one because of too many pings: everything that it may
     * have counted comes half as often.
     *
     * @return twice the pingIdle and pongTimeout of this configuration, up to a day; beats stay as they are, since
     *     they keep the flow alive and need no PONG
     */
    public HeartbeatConfig slower() {
        return toBuilder()
                .beatInterval(beatInterval())
                .anyInterval()
                .pingIdle(shorter(DurationMath.multiply(pingIdle(), 2), HeartbeatConfigBuilder.LONGEST))
                .pongTimeout(shorter(DurationMath.multiply(pongTimeout(), 2), HeartbeatConfigBuilder.LONGEST))
                .build();
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /**
     * The same with another beat interval, as agreed with a peer: not bound to the idle timeout that this configuration
     * outlives.
     *
     * @param interval 10 ms to 1 day
     * @return a configuration
     */
    public HeartbeatConfig withBeatInterval(Duration interval) {
        return toBuilder().anyInterval().beatInterval(interval).build();
    }

    private List<Object> values() {
        return List.of(
                pingIdleNanos,
                pongTimeoutNanos,
                maxMissedPongs,
                beatIntervalNanos,
                jitterPercent,
                readPauseTimeoutNanos,
                writeStallTimeoutNanos,
                closeTimeoutNanos,
                localPauseAllowanceNanos,
                minPingIntervalNanos,
                requireHeartbeats,
                oneWay);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HeartbeatConfig config && values().equals(config.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    /**
     * This configuration in the grammar of {@link #parse}.
     *
     * @return all the values
     */
    @Override
    public String toString() {
        return HeartbeatText.format(this);
    }
}

package io.keepalive.heartbeat;

import io.keepalive.Middlebox;
import java.time.Duration;

/**
 * When to beat, when to ask, and when a peer is given up. Immutable and thread-safe.
 *
 * <p>The defaults send something every 15 s, ask a peer that was silent for 30 s, and give it up when three questions in
 * a row stay unanswered for 10 s each: 60 s after the last byte, and two {@linkplain #tick() ticks}. How the values
 * relate, and where they come from, is told at {@link HeartbeatConfigBuilder}.
 *
 * @since 0.1
 */
public final class HeartbeatConfig {
    private static final HeartbeatConfig DEFAULTS = builder().build();

    final long pingAfterNanos;
    final long answerWithinNanos;
    final int strikes;
    final long beatEveryNanos;
    final int jitterPercent;
    final long readPauseNanos;
    final long writeStallNanos;
    final long pauseCreditNanos;
    final long permitPingEveryNanos;
    final boolean mustSupport;
    final boolean oneWay;

    HeartbeatConfig(HeartbeatConfigBuilder builder) {
        this.pingAfterNanos = builder.pingAfter.toNanos();
        this.answerWithinNanos = builder.answerWithin.toNanos();
        this.strikes = builder.strikes;
        this.beatEveryNanos = builder.beatEvery().toNanos();
        this.jitterPercent = builder.jitterPercent;
        this.readPauseNanos = builder.readPause.toNanos();
        this.writeStallNanos = builder.writeStall.toNanos();
        this.pauseCreditNanos = builder.pauseCredit().toNanos();
        this.permitPingEveryNanos = builder.permitPingEvery.toNanos();
        this.mustSupport = builder.mustSupport;
        this.oneWay = builder.oneWay;
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
     * A configuration that keeps a box with this idle timeout from forgetting the flow.
     *
     * @param idleTimeout after how much silence the box forgets a flow; 80 ms to 2 days
     * @return {@link HeartbeatConfigBuilder#outliving(Duration)} and nothing else
     * @throws IllegalArgumentException if out of range
     */
    public static HeartbeatConfig outliving(Duration idleTimeout) {
        return builder().outliving(idleTimeout).build();
    }

    /**
     * The same for a known box at its default idle timeout.
     *
     * @param box the box between the two ends
     * @return {@link HeartbeatConfigBuilder#outliving(Middlebox)} and nothing else
     * @throws IllegalArgumentException if heartbeats don't refresh this box
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
     * Starts with the values of this configuration.
     *
     * @return a new builder
     */
    public HeartbeatConfigBuilder toBuilder() {
        return new HeartbeatConfigBuilder(this);
    }

    /**
     * Reads the grammar of {@link #toString()}: {@code key=value} pairs and the words {@code must-support} and
     * {@code one-way}, separated by commas; or {@code defaults} alone. The keys are {@code ping-after},
     * {@code answer-within}, {@code strikes}, {@code beat-every}, {@code jitter}, {@code read-pause},
     * {@code write-stall}, {@code pause-credit}, {@code permit-ping-every} and {@code outliving}; what is left out has
     * its default. For example {@code outliving=azure-load-balancer,strikes=2}.
     *
     * @param text the configuration
     * @return the configuration
     * @throws IllegalArgumentException if the text is none; the message names the part and what is expected
     */
    public static HeartbeatConfig parse(String text) {
        return HeartbeatText.parse(text);
    }

    /**
     * Silence after which the peer is asked.
     *
     * @return more than 0
     */
    public Duration pingAfter() {
        return Duration.ofNanos(pingAfterNanos);
    }

    /**
     * How long a question may stay unanswered before it counts as a strike.
     *
     * @return more than 0
     */
    public Duration answerWithin() {
        return Duration.ofNanos(answerWithinNanos);
    }

    /**
     * How many unanswered questions in a row are fatal.
     *
     * @return 1 to 100
     */
    public int strikes() {
        return strikes;
    }

    /**
     * The longest time in which this side sends nothing.
     *
     * @return more than 0
     */
    public Duration beatEvery() {
        return Duration.ofNanos(beatEveryNanos);
    }

    /**
     * By how much, at most, a beat or a question comes earlier than it has to.
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
    public Duration readPause() {
        return Duration.ofNanos(readPauseNanos);
    }

    /**
     * How long queued bytes may make no progress.
     *
     * @return more than 0
     */
    public Duration writeStall() {
        return Duration.ofNanos(writeStallNanos);
    }

    /**
     * How much of this process' own pauses a silent peer is granted, in sum, until it is heard again.
     *
     * @return 0 or more
     */
    public Duration pauseCredit() {
        return Duration.ofNanos(pauseCreditNanos);
    }

    /**
     * The shortest time between two questions of the peer, on average.
     *
     * @return more than 0
     */
    public Duration permitPingEvery() {
        return Duration.ofNanos(permitPingEveryNanos);
    }

    /**
     * Whether a peer that never showed that it knows heartbeats may be convicted of silence.
     *
     * @return false by default
     */
    public boolean mustSupport() {
        return mustSupport;
    }

    /**
     * Whether the protocol has beats only, and no question that the peer would answer.
     *
     * @return false by default
     */
    public boolean isOneWay() {
        return oneWay;
    }

    /**
     * The resolution of decisions: how late a timer may come without being taken for a pause of this process, and how
     * long a suspected peer gets until it is convicted. A timer or wheel that drives a {@link Heartbeat} should be at
     * least twice as fine.
     *
     * @return an eighth of the shortest of {@link #pingAfter}, {@link #answerWithin} and {@link #beatEvery}; at least
     *     1 ms, at most 1 s
     */
    public Duration tick() {
        return Duration.ofNanos(tickNanos());
    }

    long tickNanos() {
        long shortest = Math.min(Math.min(pingAfterNanos, answerWithinNanos), beatEveryNanos);
        return Math.max(1_000_000L, Math.min(1_000_000_000L, shortest / 8));
    }

    /** The longest time between two looks at the counters: whatever they show happened up to so long ago. */
    long lookEveryNanos() {
        return Math.min(pingAfterNanos, beatEveryNanos) / 2;
    }

    /**
     * The bound: a peer of which nothing is received any more is declared lost within this time after its last byte, if
     * the questions to it leave in time and the timers come on time.
     *
     * <p>If every timer is late by at most L, for ever, it is within this time + pauseCredit + (strikes + 3) × L; without
     * the pauseCredit if L is not more than a {@linkplain #tick() tick}, since then it is no pause. A transport that can't
     * tell when a question has left its queue adds a tick and L for each.
     *
     * @return pingAfter + strikes × answerWithin + 2 ticks
     */
    public Duration detectionTime() {
        return Duration.ofNanos(pingAfterNanos + strikes * answerWithinNanos + 2 * tickNanos());
    }

    /**
     * What to use on the next connections to a peer that closed one because of too many pings: everything that it may
     * have counted comes half as often.
     *
     * @return twice the pingAfter and answerWithin of this configuration, up to a day; beats stay as they are, since
     *     they keep the flow alive and ask for nothing
     */
    public HeartbeatConfig slower() {
        return toBuilder()
                .pingAfter(shorter(pingAfter().multipliedBy(2), HeartbeatConfigBuilder.LONGEST))
                .answerWithin(shorter(answerWithin().multipliedBy(2), HeartbeatConfigBuilder.LONGEST))
                .build();
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeartbeatConfig config && toString().equals(config.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
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

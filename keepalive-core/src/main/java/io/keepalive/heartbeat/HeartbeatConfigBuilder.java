package io.keepalive.heartbeat;

import io.keepalive.Middlebox;
import io.keepalive.internal.DurationMath;
import io.keepalive.internal.DurationText;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link HeartbeatConfig}. Not thread-safe.
 *
 * <p>Each setter checks its own value, {@link #build()} checks how the values go together.
 *
 * <table>
 * <caption>Defaults and relations</caption>
 * <tr><th>Setting</th><th>Default</th><th>Relation</th></tr>
 * <tr><td>pingIdle</td><td>30 s</td><td>at most half of an idle timeout to outlive</td></tr>
 * <tr><td>pongTimeout, maxMissedPongs</td><td>10 s, 3</td><td></td></tr>
 * <tr><td>beatInterval</td><td>half of pingIdle</td><td>at most half of an idle timeout to outlive</td></tr>
 * <tr><td>jitter</td><td>10 %</td><td>of the BEATs and PINGs, only ever earlier</td></tr>
 * <tr><td>readPauseTimeout</td><td>5 min</td><td></td></tr>
 * <tr><td>writeStallTimeout</td><td>60 s</td><td></td></tr>
 * <tr><td>closeTimeout</td><td>2 min</td><td></td></tr>
 * <tr><td>localPauseAllowance</td><td>pingIdle + maxMissedPongs × pongTimeout, at most 1 day</td><td></td></tr>
 * <tr><td>minPingInterval</td><td>1 s</td><td></td></tr>
 * <tr><td>requireHeartbeats, oneWay</td><td>no</td><td></td></tr>
 * </table>
 *
 * @since 0.1
 */
public final class HeartbeatConfigBuilder {
    static final Duration SHORTEST = Duration.ofMillis(10);
    static final Duration LONGEST = Duration.ofDays(1);
    private static final Duration LONGEST_PATIENCE = Duration.ofDays(365);
    private static final Duration LONGEST_OUTLIVED = DurationMath.multiply(LONGEST, 2);

    private @Nullable Duration pingIdle;
    private @Nullable Duration pongTimeout;
    int maxMissedPongs = 3;
    private @Nullable Duration beatInterval;
    int jitterPercent = 10;
    Duration readPauseTimeout = Duration.ofMinutes(5);
    Duration writeStallTimeout = Duration.ofSeconds(60);
    Duration closeTimeout = Duration.ofMinutes(2);
    private @Nullable Duration localPauseAllowance;
    Duration minPingInterval = Duration.ofSeconds(1);
    boolean requireHeartbeats;
    boolean oneWay;
    private @Nullable Duration idleTimeout;
    private boolean anyInterval;

    HeartbeatConfigBuilder() {}

    HeartbeatConfigBuilder(HeartbeatConfigBuilder other) {
        this.pingIdle = other.pingIdle;
        this.pongTimeout = other.pongTimeout;
        this.maxMissedPongs = other.maxMissedPongs;
        this.beatInterval = other.beatInterval;
        this.jitterPercent = other.jitterPercent;
        this.readPauseTimeout = other.readPauseTimeout;
        this.writeStallTimeout = other.writeStallTimeout;
        this.closeTimeout = other.closeTimeout;
        this.localPauseAllowance = other.localPauseAllowance;
        this.minPingInterval = other.minPingInterval;
        this.requireHeartbeats = other.requireHeartbeats;
        this.oneWay = other.oneWay;
        this.idleTimeout = other.idleTimeout;
        this.anyInterval = other.anyInterval;
    }

    /** Does not check the intervals against the idle timeout to outlive: they were agreed with a peer, or are to be longer. */
    HeartbeatConfigBuilder anyInterval() {
        this.anyInterval = true;
        return this;
    }

    /**
     * The silence that leads to a PING. Any received byte ends a silence.
     *
     * @param pingIdle 10 ms to 1 day; on shared networks not below 15 s (RFC 8085, section 3.5)
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public HeartbeatConfigBuilder pingIdle(Duration pingIdle) {
        this.pingIdle = checked("ping-idle", pingIdle, SHORTEST, LONGEST);
        return this;
    }

    /**
     * How long a PING may stay unanswered, from when it left the send queue, before it counts as a missed PONG. Where the
     * peer sends no BEATs, this has to cover what stands in front of the PING in the kernel's send buffer: megabytes on a
     * slow link are many seconds.
     *
     * @param pongTimeout 10 ms to 1 day
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public HeartbeatConfigBuilder pongTimeout(Duration pongTimeout) {
        this.pongTimeout = checked("pong-timeout", pongTimeout, SHORTEST, LONGEST);
        return this;
    }

    /**
     * How many missed PONGs in a row are fatal. One lost packet costs TCP itself a second or more, so 1 is for
     * local networks.
     *
     * @param maxMissedPongs 1 to 100
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public HeartbeatConfigBuilder maxMissedPongs(int maxMissedPongs) {
        this.maxMissedPongs = checked("max-missed-pongs", maxMissedPongs, 1, 100);
        return this;
    }

    /**
     * The longest time in which this side sends nothing, whether or not it receives anything: so that one-sided traffic
     * proves both directions, and refreshes both directions in every middlebox on the way.
     *
     * @param beatInterval 10 ms to 1 day
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public HeartbeatConfigBuilder beatInterval(Duration beatInterval) {
        this.beatInterval = checked("beat-interval", beatInterval, SHORTEST, LONGEST);
        return this;
    }

    /**
     * By how much, at most, BEATs and PINGs come earlier than they have to, so that thousands of connections don't
     * send them at the same instant. Never later (RFC 5880, section 6.8.7, has 25 %).
     *
     * @param percent 0 to 50
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public HeartbeatConfigBuilder jitterPercent(int percent) {
        this.jitterPercent = checked("jitter", percent, 0, 50);
        return this;
    }

    /**
     * How long the application may leave everything unread. While it does not read, the peer's silence proves nothing;
     * after this time the connection is dead, with {@link io.keepalive.loss.LossCause#READ_PAUSED}. Local pauses don't
     * count. Noticed at ticks, of which there are at least two in each pingIdle and in each beatInterval.
     *
     * @param readPauseTimeout 10 ms to 365 days
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public HeartbeatConfigBuilder readPauseTimeout(Duration readPauseTimeout) {
        this.readPauseTimeout = checked("read-pause-timeout", readPauseTimeout, SHORTEST, LONGEST_PATIENCE);
        return this;
    }

    /**
     * How long queued bytes may make no progress before the connection is dead, with
     * {@link io.keepalive.loss.LossCause#WRITE_STALLED} (compare RFC 9687, the send hold timer of BGP). Noticed at ticks, of
     * which there are at least two in each pingIdle and in each beatInterval; one more {@linkplain HeartbeatConfig#tick()
     * tick} decides.
     *
     * @param writeStallTimeout 10 ms to 365 days
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public HeartbeatConfigBuilder writeStallTimeout(Duration writeStallTimeout) {
        this.writeStallTimeout = checked("write-stall-timeout", writeStallTimeout, SHORTEST, LONGEST_PATIENCE);
        return this;
    }

    /**
     * How long a close in order may make no progress, neither bytes received nor bytes acknowledged, until the
     * connection is reset. A process that sends no BEATs needs so long to read what the kernels hold: 4 MiB at 35 kB/s. BEATs
     * are progress, too, so a close takes at most eight times as long from the moment at which all that was written has left.
     *
     * @param closeTimeout 10 ms to 1 day
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public HeartbeatConfigBuilder closeTimeout(Duration closeTimeout) {
        this.closeTimeout = checked("close-timeout", closeTimeout, SHORTEST, LONGEST);
        return this;
    }

    /**
     * How much of the local pauses (process stopped, starved, collecting garbage), seen as late timers, a silent peer is
     * granted in sum until bytes are received again. Capped, so that a process that is always late still finds dead peers.
     *
     * @param localPauseAllowance 0 to 1 day
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public HeartbeatConfigBuilder localPauseAllowance(Duration localPauseAllowance) {
        this.localPauseAllowance = checked("local-pause-allowance", localPauseAllowance, Duration.ZERO, LONGEST);
        return this;
    }

    /**
     * The shortest time between two PINGs of the peer, on average. Eight may come at once. Two more are tolerated
     * ({@code MAX_PING_STRIKES} of gRPC); at the third the connection is dead, with
     * {@link io.keepalive.loss.LossCause#PROTOCOL}.
     *
     * @param minPingInterval 10 ms to 1 day
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public HeartbeatConfigBuilder minPingInterval(Duration minPingInterval) {
        this.minPingInterval = checked("min-ping-interval", minPingInterval, SHORTEST, LONGEST);
        return this;
    }

    /**
     * Requires that every peer supports heartbeats. Without this a peer that has never sent a heartbeat is not declared dead
     * for its silence: it may be an older one, in a fleet that is being upgraded.
     *
     * @return this
     */
    public HeartbeatConfigBuilder requireHeartbeats() {
        this.requireHeartbeats = true;
        return this;
    }

    /**
     * For a protocol that has BEATs only. No PING is sent then: a missed PONG is a silence of
     * {@link #pongTimeout pongTimeout} after {@link #pingIdle pingIdle}.
     *
     * @return this
     */
    public HeartbeatConfigBuilder oneWay() {
        this.oneWay = true;
        return this;
    }

    /**
     * Derives what is not set from the idle timeout of a middlebox: pingIdle is half of it, beatInterval a quarter, pongTimeout
     * an eighth, at most 10 s. Values set explicitly, before or afterwards, are never changed; those that would let the
     * middlebox win are refused by {@link #build}.
     *
     * @param idleTimeout after how much silence the middlebox forgets a flow; 80 ms to 2 days
     * @return this
     * @throws IllegalArgumentException if out of range
     */
    public HeartbeatConfigBuilder outliving(Duration idleTimeout) {
        this.idleTimeout = checked("outliving", idleTimeout, DurationMath.multiply(SHORTEST, 8), LONGEST_OUTLIVED);
        return this;
    }

    /**
     * The same for a known middlebox at its default idle timeout.
     *
     * @param box the middlebox between the two ends
     * @return this
     * @throws IllegalArgumentException if only whole requests refresh the middlebox
     */
    public HeartbeatConfigBuilder outliving(Middlebox box) {
        if (box.refreshedBy() == Middlebox.Refresh.REQUEST) {
            throw new IllegalArgumentException("outliving: " + box.text()
                    + " (expected: a box that payload refreshes; this one counts whole requests: send one within "
                    + DurationText.format(box.idleTimeout()) + ", or raise its idle timeout; " + box.note() + ")");
        }
        return outliving(box.idleTimeout());
    }

    /**
     * Checks how the values go together.
     *
     * @return the configuration
     * @throws IllegalArgumentException if a value does not outlive the middlebox; the message has both values
     */
    public HeartbeatConfig build() {
        if (idleTimeout != null && !anyInterval) {
            checkOutlives("ping-idle", pingIdle(), idleTimeout);
            checkOutlives("beat-interval", beatInterval(), idleTimeout);
        }
        return new HeartbeatConfig(this);
    }

    Duration pingIdle() {
        if (pingIdle != null) {
            return pingIdle;
        }
        return idleTimeout == null ? Duration.ofSeconds(30) : DurationMath.divide(idleTimeout, 2);
    }

    Duration pongTimeout() {
        if (pongTimeout != null) {
            return pongTimeout;
        }
        Duration most = Duration.ofSeconds(10);
        return idleTimeout == null || DurationMath.divide(idleTimeout, 8).compareTo(most) >= 0
                ? most
                : DurationMath.divide(idleTimeout, 8);
    }

    Duration beatInterval() {
        if (beatInterval != null) {
            return beatInterval;
        }
        Duration half = idleTimeout == null ? DurationMath.divide(pingIdle(), 2) : DurationMath.divide(idleTimeout, 4);
        return half.compareTo(SHORTEST) < 0 ? SHORTEST : half;
    }

    Duration localPauseAllowance() {
        Duration silence = pingIdle().plus(DurationMath.multiply(pongTimeout(), maxMissedPongs));
        return localPauseAllowance != null ? localPauseAllowance : silence.compareTo(LONGEST) < 0 ? silence : LONGEST;
    }

    private static void checkOutlives(String name, Duration value, Duration idleTimeout) {
        Duration most = DurationMath.divide(idleTimeout, 2);
        if (value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + ": " + DurationText.format(value) + " with outliving: "
                    + DurationText.format(idleTimeout) + " (expected: " + name + " of at most "
                    + DurationText.format(most) + ", half of the idle timeout, so that one may get lost)");
        }
    }

    private static Duration checked(String name, Duration value, Duration least, Duration most) {
        Objects.requireNonNull(value, name);
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + ": " + DurationText.format(value) + " (expected: "
                    + DurationText.format(least) + " to " + DurationText.format(most) + ")");
        }
        return value;
    }

    private static int checked(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + least + " to " + most + ")");
        }
        return value;
    }
}

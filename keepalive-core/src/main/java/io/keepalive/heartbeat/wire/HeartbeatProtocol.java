package io.keepalive.heartbeat.wire;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.internal.DurationMath;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What all connections of one configuration share: the HELLO, and what most peers agree on. Immutable to its users, and
 * thread-safe: one for each server, client or loop.
 *
 * @since 0.1
 */
public final class HeartbeatProtocol {
    /** The least interval of a HELLO. */
    private static final Duration FLOOR = Duration.ofSeconds(1);

    /** The greatest interval of a configuration. A peer that wants to receive less often receives more: that is allowed. */
    private static final Duration CEILING = Duration.ofDays(1);

    private final HeartbeatConfig config;
    private final Hello hello;

    /** The last agreement: the peers of a fleet mostly agree alike, and so their connections share it. */
    private volatile @Nullable Handshake lastAgreed;

    private volatile @Nullable HeartbeatConfig lastConfig;

    private HeartbeatProtocol(HeartbeatConfig config, Hello hello) {
        this.config = Objects.requireNonNull(config, "config");
        this.hello = Objects.requireNonNull(hello, "hello");
    }

    /**
     * The protocol with the HELLO that follows from a configuration.
     *
     * @param config when to do what; the beat interval is negotiated from it
     * @return to be shared by all connections
     */
    public static HeartbeatProtocol of(HeartbeatConfig config) {
        return of(config, helloOf(config));
    }

    /**
     * The protocol with a HELLO that holds more than follows from the configuration.
     *
     * @param config when to do what
     * @param hello {@link #helloOf}, perhaps with a known middlebox or another largest frame
     * @return to be shared by all connections
     */
    public static HeartbeatProtocol of(HeartbeatConfig config, Hello hello) {
        return new HeartbeatProtocol(config, hello);
    }

    /**
     * The HELLO that follows from a configuration: it can send every beatInterval and wants to hear twice as often as it
     * would ping, both at least 1 s; it declares its peer dead after its detection time. Without a middlebox.
     *
     * @param config the configuration
     * @return a value
     */
    public static Hello helloOf(HeartbeatConfig config) {
        return new Hello(
                Hello.VERSION,
                wholeMillis(config.beatInterval()),
                wholeMillis(DurationMath.divide(config.pingIdle(), 2)),
                wholeMillis(config.detectionTime()),
                Duration.ZERO,
                Hello.DEFAULT_LARGEST_FRAME);
    }

    /** What fits into a HELLO. */
    private static Duration wholeMillis(Duration duration) {
        return Duration.ofMillis(Math.max(FLOOR.toMillis(), Math.min(Integer.MAX_VALUE, duration.toMillis())));
    }

    /**
     * The configuration of this side.
     *
     * @return as given
     */
    public HeartbeatConfig config() {
        return config;
    }

    /**
     * The HELLO of this side.
     *
     * @return as given, or computed
     */
    public Hello hello() {
        return hello;
    }

    /**
     * A session on a connection whose way to the peer is free: after TLS and proxies. The limit for the peer's HELLO starts
     * now.
     *
     * @param nowNanos the time
     * @return a session with a seed of its own
     */
    public FrameSession session(long nowNanos) {
        return new FrameSession(this, new Heartbeat(config, nowNanos), nowNanos);
    }

    /**
     * The same with a chosen seed, for tests.
     *
     * @param seed makes the jitter and the PING ids
     * @param nowNanos the time
     * @return a session
     */
    public FrameSession session(long seed, long nowNanos) {
        return new FrameSession(this, new Heartbeat(config, seed, nowNanos), nowNanos);
    }

    /** The same agreement, shared with the connection before if that one agreed alike. */
    Handshake agreed(Handshake handshake) {
        Handshake last = lastAgreed;
        if (last != null && last.equals(handshake)) {
            return last;
        }
        lastAgreed = handshake;
        return handshake;
    }

    /** The configuration of a connection that has agreed. A beat interval below the floor of a HELLO concerns no peer. */
    HeartbeatConfig agreedConfig(Agreement agreement) {
        Duration wanted = agreement.sendEvery();
        Duration every = wanted.compareTo(CEILING) > 0 ? CEILING : wanted;
        boolean isBelowFloor = every.equals(FLOOR) && config.beatInterval().compareTo(FLOOR) < 0;
        if (every.isZero() || isBelowFloor || every.equals(config.beatInterval())) {
            return config;
        }
        HeartbeatConfig last = lastConfig;
        if (last == null || !every.equals(last.beatInterval())) {
            last = config.withBeatInterval(every);
            lastConfig = last;
        }
        return last;
    }
}

package io.keepalive.cli.relay.io;

import io.keepalive.cli.relay.engine.Side;
import io.keepalive.cli.relay.tls.TlsContext;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.wire.HeartbeatProtocol;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which legs lead to other relays and speak the heartbeat protocol with them.
 *
 * @param sides where the other relays are
 * @param protocol shared by all of these legs
 * @param tls below the frames; null if they are not encrypted
 */
public record Framing(
        Set<Side> sides,
        HeartbeatProtocol protocol,
        @Nullable TlsContext tls) {
    /** The longest that a configuration allows. */
    private static final Duration FOR_EVER = Duration.ofDays(365);

    /**
     * Framing with heartbeats of this configuration, but for its limits on a side that stops reading: the program behind
     * the other relay may be slow, and a relay has no time limit of its own.
     */
    public static Framing of(Set<Side> sides, HeartbeatConfig config, @Nullable TlsContext tls) {
        HeartbeatConfig patient = config.toBuilder()
                .readPauseTimeout(FOR_EVER)
                .writeStallTimeout(FOR_EVER)
                .build();
        return new Framing(Set.copyOf(sides), HeartbeatProtocol.of(patient), tls);
    }
}

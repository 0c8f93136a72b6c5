package io.keepalive.heartbeat.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HandshakeTest {
    private static final Hello MINE = Hello.every(Duration.ofSeconds(30), Duration.ofSeconds(75));
    private static final HeartbeatProtocol PROTOCOL = HeartbeatProtocol.of(HeartbeatConfig.defaults(), MINE);
    private static final Hello SLOWER = Hello.every(Duration.ofSeconds(40), Duration.ofSeconds(95));

    private static Handshake agreed(Hello peer) throws ProtocolException {
        return PROTOCOL.agreed(new Handshake(Agreement.of(MINE, peer), 0));
    }

    @Test
    void agreed_asTheConnectionBefore_isShared_andOtherwiseNot() throws ProtocolException {
        Handshake first = agreed(MINE);
        assertThat(agreed(MINE)).isSameAs(first);
        Handshake other = agreed(SLOWER);
        assertThat(other).isNotEqualTo(first);
        assertThat(agreed(SLOWER)).isSameAs(other);
    }

    @Test
    void agreedConfig_withABeatIntervalThatNoHelloCanHold_isThatOfThisSide() throws ProtocolException {
        HeartbeatConfig quick = HeartbeatConfig.builder()
                .pingIdle(Duration.ofMillis(100))
                .beatInterval(Duration.ofMillis(20))
                .build();
        HeartbeatProtocol protocol = HeartbeatProtocol.of(quick);
        assertThat(protocol.config()).isSameAs(quick);
        HeartbeatConfig agreed = protocol.agreedConfig(Agreement.of(protocol.hello(), protocol.hello()));
        assertThat(agreed.beatInterval()).isEqualTo(quick.beatInterval());
    }
}

package io.keepalive.heartbeat.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.loss.Confidence;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.LossCause;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class FrameSessionTest {
    private static final long SECOND = 1_000_000_000;
    private static final HeartbeatConfig CONFIG =
            HeartbeatConfig.builder().jitterPercent(0).build();

    private long now;
    private final Side client = new Side(CONFIG);
    private final Side server =
            new Side(CONFIG.toBuilder().beatInterval(Duration.ofSeconds(20)).build());

    /** One end, and what it sent but the other did not receive yet. */
    private final class Side {
        final FrameSession session;
        final FrameDecoder decoder;
        final ByteBuffer sent = ByteBuffer.allocate(4096);
        final List<FrameType> received = new ArrayList<>();

        Side(HeartbeatConfig config) {
            this(HeartbeatProtocol.of(config));
        }

        Side(HeartbeatProtocol protocol) {
            this.session = protocol.session(1, now);
            this.decoder = new FrameDecoder(session.order());
        }

        void tick() {
            session.onTick(now, true, false, 0);
            write();
        }

        void write() {
            while (session.write(sent)) {
                // all there is
            }
            session.onFlushed(now);
        }

        void receive(Side from) {
            from.sent.flip();
            if (from.sent.hasRemaining()) {
                session.heartbeat().onReceived();
            }
            try {
                while (decoder.next(from.sent)) {
                    received.add(decoder.type());
                    session.onFrame(decoder, now);
                }
            } catch (ProtocolException e) {
                session.onViolation(e, now);
            }
            from.sent.clear();
            write();
        }

        ConnectionLoss loss() {
            return session.loss().orElseThrow();
        }
    }

    private void greet() {
        client.write();
        server.write();
        client.receive(server);
        server.receive(client);
    }

    private void exchangeUntil(long untilNanos) {
        while (now < untilNanos) {
            now = Math.min(
                    client.session.heartbeat().dueNanos(),
                    server.session.heartbeat().dueNanos());
            client.tick();
            server.tick();
            client.receive(server);
            server.receive(client);
        }
    }

    @Test
    void hello_bothWays_agreesOnTheSlowerBeatAndProvesThePeer() {
        greet();
        assertThat(client.session.order().agreement()).isPresent();
        assertThat(client.session.heartbeat().peerSupportsHeartbeats()).isTrue();
        assertThat(client.session.heartbeat().config().beatInterval()).isEqualTo(Duration.ofSeconds(15));
        assertThat(server.session.heartbeat().config().beatInterval()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void hello_thatAgreesOnOurOwnInterval_keepsTheSharedConfiguration() {
        greet();
        assertThat(client.session.heartbeat().config()).isSameAs(CONFIG);
        assertThat(server.session.heartbeat().config()).isNotSameAs(CONFIG);
    }

    @Test
    void hello_ofASlowerPeer_isFollowed_andConnectionsThatAgreeAlikeShareTheConfiguration() {
        HeartbeatConfig hurried = HeartbeatConfig.parse("ping-idle=9s,beat-interval=5s,jitter=0%");
        HeartbeatProtocol protocol = HeartbeatProtocol.of(hurried);
        List<FrameSession> sessions = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Side slower = new Side(CONFIG);
            Side one = new Side(protocol);
            slower.write();
            one.write();
            slower.receive(one);
            one.receive(slower);
            sessions.add(one.session);
            assertThat(slower.session.heartbeat().config()).isSameAs(CONFIG);
        }
        HeartbeatConfig followed = sessions.get(0).heartbeat().config();
        Agreement agreement = sessions.get(0).order().agreement().orElseThrow();
        assertThat(followed.beatInterval()).isEqualTo(agreement.sendEvery()).isEqualTo(CONFIG.beatInterval());
        assertThat(followed.pingIdle()).isEqualTo(hurried.pingIdle());
        assertThat(sessions.get(1).heartbeat().config()).isSameAs(followed);
    }

    @Test
    void hello_ofAPeerThatWantsToHearNextToNothing_isNoReasonToFail() throws Exception {
        Side one = new Side(CONFIG);
        Hello rarely = new Hello(
                Hello.VERSION,
                Duration.ofSeconds(1),
                Duration.ofMillis(Integer.MAX_VALUE),
                Duration.ofDays(20),
                Duration.ZERO,
                Hello.DEFAULT_LARGEST_FRAME);
        one.session.order().onHello(rarely);
        one.session.onFrame(FrameType.HELLO, 0, now);
        assertThat(one.session.heartbeat().config().beatInterval()).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void idle_forAnHour_beatsKeepBothAliveWithoutAPing() {
        greet();
        exchangeUntil(3600 * SECOND);
        assertThat(client.session.loss()).isEmpty();
        assertThat(server.session.loss()).isEmpty();
        assertThat(server.received).containsOnly(FrameType.HELLO, FrameType.BEAT);
        assertThat(server.received).hasSizeBetween(1 + 239, 1 + 241);
        assertThat(client.received).hasSizeBetween(1 + 179, 1 + 181);
    }

    @Test
    void silence_afterHello_isDeadWithinTheBound() {
        greet();
        while (client.session.loss().isEmpty()) {
            now = client.session.heartbeat().dueNanos();
            client.tick();
        }
        assertThat(client.loss().cause()).isEqualTo(LossCause.HEARTBEAT_TIMEOUT);
        assertThat(now).isBetween(60 * SECOND, CONFIG.detectionTime().toNanos());
    }

    @Test
    void pingNow_pong_hasARoundTripTime() {
        greet();
        client.session.heartbeat().pingNow(Duration.ofSeconds(1), now);
        client.write();
        now += 3_000_000;
        server.receive(client);
        now += 4_000_000;
        client.receive(server);
        assertThat(client.session.heartbeat().lastRttNanos()).isEqualTo(7_000_000);
        assertThat(client.session.heartbeat().isChecking()).isFalse();
    }

    @Test
    void silencePeer_beforeHello_isSilence_withinTheBound() {
        client.write();
        while (client.session.end() == null) {
            now = client.session.heartbeat().dueNanos();
            client.tick();
        }
        assertThat(now)
                .isBetween(
                        CONFIG.toleratedSilence().toNanos(),
                        CONFIG.detectionTime().toNanos());
        assertThat(client.loss().cause()).isEqualTo(LossCause.HEARTBEAT_TIMEOUT);
        assertThat(client.session.pollClose()).isEqualTo(LingeringClose.Action.RESET);
    }

    @Test
    void bytesWithoutAHello_for10Seconds_areAViolation_andThePeerIsSentTheReason() {
        client.write();
        client.session.heartbeat().onReceived();
        while (client.session.end() == null) {
            now = client.session.heartbeat().dueNanos();
            client.tick();
        }
        assertThat(now).isBetween(10 * SECOND, 12 * SECOND);
        assertThat(client.loss().cause()).isEqualTo(LossCause.PROTOCOL);
        server.write();
        server.receive(client);
        assertThat(server.received).endsWith(FrameType.CLOSE);
        assertThat(server.loss().evidence()).contains(CloseReason.HELLO_TIMEOUT.description());
        assertThat(end(server).isLoss()).isTrue();
    }

    @Test
    void helloArrivedWhileThisProcessWasStopped_isInTime() {
        client.write();
        server.write();
        now = 60 * SECOND; // stopped for a minute; timers run before reads
        client.tick();
        assertThat(client.session.loss()).isEmpty();
        client.receive(server);
        now += 2 * SECOND;
        client.tick();
        assertThat(client.session.loss()).isEmpty();
    }

    @Test
    void endOfBothSides_thenFin_isAnEndInOrder_andNoLoss() {
        greet();
        client.session.endOutput();
        client.write();
        server.receive(client);
        assertThat(server.session.closing()).isNull();
        server.session.endOutput();
        server.write();
        client.receive(server);
        server.write();
        assertThat(client.session.pollClose()).isEqualTo(LingeringClose.Action.SHUT_OUTPUT);
        assertThat(server.session.pollClose()).isEqualTo(LingeringClose.Action.SHUT_OUTPUT);
        assertThat(client.session.end()).isNull();
        client.session.onInputEnded(now);
        assertThat(client.session.pollClose()).isEqualTo(LingeringClose.Action.CLOSE);
        ConnectionEnd end = Objects.requireNonNull(client.session.pollEnd());
        assertThat(end.inOrder()).isTrue();
        assertThat(end.isLoss()).isFalse();
        assertThat(end.resets()).isFalse();
        assertThat(end.by()).isEqualTo(ConnectionEnd.By.THIS_SIDE);
        assertThat(client.session.pollEnd()).isNull();
    }

    @Test
    void fin_withoutEnd_isALossByThePeer() {
        greet();
        client.session.onInputEnded(now);
        assertThat(client.loss().cause()).isEqualTo(LossCause.PEER_CLOSED);
        assertThat(end(client).by()).isEqualTo(ConnectionEnd.By.PEER);
        assertThat(end(client).isLoss()).isTrue();
        assertThat(client.session.pollClose()).isEqualTo(LingeringClose.Action.CLOSE);
    }

    @Test
    void close_reachesThePeer_lingersUntilItsFin_andIsNoLossOnEitherSide() {
        greet();
        client.session.close(CloseReason.GOING_AWAY, now);
        client.write();
        assertThat(client.session.pollClose()).isEqualTo(LingeringClose.Action.SHUT_OUTPUT);
        assertThat(client.session.end()).isNull();
        server.receive(client);
        assertThat(server.loss().cause()).isEqualTo(LossCause.PEER_CLOSED);
        assertThat(server.loss().evidence()).contains(CloseReason.GOING_AWAY.description());
        assertThat(end(server).isLoss()).isFalse();
        assertThat(server.session.pollClose()).isEqualTo(LingeringClose.Action.SHUT_OUTPUT);
        client.session.onInputEnded(now);
        assertThat(client.session.pollClose()).isEqualTo(LingeringClose.Action.CLOSE);
        assertThat(client.loss().cause()).isEqualTo(LossCause.LOCAL_CLOSED);
        assertThat(end(client).inOrder()).isTrue();
        assertThat(end(client).isLoss()).isFalse();
        client.session.endOutput();
        client.write();
        assertThat(client.sent.position()).isZero();
    }

    @Test
    void violation_isSentWithItsReason() {
        greet();
        client.sent.putInt(FrameHeader.of(FrameType.PING, 3)).putInt(0);
        server.receive(client);
        assertThat(server.loss().cause()).isEqualTo(LossCause.PROTOCOL);
        client.receive(server);
        assertThat(client.loss().evidence()).contains(CloseReason.FRAME_LENGTH.description());
    }

    @Test
    void pingFlood_isClosedByName() {
        greet();
        FrameEncoder encoder = new FrameEncoder(client.session.order());
        for (int i = 0; i < 100 && server.session.loss().isEmpty(); i++) {
            encoder.ping(i, client.sent);
            server.receive(client);
        }
        assertThat(server.session.heartbeat().isFlooded()).isTrue();
        server.write();
        client.receive(server);
        assertThat(client.loss().evidence()).contains(CloseReason.TOO_MANY_PINGS.description());
    }

    private static ConnectionEnd end(Side side) {
        return Objects.requireNonNull(side.session.end());
    }

    @Test
    void endOfStream_transportKnowsOfAReset_isThatLoss() {
        client.session.onEndOfStream(known(LossCause.PEER_RESET), now);
        assertThat(client.session.loss().orElseThrow().cause()).isEqualTo(LossCause.PEER_RESET);
    }

    @Test
    void endOfStream_unknownWhileThisSideCloses_isItsOwnEnd() {
        client.session.close(CloseReason.NORMAL, now);
        client.write();
        client.session.onEndOfStream(known(LossCause.UNKNOWN), now);
        assertThat(client.session.loss()).as("the close goes on").isEmpty();
    }

    @Test
    void endOfStream_unknownWithoutAClose_isTheTransportsLoss() {
        client.session.onEndOfStream(known(LossCause.UNKNOWN), now);
        assertThat(client.session.loss().orElseThrow().cause()).isEqualTo(LossCause.UNKNOWN);
    }

    @Test
    void endOfStream_fin_isThePeersClose() {
        client.session.onEndOfStream(null, now);
        assertThat(client.session.loss().orElseThrow().cause()).isEqualTo(LossCause.PEER_CLOSED);
    }

    private static ConnectionLoss known(LossCause cause) {
        return new ConnectionLoss(cause, Confidence.LOW, "what the transport knows");
    }
}

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
    private int ticks;
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
        tickUntilTheEnd(client);
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
        tickUntilTheEnd(client);
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
        tickUntilTheEnd(client);
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

    // ---- what is written, and when

    @Test
    void write_needsRoomForOneControlFrame_andNoMore() {
        ByteBuffer room = ByteBuffer.allocate(FrameEncoder.CONTROL_FRAME_BYTES);
        assertThat(client.session.write(room.limit(FrameEncoder.CONTROL_FRAME_BYTES - 1)))
                .isFalse();
        assertThat(room.position()).isZero();
        assertThat(client.session.write(room.clear())).as("HELLO").isTrue();
    }

    @Test
    void writeAll_writesAllThatIsDue_thenNothing() {
        greet();
        FrameEncoder encoder = new FrameEncoder(client.session.order());
        encoder.ping(1, client.sent);
        encoder.ping(2, client.sent);
        client.sent.flip();
        server.session.heartbeat().onReceived();
        server.session.onFrame(FrameType.PING, 1, now);
        server.session.onFrame(FrameType.PING, 2, now);

        assertThat(server.session.writeAll(server.sent)).isTrue();
        assertThat(server.sent.position()).as("two PONGs").isEqualTo(2 * (FrameHeader.BYTES + Long.BYTES));
        assertThat(server.session.writeAll(server.sent)).isFalse();
    }

    @Test
    void data_isAsGoodAsABeat() {
        greet();
        ByteBuffer control = ByteBuffer.allocate(FrameSession.CONTROL_BYTES);
        for (int second = 1; second <= 60; second++) {
            now = second * SECOND;
            client.session.heartbeat().onReceived();
            client.session.begin(1, control);
            client.session.onTick(now, true, false, 0);
            client.session.onFlushed(now);
        }
        assertThat(control.position()).as("no BEAT among the DATA").isZero();
    }

    @Test
    void helloAndEnd_countAsSent() {
        int before = client.session.heartbeat().sentCount();
        client.write();
        assertThat(client.session.heartbeat().sentCount()).isEqualTo(before + 1);
        client.session.endOutput();
        client.write();
        assertThat(client.session.heartbeat().sentCount()).isEqualTo(before + 2);
    }

    /** Rule 3: the timeout of a PING starts when it leaves this process, however long that takes. */
    @Test
    void pingThatWaitsInThisProcess_isNoMissedPong() {
        greet();
        client.session.heartbeat().pingNow(Duration.ofSeconds(2), now);
        assertThat(client.session.writeAll(client.sent)).isTrue();
        for (int second = 1; second <= 20; second++) {
            now = second * SECOND;
            client.session.onTick(now, true, false, 0);
        }
        assertThat(client.session.isPingQueued()).isTrue();
        assertThat(client.session.heartbeat().missedPongs()).isZero();

        client.session.onFlushed(now);
        assertThat(client.session.isPingQueued()).isFalse();
        tickUntilTheEnd(client);
        assertThat(now).as("2 s, and a tick").isEqualTo(23 * SECOND);
    }

    // ---- HELLO

    /** The peer may be one that never stops to send something else. */
    @Test
    void helloTimeout_isATickOfItsOwn_howeverRareTicksAre() {
        Side rare = new Side(HeartbeatConfig.parse("ping-idle=10m,beat-interval=10m,pong-timeout=10s,jitter=0%"));
        assertThat(rare.session.heartbeat().dueNanos()).isEqualTo(10 * SECOND);
        rare.write();
        rare.session.heartbeat().onReceived();
        tickUntilTheEnd(rare);
        assertThat(rare.loss().cause()).isEqualTo(LossCause.PROTOCOL);
        assertThat(now).as("10 s, and a tick").isEqualTo(11 * SECOND);
    }

    @Test
    void helloThatWasReceivedButNotReadInTime_getsATickToBeRead() {
        client.write();
        client.session.heartbeat().onReceived();
        now = 10 * SECOND;
        client.session.onTick(5 * SECOND, true, false, 0);
        client.tick();
        assertThat(client.session.end()).isNull();
        assertThat(client.session.heartbeat().dueNanos()).isEqualTo(11 * SECOND);
        server.write();
        client.receive(server);
        now = 11 * SECOND;
        client.tick();
        assertThat(client.session.end()).isNull();
    }

    @Test
    void helloThatTheApplicationDoesNotRead_isNotOverdue() {
        client.write();
        client.session.heartbeat().onReceived();
        for (int second = 5; second <= 30; second++) {
            now = second * SECOND;
            client.session.onTick(now, false, false, 0);
        }
        assertThat(client.session.end()).isNull();
    }

    // ---- END and CLOSE

    @Test
    void endOfThePeer_isNoSilence_thoughNothingFollows() {
        greet();
        client.session.endOutput();
        client.write();
        server.receive(client);
        for (int second = 1; second <= 600; second++) {
            now = second * SECOND;
            server.tick();
        }
        assertThat(server.session.end()).isNull();
        assertThat(server.received).endsWith(FrameType.END);
    }

    @Test
    void endOfBothSides_isByTheSideThatSentItFirst() {
        greet();
        client.session.endOutput();
        client.write();
        server.receive(client);
        server.session.endOutput();
        server.write();
        client.receive(server);
        for (Side side : List.of(client, server)) {
            assertThat(side.session.pollClose()).isEqualTo(LingeringClose.Action.SHUT_OUTPUT);
            side.session.onInputEnded(now);
            assertThat(side.loss().evidence()).isEqualTo("both sides sent END");
        }
        assertThat(end(client).by()).isEqualTo(ConnectionEnd.By.THIS_SIDE);
        assertThat(client.loss().cause()).isEqualTo(LossCause.LOCAL_CLOSED);
        assertThat(end(server).by()).isEqualTo(ConnectionEnd.By.PEER);
        assertThat(server.loss().cause()).isEqualTo(LossCause.PEER_CLOSED);
    }

    /** A transport may report the peer's FIN before it reports that the last bytes have left. */
    @Test
    void fin_beforeTheSecondEndIsReportedToHaveLeft_isAnEndInOrder() {
        greet();
        client.session.endOutput();
        client.write();
        server.receive(client);
        server.session.endOutput();
        server.session.writeAll(server.sent);
        server.session.onInputEnded(now);
        assertThat(server.session.end()).isNull();
        server.session.onFlushed(now);
        assertThat(server.session.pollClose()).isEqualTo(LingeringClose.Action.SHUT_OUTPUT);
        assertThat(server.session.pollClose()).isEqualTo(LingeringClose.Action.CLOSE);
        server.session.onTick(now, true, false, 0);
        assertThat(end(server).inOrder()).isTrue();
    }

    @Test
    void closeAfterThePeersEnd_isACloseOfThisSide() {
        greet();
        client.session.endOutput();
        client.write();
        server.receive(client);
        server.session.close(CloseReason.NORMAL, now);
        server.write();
        assertThat(server.session.pollClose()).isEqualTo(LingeringClose.Action.SHUT_OUTPUT);
        server.session.onInputEnded(now);
        assertThat(end(server).by()).isEqualTo(ConnectionEnd.By.THIS_SIDE);
        assertThat(server.loss().cause()).isEqualTo(LossCause.LOCAL_CLOSED);
        assertThat(server.loss().evidence()).isEqualTo("closed here: " + CloseReason.NORMAL.description());
    }

    // ---- a close that the peer does not complete

    @Test
    void close_peerHangs_isDeadBySilence_thoughTheApplicationDoesNotRead() {
        greet();
        client.session.close(CloseReason.NORMAL, now);
        client.write();
        assertThat(client.session.pollClose()).isEqualTo(LingeringClose.Action.SHUT_OUTPUT);
        client.sent.clear();
        while (client.session.end() == null) {
            toNextTick(client);
            client.session.onTick(now, false, false, 0);
        }
        assertThat(client.loss().cause()).isEqualTo(LossCause.HEARTBEAT_TIMEOUT);
        assertThat(now)
                .isBetween(
                        CONFIG.toleratedSilence().toNanos(),
                        CONFIG.detectionTime().toNanos());
        assertThat(client.session.pollClose()).isEqualTo(LingeringClose.Action.RESET);
    }

    @Test
    void close_peerThatHasEnded_needNotBeat_andGetsTheWholeTimeout() {
        greet();
        server.session.endOutput();
        server.write();
        client.receive(server);
        client.session.close(CloseReason.NORMAL, now);
        client.write();
        tickUntilTheEnd(client);
        assertThat(client.loss().cause()).isEqualTo(LossCause.LOCAL_CLOSED);
        assertThat(now).isEqualTo(CONFIG.closeTimeout().toNanos());
    }

    @Test
    void close_peerThatNeverAgreedToBeat_getsTheWholeTimeout() {
        client.session.close(CloseReason.NORMAL, now);
        client.write();
        tickUntilTheEnd(client);
        assertThat(client.loss().cause()).isEqualTo(LossCause.LOCAL_CLOSED);
        assertThat(client.loss().evidence()).contains("the peer did not close within");
        assertThat(now).isEqualTo(CONFIG.closeTimeout().toNanos());
    }

    @Test
    void close_peerStillSends_isWaitedFor_withinTheLimit() {
        Side side = new Side(HeartbeatConfig.parse("close-timeout=20s,jitter=0%"));
        side.session.close(CloseReason.NORMAL, now);
        side.write();
        for (int second = 1; second < 8 * 20; second++) {
            now = second * SECOND;
            side.session.onDiscarded(now);
            side.session.onTick(now, true, false, 0);
            assertThat(side.session.end()).as("after %d s", second).isNull();
        }
        now = 8 * 20 * SECOND;
        side.tick();
        assertThat(side.loss().cause()).isEqualTo(LossCause.LOCAL_CLOSED);
    }

    @Test
    void close_thatCannotLeave_isAStalledWrite_whateverIsReceived() {
        client.session.close(CloseReason.NORMAL, now);
        client.session.writeAll(client.sent);
        while (client.session.end() == null) {
            toNextTick(client);
            client.session.onDiscarded(now);
            client.session.onTick(now, true, false, 0);
        }
        assertThat(client.loss().cause()).isEqualTo(LossCause.WRITE_STALLED);
        assertThat(now).isEqualTo(CONFIG.closeTimeout().toNanos());
    }

    @Test
    void closeTimeout_isATickOfItsOwn_howeverRareTicksAre() {
        Side side = new Side(HeartbeatConfig.parse("close-timeout=2s,jitter=0%"));
        side.session.close(CloseReason.NORMAL, now);
        assertThat(side.session.heartbeat().dueNanos()).isEqualTo(2 * SECOND);
        side.write();
        now = SECOND;
        side.tick();
        assertThat(side.session.heartbeat().dueNanos()).isEqualTo(2 * SECOND);
    }

    @Test
    void discardedBytes_proveThatThePeerIsAlive() {
        greet();
        client.session.close(CloseReason.NORMAL, now);
        client.write();
        while (now < 100 * SECOND) {
            toNextTick(client);
            client.session.onDiscarded(now);
            client.session.onTick(now, true, false, 0);
        }
        assertThat(client.session.end()).as("not dead after 62 s").isNull();
    }

    // ---- failures

    @Test
    void fail_returnsWhetherItIsTheEnd_andTheFirstOneStays() {
        assertThat(client.session.fail(known(LossCause.PEER_RESET), now)).isTrue();
        assertThat(client.session.fail(known(LossCause.UNKNOWN), now)).isFalse();
        assertThat(client.session.fail(known(LossCause.UNKNOWN), ConnectionEnd.By.UNKNOWN, now))
                .isFalse();
        assertThat(client.loss().cause()).isEqualTo(LossCause.PEER_RESET);
        assertThat(end(client).by()).isEqualTo(ConnectionEnd.By.PEER);
    }

    @Test
    void transportClosed_bySomethingElseHere_isNoLoss_andOtherwiseThePeersProbably() {
        assertThat(client.session.onTransportClosed(ConnectionEnd.By.THIRD_PARTY, now))
                .isTrue();
        assertThat(client.session.onTransportClosed(ConnectionEnd.By.UNKNOWN, now))
                .isFalse();
        assertThat(client.loss().cause()).isEqualTo(LossCause.LOCAL_CLOSED);
        assertThat(end(client).by()).isEqualTo(ConnectionEnd.By.THIRD_PARTY);
        assertThat(end(client).isLoss()).isFalse();

        assertThat(server.session.onTransportClosed(ConnectionEnd.By.UNKNOWN, now))
                .isTrue();
        assertThat(server.loss().cause()).isEqualTo(LossCause.PEER_CLOSED);
        assertThat(server.loss().confidence()).isEqualTo(Confidence.LOW);
        assertThat(end(server).isLoss()).isTrue();
    }

    @Test
    void end_hasTheSilenceBeforeIt_andIsAnExceptionWithIt() {
        now = 5 * SECOND;
        client.session.fail(known(LossCause.PEER_RESET), now);
        assertThat(end(client).silence()).isEqualTo(Duration.ofSeconds(5));
        RuntimeException thrown = new IllegalStateException("what the transport threw");
        assertThat(end(client).exception(thrown)).hasCause(thrown);
        assertThat(end(client).exception(thrown).loss()).isEqualTo(client.loss());
    }

    private void tickUntilTheEnd(Side side) {
        while (side.session.end() == null) {
            toNextTick(side);
            side.tick();
        }
    }

    private void toNextTick(Side side) {
        assertThat(++ticks).as("ticks so far").isLessThan(10_000); // so that what never ends fails at once
        now = side.session.heartbeat().dueNanos();
    }
}

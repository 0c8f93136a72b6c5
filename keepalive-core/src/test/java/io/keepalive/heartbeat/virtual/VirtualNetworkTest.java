package io.keepalive.heartbeat.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatConfigBuilder;
import io.keepalive.loss.LossCause;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two processes and all that may befall them: what one heartbeat alone can't show. */
class VirtualNetworkTest {
    private static final long SECOND = 1_000_000_000L;

    /** 30 s / 10 s / 3, a beat each 15 s; D = 30 + 3 * 10 + 2 * 1 = 62 s. */
    private static HeartbeatConfigBuilder config() {
        return HeartbeatConfig.builder().jitterPercent(0);
    }

    private static VirtualNetwork network() {
        return new VirtualNetwork(Long.MAX_VALUE - 100 * SECOND, 1, config().build(), config().build());
    }

    private static void assertNothingLost(VirtualNetwork network) {
        assertThat(network.left().loss()).isEmpty();
        assertThat(network.right().loss()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE - 100_000_000_000L, Long.MAX_VALUE})
    void idle_bothBeat_noPingForADay_whateverTheClocksOrigin(long origin) {
        VirtualNetwork network = new VirtualNetwork(origin, 1, config().build(), config().build());
        network.run(Duration.ofDays(1));

        assertNothingLost(network);
        assertThat(network.left().beats()).isEqualTo(24 * 3600 / 15);
        assertThat(network.left().pings()).isZero();
        assertThat(network.left().longestSendGapNanos()).isEqualTo(15 * SECOND);
        assertThat(network.right().heartbeat().peerSupportsHeartbeats()).isTrue();
    }

    @Test
    void sameCalls_sameHistory() {
        assertThat(history(7)).isEqualTo(history(7)).isNotEqualTo(history(8));
    }

    private static String history(long seed) {
        StringBuilder history = new StringBuilder();
        HeartbeatConfig jittered = config().jitterPercent(20).build();
        VirtualNetwork network = new VirtualNetwork(0, seed, jittered, jittered);
        for (int i = 0; i < 1000; i++) {
            network.step();
            history.append(network.elapsed());
        }
        return history.append(network.left()).append(network.right()).toString();
    }

    @Test
    void cut_bothFindOut_afterD_notBefore() {
        VirtualNetwork network = network();
        network.run(Duration.ofSeconds(100));
        network.cut();

        long heard = network.left().readNanos();
        network.runUntil(heard + 60 * SECOND - 15 * SECOND); // asked early at most by a look each way
        assertNothingLost(network);
        network.runUntil(heard + 62 * SECOND);
        assertThat(network.left().loss().orElseThrow().cause()).isEqualTo(LossCause.HEARTBEAT_TIMEOUT);
        assertThat(network.right().loss().orElseThrow().cause()).isEqualTo(LossCause.HEARTBEAT_TIMEOUT);
    }

    @Test
    void cut_healedBeforeTheLastPongIsDue_neitherIsDead() {
        for (int outage = 1; outage <= 44; outage++) { // D, minus what was silent before, minus a look
            VirtualNetwork network = network();
            network.run(Duration.ofSeconds(100));
            network.cut();
            network.run(Duration.ofSeconds(outage));
            network.heal();
            network.run(Duration.ofHours(1));
            assertNothingLost(network);
        }
    }

    @Test
    void oneDirectionCut_theOtherStaysProvable_thePeerThatHearsNothingFindsOut() {
        VirtualNetwork network = network();
        network.run(Duration.ofSeconds(100));
        network.right().outgoing().cut();
        network.run(Duration.ofSeconds(62));

        assertThat(network.left().loss()).isPresent();
        assertThat(network.right().loss()).isEmpty(); // it heard beats and questions up to then
        network.run(Duration.ofSeconds(62));
        assertThat(network.right().loss()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.95, 1, 2, 10})
    void stopped_atEveryPhase_whileThePeerKeepsSending_neitherIsDead(double deadlines) {
        for (int phase = 0; phase < 150; phase++) {
            VirtualNetwork network = network();
            VirtualEndpoint stopped = network.left();
            // The peer's patience is not the matter here.
            network.right().heartbeat().reconfigure(config().maxMissedPongs(100).build(), 0);
            network.runUntil(90 * SECOND + phase * SECOND / 5);
            stopped.stop();
            network.run(Duration.ofNanos((long) (deadlines * 62 * SECOND)));
            stopped.resume();
            network.run(Duration.ofMinutes(5));
            assertThat(stopped.loss()).as("phase %s", phase).isEmpty();
        }
    }

    @Test
    void stopped_andThePeerDiedMeanwhile_isFoundWithinDAndTheCredit() {
        for (int phase = 0; phase < 150; phase++) {
            VirtualNetwork network = network();
            VirtualEndpoint stopped = network.left();
            network.runUntil(90 * SECOND + phase * SECOND / 5);
            stopped.stop();
            network.cut();
            network.run(Duration.ofMinutes(10));
            stopped.resume();
            long resumed = network.nanos();
            network.run(Duration.ofMinutes(10));
            assertThat(stopped.lostNanos().orElseThrow() - Math.min(resumed, stopped.readNanos() + 600 * SECOND))
                    .isLessThanOrEqualTo((62 + 60) * SECOND);
        }
    }

    @Test
    void slowLink_megabytesInTheKernelsBuffer_inOneDirection_isNoDeath() {
        VirtualNetwork network = network();
        VirtualEndpoint sender = network.left();
        sender.outgoing().bytesPerSecond(100_000).sendBuffer(5_000_000).receiveBuffer(6_000_000);
        long[] backlog = {0};
        for (int second = 1; second < 600; second++) {
            network.runUntil(second * SECOND);
            while (!sender.isWriting()) {
                sender.send(16_384);
            }
            backlog[0] = Math.max(backlog[0], sender.outgoing().unacknowledgedBytes());
        }
        network.run(Duration.ofMinutes(10));

        assertThat(backlog[0]).isGreaterThan(4_900_000); // 49 s in front of every question, and that is over 3 * 10 s
        assertNothingLost(network);
    }

    @Test
    void slowLink_peerThatOnlySendsPongs_pongsAreBehindMegabytes_andAnyByteCounts() {
        // The peer beats only each hour; its bulk data is the proof, our questions are answered behind it.
        HeartbeatConfig rare = config().beatInterval(Duration.ofHours(1))
                .pingIdle(Duration.ofHours(2))
                .build();
        VirtualNetwork network = new VirtualNetwork(0, 1, config().build(), rare);
        VirtualEndpoint sender = network.right();
        sender.outgoing().bytesPerSecond(100_000).sendBuffer(5_000_000).receiveBuffer(6_000_000);
        sender.send(20_000_000);
        network.run(Duration.ofMinutes(20));
        assertNothingLost(network);
    }

    @Test
    void peerThatDoesNotRead_isAStall_onlyIfTheQueueStandsStill() {
        VirtualNetwork network = network();
        network.run(Duration.ofSeconds(10));
        network.right().reading(false);
        network.left().send(3_000_000); // 1 MiB in each kernel, the rest waits
        network.run(Duration.ofSeconds(60));
        assertNothingLost(network);
        network.run(Duration.ofSeconds(7 + 2));
        assertThat(network.left().loss().orElseThrow().cause()).isEqualTo(LossCause.WRITE_STALLED);
        network.run(Duration.ofMinutes(5));
        assertThat(network.right().loss().orElseThrow().cause()).isEqualTo(LossCause.READ_PAUSED);
    }

    @Test
    void stalledWriter_aPeerWithoutPongs_isAliveByItsBeats() {
        VirtualNetwork network = network();
        network.run(Duration.ofSeconds(10));
        network.left().stalled(true);
        network.left().send(1);
        network.run(Duration.ofSeconds(58));
        network.left().stalled(false);
        network.run(Duration.ofMinutes(10));
        assertThat(network.left().loss()).isEmpty();
    }

    @Test
    void olderPeer_withoutHeartbeats_isNeverDeclaredDead_andNeverFlooded() {
        VirtualNetwork network = new VirtualNetwork(0, 1, config().build(), null);
        network.run(Duration.ofDays(1));
        assertThat(network.left().loss()).isEmpty();
        assertThat(network.left().pings()).isEqualTo(4); // unanswered at most, since TCP loses none
        assertThat(network.right().toString()).contains("unread 0");
    }

    @Test
    void floodingPeer_isClosed_anEagerOneIsNot() {
        VirtualNetwork network = network();
        for (int i = 1; i < 1000; i++) {
            network.runUntil(i * SECOND);
            network.right().ask(i);
        }
        assertNothingLost(network);
        for (int i = 0; i < 27; i++) {
            network.right().ask(i);
        }
        network.run(Duration.ofSeconds(1));
        assertThat(network.left().loss().orElseThrow().cause()).isEqualTo(LossCause.PROTOCOL);
        assertThat(network.left().heartbeat().isFlooded()).isTrue();
    }

    @Test
    void lossyPath_delaysOfSeconds_areNoDeath() {
        VirtualNetwork network = network();
        Random random = new Random(5);
        network.left().outgoing().lossDelayNanos(() -> random.nextInt(10) == 0 ? 20 * SECOND : 0);
        network.right().outgoing().lossDelayNanos(() -> random.nextInt(10) == 0 ? 20 * SECOND : 0);
        network.run(Duration.ofDays(1));
        assertNothingLost(network);
    }

    @Test
    void pingNow_livePeer_isDoneAfterOneRoundTrip() {
        VirtualNetwork network = network();
        network.left().outgoing().latencyNanos(SECOND / 10);
        network.run(Duration.ofSeconds(40));
        network.left().heartbeat().pingNow(Duration.ofSeconds(2), Long.MAX_VALUE - 60 * SECOND);
        network.left().pass();
        assertThat(network.left().heartbeat().isChecking()).isTrue();
        network.run(Duration.ofMillis(102));
        assertThat(network.left().heartbeat().isChecking()).isFalse();
        assertThat(network.left().heartbeat().lastRttNanos()).isEqualTo(101_000_024);
    }
}

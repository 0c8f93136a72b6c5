package io.keepalive.heartbeat;

import static io.keepalive.heartbeat.Timeline.plain;
import static io.keepalive.heartbeat.Timeline.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules 1, 3 and 7: when a silent peer is pinged, when it is dead, and that any byte saves it. */
class HeartbeatSilenceTest {
    private static LongStream origins() {
        return LongStream.of(
                Long.MIN_VALUE,
                Long.MIN_VALUE + 1,
                -1,
                0,
                1,
                -seconds(45).toNanos(), // goes through 0 in the middle
                Long.MAX_VALUE - seconds(45).toNanos(), // wraps around in the middle
                Long.MAX_VALUE,
                0x9E3779B97F4A7C15L);
    }

    @ParameterizedTest
    @MethodSource("origins")
    void silence_threePings_thenSuspect_thenDead_whateverTheClocksOrigin(long origin) {
        Timeline timeline = new Timeline(plain().build(), 1, origin);

        assertThat(timeline.to(29.999)).containsExactly("15s SEND_BEAT");
        assertThat(timeline.to(60.999))
                .containsExactly(
                        "30s SEND_PING", // pingIdle
                        "40s missed 1", // + pongTimeout
                        "40s SEND_PING",
                        "50s missed 2",
                        "50s SEND_PING",
                        "60s missed 3"); // suspect
        assertThat(timeline.heartbeat.loss()).isEmpty();
        assertThat(timeline.to(1000)).containsExactly("61s DEAD HEARTBEAT_TIMEOUT"); // + a tick
        assertThat(timeline.heartbeat.config().detectionTime()).isEqualTo(seconds(30 + 3 * 10 + 2 * 1));
        assertThat(timeline.heartbeat.loss().orElseThrow().evidence())
                .isEqualTo("nothing was received for 61s at most, 3 PINGs unanswered");
    }

    @Test
    void dead_nothingFollows() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(61);

        timeline.ponged();
        timeline.heartbeat.onPing(1, timeline.clock());
        timeline.heartbeat.pingNow(seconds(1), timeline.clock());
        for (int i = 0; i < 10; i++) {
            timeline.stoppedTo(100 + 100 * i);
        }

        assertThat(timeline.news()).isEmpty();
        assertThat(timeline.heartbeat.poll()).isEqualTo(HeartbeatAction.NONE);
        assertThat(timeline.heartbeat).hasToString("Heartbeat[DEAD, missedPongs 3]");
        assertThat(timeline.heartbeat.isChecking()).isFalse();
        assertThat(timeline.heartbeat.isFlooded()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100})
    void missedPongs_areAsManyAsConfigured(int missedPongs) {
        Timeline timeline = new Timeline(plain().maxMissedPongs(missedPongs).build());

        assertThat(timeline.to(30 + missedPongs * 10 + 0.999)).noneMatch(line -> line.contains("DEAD"));
        assertThat(timeline.to(2000)).containsExactly(30 + missedPongs * 10 + 1 + "s DEAD HEARTBEAT_TIMEOUT");
    }

    @ParameterizedTest
    @ValueSource(doubles = {30.5, 39.9, 40.5, 59.9, 60.5, 60.999})
    void anyByte_atAnyStageOfDoubt_savesThePeer(double when) {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(when);
        timeline.received();

        assertThat(timeline.to(65)).noneMatch(line -> line.contains("DEAD"));
        assertThat(timeline.heartbeat.missedPongs()).isZero();
        // The byte came at 60.999 s at most, and is known to be there since the tick before.
        assertThat(timeline.to(60.999 + 62)).last().asString().endsWith("DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void bytesThatAreNoPongs_areEnough_forEver() {
        Timeline timeline = new Timeline(plain().build());
        for (int i = 1; i <= 1000; i++) {
            timeline.advance(i * 21.0); // pingIdle - half of beatInterval: not even a question
            timeline.received();
        }
        assertThat(timeline.news()).allMatch(line -> line.endsWith("SEND_BEAT")).isNotEmpty();
    }

    @Test
    void ourOwnWrites_areNoProofOfLife() {
        Timeline timeline = new Timeline(plain().build());
        for (int i = 1; i < 60; i++) {
            timeline.advance(i);
            timeline.heartbeat.onSent();
            timeline.written++;
        }
        assertThat(timeline.to(61)).contains("30s SEND_PING").last().isEqualTo("61s DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void progressOfOurQueue_isNoProofOfLife() {
        Timeline timeline = new Timeline(plain().build());
        timeline.writing = true;
        for (int i = 1; i < 62; i++) {
            timeline.written++;
            timeline.advance(i);
        }
        assertThat(timeline.news()).last().isEqualTo("61s DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void pongTimeout_startsWhenThePingLeavesTheQueue() {
        Timeline timeline = new Timeline(plain().maxMissedPongs(1).build());
        timeline.tellsWritten = false;
        timeline.writing = true;
        timeline.written = 1;
        assertThat(timeline.to(30)).last().isEqualTo("30s SEND_PING");

        timeline.written = 2;
        assertThat(timeline.to(75)).isEmpty();
        timeline.heartbeat.onPingWritten(timeline.clock());
        timeline.writing = false;

        assertThat(timeline.due()).isBetween(seconds(75), seconds(85));
        assertThat(timeline.to(84.999)).noneMatch(line -> line.contains("missed"));
        assertThat(timeline.to(86)).contains("85s missed 1").last().isEqualTo("86s DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void pingHeldBack_hasNoDeadline_thoughNothingSeemsToWait() {
        Timeline timeline = new Timeline(plain().maxMissedPongs(1).build());
        timeline.tellsWritten = false;
        assertThat(timeline.to(30)).last().isEqualTo("30s SEND_PING");
        timeline.heartbeat.onPingQueued();

        assertThat(timeline.to(75)).noneMatch(line -> line.contains("missed"));
        timeline.heartbeat.onPingWritten(timeline.clock());

        assertThat(timeline.to(86)).contains("85s missed 1").last().isEqualTo("86s DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void pingHeldBackForEver_counts_asSentAfterTheWriteStallTimeout() {
        Timeline timeline = new Timeline(
                plain().maxMissedPongs(1).writeStallTimeout(seconds(20)).build());
        timeline.tellsWritten = false;
        assertThat(timeline.to(30)).last().isEqualTo("30s SEND_PING");
        timeline.heartbeat.onPingQueued();

        assertThat(timeline.to(100)).contains("60s missed 1").last().isEqualTo("61s DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void departureNotReported_firstTickWithAnEmptyQueueCounts_aTickMoreForEachPing() {
        Timeline timeline = new Timeline(plain().build());
        timeline.tellsWritten = false;

        assertThat(timeline.to(63.999))
                .containsExactly(
                        "15s SEND_BEAT",
                        "30s SEND_PING",
                        "41s missed 1",
                        "41s SEND_PING",
                        "52s missed 2",
                        "52s SEND_PING",
                        "63s missed 3");
        assertThat(timeline.to(100)).containsExactly("64s DEAD HEARTBEAT_TIMEOUT"); // 30 + 3 * (1 + 10) + 1
    }

    @Test
    void pingNotPolledYet_hasNoDeadline() {
        Timeline timeline = new Timeline(plain().maxMissedPongs(1).build());
        timeline.to(29);
        Heartbeat heartbeat = timeline.heartbeat;
        for (int second = 30; second < 50; second++) {
            heartbeat.onTick(seconds(second).toNanos(), true, false, 0);
            heartbeat.onPingWritten(seconds(second).toNanos()); // of another question, says who can't know better
        }
        timeline.to(29);
        assertThat(heartbeat).hasToString("Heartbeat[PING_QUEUED]");
        assertThat(heartbeat.poll()).isEqualTo(HeartbeatAction.SEND_PING);
        assertThat(heartbeat.poll()).isEqualTo(HeartbeatAction.NONE);
    }

    @Test
    void unprovenPeer_isPingedAgainAndAgain_neverDeclaredDead() {
        Timeline timeline =
                new Timeline(HeartbeatConfig.builder().jitterPercent(0).build());

        assertThat(timeline.to(90))
                .containsExactly(
                        "15s SEND_BEAT",
                        "30s SEND_PING",
                        "40s missed 1",
                        "40s SEND_PING",
                        "50s missed 2",
                        "50s SEND_PING",
                        "60s missed 3",
                        "60s unresponsive after 3", // an older peer, perhaps
                        "65s SEND_BEAT",
                        "80s SEND_BEAT",
                        "90s SEND_PING"); // 60 + pingIdle
        assertThat(timeline.to(100_000)).noneMatch(line -> line.contains("DEAD"));
        assertThat(timeline.heartbeat.peerSupportsHeartbeats()).isFalse();
        assertThat(timeline.heartbeat.toString()).contains("unproven");
    }

    @Test
    void plainBytes_doNotProveThatThePeerSupportsHeartbeats() {
        Timeline timeline =
                new Timeline(HeartbeatConfig.builder().jitterPercent(0).build());
        timeline.to(10);
        timeline.received();

        assertThat(timeline.to(100_000)).noneMatch(line -> line.contains("DEAD"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"beat", "ping", "pong", "pong without id", "stray pong"})
    void firstBeatPingOrPong_provesThePeer_andSilenceCountsFromThen(String what) {
        Timeline timeline =
                new Timeline(HeartbeatConfig.builder().jitterPercent(0).build());
        timeline.to(30);
        timeline.received();
        switch (what) {
            case "beat" -> timeline.heartbeat.onBeat();
            case "ping" -> timeline.heartbeat.onPing(7, timeline.clock());
            case "pong" -> timeline.heartbeat.onPong(timeline.heartbeat.id(), timeline.clock());
            case "pong without id" -> timeline.heartbeat.onPong(timeline.clock());
            default -> timeline.heartbeat.onPong(1234, timeline.clock());
        }
        assertThat(timeline.heartbeat.peerSupportsHeartbeats()).isTrue();

        assertThat(timeline.to(30 + 62)).last().asString().endsWith("DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void requireHeartbeats_declaresAPeerDeadThatNeverSentAnything() {
        Timeline timeline = new Timeline(
                HeartbeatConfig.builder().jitterPercent(0).requireHeartbeats().build());
        assertThat(timeline.heartbeat.peerSupportsHeartbeats()).isTrue();
        assertThat(timeline.to(61)).last().isEqualTo("61s DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void oneWay_noPing_silenceIsCounted() {
        Timeline timeline = new Timeline(plain().oneWay().build());

        assertThat(timeline.to(60.999))
                .containsExactly(
                        "15s SEND_BEAT",
                        "30s SEND_BEAT",
                        "40s missed 1",
                        "45s SEND_BEAT",
                        "50s missed 2",
                        "60s missed 3",
                        "60s SEND_BEAT");
        assertThat(timeline.to(100)).containsExactly("61s DEAD HEARTBEAT_TIMEOUT");
        assertThat(timeline.heartbeat.loss().orElseThrow().evidence())
                .isEqualTo("nothing was received for 61s at most, 3 more periods of 10s");
    }

    @Test
    void oneWay_beatsKeepItAlive_andItsDueTimeIsRightBeforeAnythingIsPolled() {
        Timeline timeline = new Timeline(plain().oneWay().build());
        timeline.to(29);
        timeline.writing = true; // no beat of ours is due then
        timeline.heartbeat.onTick(seconds(30).toNanos(), true, true, 0);

        assertThat(timeline.due()).isLessThanOrEqualTo(seconds(40));
        timeline.writing = false;
        for (int i = 2; i < 100; i++) {
            timeline.advance(i * 16.0);
            timeline.received();
            timeline.heartbeat.onBeat();
        }
        assertThat(timeline.news()).noneMatch(line -> line.contains("missed"));
    }

    @Test
    void tickTooEarly_doesNoHarm() {
        Timeline timeline = new Timeline(plain().build());
        for (int tenths = 0; tenths < 610; tenths++) {
            timeline.advance(tenths / 10.0);
            timeline.tick();
        }
        assertThat(timeline.news())
                .containsExactly(
                        "15s SEND_BEAT",
                        "30s SEND_PING",
                        "40s missed 1",
                        "40s SEND_PING",
                        "50s missed 2",
                        "50s SEND_PING",
                        "60s missed 3");
        assertThat(timeline.to(61)).containsExactly("61s DEAD HEARTBEAT_TIMEOUT");
    }

    @Test
    void silentNanos_isTooLongByAtMostTheShorterOfPingIdleAndBeatInterval() {
        Timeline timeline = new Timeline(plain().build());
        for (int i = 1; i < 1000; i++) {
            timeline.to(i * 0.1);
            assertThat(Duration.ofNanos(timeline.heartbeat.silentNanos(timeline.clock())))
                    .isLessThanOrEqualTo(seconds(15.1));
            timeline.received();
        }
        timeline.to(100);
        assertThat(Duration.ofNanos(timeline.heartbeat.silentNanos(timeline.clock())))
                .isBetween(seconds(0.1), seconds(15.1));
    }

    @Test
    void seeds_makeDifferentIds() {
        assertThat(LongStream.range(0, 1000)
                        .map(seed -> {
                            Timeline timeline = new Timeline(plain().build(), seed, 0);
                            timeline.to(30);
                            return timeline.heartbeat.id();
                        })
                        .distinct()
                        .count())
                .isGreaterThan(400);
    }

    /** Rule 8: jitter and the time between two ticks shorten a silence once, not twice. */
    @Test
    void silence_wheneverTheLastByteCame_isNeverFatalBeforeToleratedSilence_norAfterDetectionTime() {
        for (int percent : new int[] {0, 10, 50}) {
            HeartbeatConfig config = HeartbeatConfig.builder()
                    .requireHeartbeats()
                    .jitterPercent(percent)
                    .build();
            for (int seed = 1; seed <= 200; seed++) {
                Timeline timeline = new Timeline(config, seed, 0);
                double last = 20 + seed * 0.37;
                for (double before = 0; before < last; before += 7.3) {
                    timeline.advance(before);
                    timeline.received();
                }
                timeline.advance(last);
                timeline.received();
                timeline.advance(last + 1000);
                timeline.news();
                Duration silent = timeline.deathAfter().minus(seconds(last));
                assertThat(silent)
                        .as("seed %s, jitter %s", seed, percent)
                        .isBetween(config.toleratedSilence(), config.detectionTime());
            }
        }
    }
}

package io.keepalive.heartbeat;

import static io.keepalive.heartbeat.Timeline.plain;
import static io.keepalive.heartbeat.Timeline.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rules 2 and 8: BEATs are sent whether or not anything is received, in time, jittered downward, and never in a burst. */
class HeartbeatBeatTest {
    @Test
    void idle_beatsAtLeastOncePerInterval_thoughBytesAreReceivedAllTheTime() {
        Timeline timeline = new Timeline(plain().build());
        for (int second = 1; second <= 90; second++) {
            timeline.advance(second);
            timeline.received();
        }
        assertThat(timeline.news())
                .containsExactly(
                        "15s SEND_BEAT",
                        "30s SEND_BEAT",
                        "45s SEND_BEAT",
                        "60s SEND_BEAT",
                        "75s SEND_BEAT",
                        "90s SEND_BEAT");
    }

    @Test
    void anyByteSent_isAsGoodAsABeat() {
        Timeline timeline = new Timeline(plain().build());
        for (int i = 1; i <= 100; i++) {
            timeline.advance(i * 7);
            timeline.received();
            timeline.heartbeat.onSent();
        }
        assertThat(timeline.news()).isEmpty();
    }

    @Test
    void pong_isAsGoodAsABeat() {
        Timeline timeline = new Timeline(plain().build());
        for (int i = 1; i <= 100; i++) {
            timeline.advance(i * 7);
            timeline.pinged(i);
            timeline.poll();
        }
        assertThat(timeline.news()).hasSize(100).allMatch(line -> line.endsWith("SEND_PONG"));
    }

    @Test
    void gapBetweenTwoSends_isNeverMoreThanTheBeatIntervalAndTheLatenessOfATimer() {
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            HeartbeatConfig config = HeartbeatConfig.builder()
                    .pingIdle(Duration.ofMillis(10 + random.nextInt(60_000)))
                    .beatInterval(Duration.ofMillis(10 + random.nextInt(60_000)))
                    .jitterPercent(random.nextInt(51))
                    .build();
            long lateNanos = random.nextBoolean() ? 0 : random.nextInt(1_000_000_000);
            Heartbeat heartbeat = new Heartbeat(config, seed, 0);
            long sentNanos = 0;
            long longestNanos = 0;
            long lastNanos = 0;
            for (int i = 0; i < 200; i++) {
                long tickNanos = heartbeat.dueNanos() + (lateNanos == 0 ? 0 : random.nextLong(lateNanos));
                if (random.nextInt(3) == 0) { // traffic at any moment in between
                    long trafficNanos = lastNanos + random.nextLong(tickNanos - lastNanos);
                    longestNanos = Math.max(longestNanos, trafficNanos - sentNanos);
                    sentNanos = trafficNanos;
                    heartbeat.onSent();
                }
                heartbeat.onReceived();
                heartbeat.onTick(tickNanos, true, false, 0);
                lastNanos = tickNanos;
                while (heartbeat.poll() != HeartbeatAction.NONE) {
                    longestNanos = Math.max(longestNanos, tickNanos - sentNanos);
                    sentNanos = tickNanos;
                }
            }
            assertThat(Duration.ofNanos(longestNanos))
                    .as("seed %s", seed)
                    .isLessThanOrEqualTo(config.beatInterval().plusNanos(lateNanos));
        }
    }

    @Test
    void beatAtStart_busyConnection_sendsOneBeatAtTheFirstInterval_andNoOther() {
        Timeline timeline = busyFromStart();
        assertThat(talk(timeline, 14)).isEmpty();
        assertThat(talk(timeline, 15)).containsExactly("15s SEND_BEAT");
        assertThat(talk(timeline, 200)).isEmpty();
        assertThat(timeline.to(400)).first().asString().isEqualTo("210s SEND_BEAT");
    }

    @Test
    void beatAtStart_aPongBefore_isAsGood() {
        Timeline timeline = busyFromStart();
        talk(timeline, 5);
        timeline.pinged(7);
        assertThat(talk(timeline, 100)).containsExactly("7500ms SEND_PONG");
    }

    @Test
    void beatAtStart_bytesAlwaysWait_doesNotWaitForThem() {
        Timeline timeline = busyFromStart();
        timeline.writing = true;
        assertThat(talk(timeline, 100)).containsExactly("15s SEND_BEAT");
    }

    @Test
    void beatAtStart_nothingMayBeSent_sendsNothing() {
        Timeline timeline = busyFromStart();
        timeline.heartbeat.onOutputEnded(0);
        assertThat(talk(timeline, 100)).isEmpty();
    }

    @Test
    void beatAtStart_idleConnection_beatsAsEver() {
        Timeline timeline = busyFromStart();
        assertThat(timeline.to(29)).containsExactly("15s SEND_BEAT");
        timeline.received();
        assertThat(timeline.to(31)).containsExactly("30s SEND_BEAT");
    }

    private static Timeline busyFromStart() {
        Timeline timeline = new Timeline(plain().build());
        timeline.heartbeat.beatAtStart();
        return timeline;
    }

    /** Sends and receives data each second, with progress of whatever waits. */
    private static List<String> talk(Timeline timeline, int untilSeconds) {
        List<String> news = new ArrayList<>();
        while (timeline.elapsed().toSeconds() < untilSeconds) {
            timeline.received();
            timeline.heartbeat.onSent();
            timeline.written++;
            news.addAll(timeline.to((double) (timeline.elapsed().toSeconds() + 1)));
        }
        return news;
    }

    @Test
    void jitter_isOnlyDownward_withinItsPerCent_andTheSameForTheSameSeed() {
        List<Duration> gaps = gaps(42);
        assertThat(gaps).hasSize(1000).allSatisfy(gap -> assertThat(gap).isBetween(seconds(15 * 0.75), seconds(15)));
        assertThat(gaps.stream().distinct().count()).isGreaterThan(900);
        assertThat(gaps.stream().mapToLong(Duration::toNanos).average().orElseThrow())
                .isBetween(15e9 * 0.86, 15e9 * 0.89); // the middle of 75 % and 100 %
        assertThat(gaps(42)).isEqualTo(gaps);
        assertThat(gaps(43)).isNotEqualTo(gaps);
        assertThat(gaps(42 | 1L << 32)).isNotEqualTo(gaps);
    }

    private static List<Duration> gaps(long seed) {
        Timeline timeline = new Timeline(plain().jitterPercent(25).build(), seed, 0);
        List<Duration> gaps = new ArrayList<>();
        Duration last = Duration.ZERO;
        while (gaps.size() < 1000) {
            timeline.received();
            if (!timeline.to(timeline.due().toNanos() / 1e9).isEmpty()) {
                gaps.add(timeline.elapsed().minus(last));
                last = timeline.elapsed();
            }
        }
        return gaps;
    }

    @Test
    void pings_areJitteredDownwardToo() {
        for (long seed = 0; seed < 100; seed++) {
            Timeline timeline = new Timeline(plain().jitterPercent(20).build(), seed, 0);
            assertThat(timeline.to(23.999)).noneMatch(line -> line.contains("PING"));
            assertThat(timeline.to(30)).anyMatch(line -> line.contains("PING"));
        }
    }

    @Test
    void noJitter_isExact() {
        assertThat(new Timeline(plain().build(), 99, 0).to(30)).containsExactly("15s SEND_BEAT", "30s SEND_PING");
    }

    @Test
    void afterALongPause_oneBeatAndOnePing_notAllThatWereMissed() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(10);

        assertThat(timeline.stoppedTo(1000)).containsExactly("1000s local pause 985s", "1000s SEND_PING");
        timeline.received();
        assertThat(timeline.to(1015)).containsExactly("1015s SEND_BEAT");
    }

    @Test
    void behindAStalledWriter_noBeatIsQueued() {
        Timeline timeline = new Timeline(plain().build());
        timeline.writing = true;
        for (int i = 1; i <= 5; i++) {
            timeline.advance(i * 10);
            timeline.received();
        }
        assertThat(timeline.news()).isEmpty();

        timeline.writing = false; // gone within the last look and now
        assertThat(timeline.to(50 + 15)).hasSize(1).allMatch(line -> line.endsWith("SEND_BEAT"));
    }

    @Test
    void pollLater_hasOneBeat() {
        Timeline timeline = new Timeline(plain().build());
        for (int i = 1; i <= 8; i++) {
            timeline.received();
            timeline.heartbeat.onTick(timeline.heartbeat.dueNanos(), true, false, 0);
        }
        timeline.poll();
        assertThat(timeline.news()).containsExactly("0s SEND_BEAT");
    }

    @Test
    void beatWaitingToBePolled_isDroppedWhenSomethingElseGoesOut() {
        Timeline timeline = new Timeline(plain().build());
        timeline.to(7.5);
        timeline.heartbeat.onTick(seconds(15).toNanos(), true, false, 0);
        timeline.pinged(5);
        timeline.poll();
        assertThat(timeline.news()).containsExactly("7500ms SEND_PONG");
    }
}

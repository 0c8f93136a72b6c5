package io.keepalive.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeartbeatWheelTest {
    private static final long MS = 1_000_000;
    private static final HeartbeatConfig CONFIG =
            HeartbeatConfig.builder().jitterPercent(0).build(); // looks every 7.5 s

    /** A heartbeat, and when it was visited. */
    private static final class Beating {
        final Heartbeat heartbeat;
        final List<Long> visits = new ArrayList<>();

        Beating(HeartbeatConfig config, long nowNanos) {
            this.heartbeat = new Heartbeat(config, 1, HeartbeatListener.NONE, nowNanos);
        }

        void visit(long nowNanos) {
            visits.add(nowNanos);
            heartbeat.onReceived();
            heartbeat.onTick(nowNanos, true, false, 0);
            while (heartbeat.poll() != HeartbeatAction.NONE) {
                // nothing is sent
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 1, Long.MIN_VALUE, Long.MAX_VALUE - 10_000_000_000L, Long.MAX_VALUE})
    void advance_anyOrigin_visitsWhenDueAndLateByTheResolutionAtMost(long origin) {
        HeartbeatWheel wheel = new HeartbeatWheel(Duration.ofMillis(100), origin);
        Beating beating = new Beating(CONFIG, origin);
        wheel.add(beating.heartbeat, beating::visit);
        long resolution = wheel.resolution().toNanos();

        long due = beating.heartbeat.dueNanos();
        wheel.advance(due - 1);
        assertThat(beating.visits).isEmpty();
        wheel.advance(due + resolution);
        assertThat(beating.visits).containsExactly(due + resolution);
    }

    @Test
    void advance_manyForHours_eachTickIsLateByTheResolutionAtMost() {
        long seed = System.nanoTime();
        System.out.println("HeartbeatWheelTest seed " + seed);
        Random random = new Random(seed);
        long now = random.nextLong();
        HeartbeatWheel wheel = new HeartbeatWheel(Duration.ofMillis(100), now);
        long resolution = wheel.resolution().toNanos();
        long[] worstLateNanos = {0};
        long[] visits = {0};
        for (int i = 0; i < 1000; i++) {
            HeartbeatConfig config = HeartbeatConfig.outliving(Duration.ofSeconds(2 + random.nextInt(600)));
            Beating beating = new Beating(config, now);
            wheel.add(beating.heartbeat, visited -> {
                worstLateNanos[0] = Math.max(worstLateNanos[0], visited - beating.heartbeat.dueNanos());
                assertThat(visited - beating.heartbeat.dueNanos()).isNotNegative();
                visits[0]++;
                beating.visit(visited);
                beating.visits.clear();
            });
        }
        for (int i = 0; i < 40_000; i++) {
            now += Math.max(1, wheel.nanosToNext(now));
            wheel.advance(now);
        }
        assertThat(worstLateNanos[0]).isLessThanOrEqualTo(resolution);
        assertThat(visits[0]).isGreaterThan(100_000);
        assertThat(wheel.size()).isEqualTo(1000);
    }

    @Test
    void advance_visitsRemoveAndAddOthers_nobodyIsForgottenOrVisitedAfterRemoval() {
        HeartbeatWheel wheel = new HeartbeatWheel(Duration.ofMillis(100), 0);
        List<Beating> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(new Beating(CONFIG, 0));
        }
        for (Beating each : all) {
            wheel.add(each.heartbeat, now -> {
                each.visit(now);
                // whoever comes first removes all the others, wherever they are in the list, and adds them again but
                // one
                for (Beating other : all) {
                    if (other != each) {
                        wheel.remove(other.heartbeat);
                    }
                }
                all.stream()
                        .filter(other -> other != each && other != all.get(5))
                        .forEach(other -> wheel.add(other.heartbeat, other::visit));
            });
        }
        wheel.advance(8_000 * MS);
        wheel.advance(9_000 * MS);
        assertThat(wheel.size()).isEqualTo(9);
        assertThat(all.get(5).visits).isEmpty();
        assertThat(all.stream().filter(each -> each.visits.size() == 1)).hasSize(9);
    }

    @Test
    void remove_withinItsOwnVisit_isTheLastOne() {
        HeartbeatWheel wheel = new HeartbeatWheel(Duration.ofMillis(100), 0);
        Beating beating = new Beating(CONFIG, 0);
        wheel.add(beating.heartbeat, now -> {
            beating.visit(now);
            wheel.remove(beating.heartbeat);
        });
        wheel.advance(60_000 * MS);
        wheel.advance(600_000 * MS);
        assertThat(beating.visits).hasSize(1);
        assertThat(wheel.size()).isZero();
        assertThat(wheel.nanosToNext(600_000 * MS)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void advance_afterALongPause_visitsEachOnce() {
        HeartbeatWheel wheel = new HeartbeatWheel(Duration.ofMillis(100), 0);
        Beating one = new Beating(CONFIG, 0);
        Beating other = new Beating(CONFIG, 0);
        wheel.add(one.heartbeat, one::visit);
        wheel.add(other.heartbeat, other::visit);
        wheel.advance(Duration.ofDays(1).toNanos());
        assertThat(one.visits).hasSize(1);
        assertThat(other.visits).hasSize(1);
    }

    @Test
    void advance_aVisitThrows_goesToTheHandlerAndTheOthersAreVisited() throws InterruptedException {
        HeartbeatWheel wheel = new HeartbeatWheel(Duration.ofMillis(100), 0);
        Beating one = new Beating(CONFIG, 0);
        Beating thrower = new Beating(CONFIG, 0);
        Beating other = new Beating(CONFIG, 0);
        wheel.add(one.heartbeat, one::visit);
        wheel.add(thrower.heartbeat, now -> {
            thrower.visit(now);
            throw new IllegalStateException("on purpose");
        });
        wheel.add(other.heartbeat, other::visit);
        List<Throwable> thrown = new ArrayList<>();
        Thread driver = new Thread(() -> {
            wheel.advance(8_000 * MS);
            wheel.advance(16_000 * MS);
        });
        driver.setUncaughtExceptionHandler((thread, e) -> thrown.add(e));
        driver.start();
        driver.join();
        assertThat(one.visits).hasSize(2);
        assertThat(thrower.visits).hasSize(2);
        assertThat(other.visits).hasSize(2);
        assertThat(thrown).hasSize(2).allMatch(e -> "on purpose".equals(e.getMessage()));
    }

    @Test
    void reschedule_aTickBecameDueEarlier_isVisitedThen() {
        HeartbeatWheel wheel = new HeartbeatWheel(Duration.ofMillis(100), 0);
        Beating beating = new Beating(CONFIG, 0);
        wheel.add(beating.heartbeat, beating::visit);
        beating.heartbeat.checkNow(Duration.ofSeconds(1), 0);
        assertThat(beating.heartbeat.poll()).isEqualTo(HeartbeatAction.SEND_PING);
        beating.heartbeat.onPingWritten(0);
        wheel.reschedule(beating.heartbeat);
        wheel.advance(1_000 * MS - 1);
        assertThat(beating.visits).isEmpty();
        wheel.advance(1_200 * MS);
        assertThat(beating.visits).hasSize(1);
    }

    @Test
    void reschedule_onNoWheel_doesNothing() {
        HeartbeatWheel wheel = new HeartbeatWheel(Duration.ofMillis(100), 0);
        wheel.reschedule(new Beating(CONFIG, 0).heartbeat);
        wheel.remove(new Beating(CONFIG, 0).heartbeat);
        assertThat(wheel.size()).isZero();
    }

    @Test
    void add_twice_isRefused() {
        HeartbeatWheel wheel = new HeartbeatWheel(Duration.ofMillis(100), 0);
        Beating beating = new Beating(CONFIG, 0);
        wheel.add(beating.heartbeat, beating::visit);
        assertThatThrownBy(() -> wheel.add(beating.heartbeat, beating::visit))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("on a wheel");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 100_000, 10_000_000_001L})
    void constructor_resolutionOutOfRange_isRefused(long nanos) {
        assertThatThrownBy(() -> new HeartbeatWheel(Duration.ofNanos(nanos), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("resolution");
    }

    @Test
    void resolution_isRoundedDownToAPowerOfTwo() {
        assertThat(new HeartbeatWheel(Duration.ofMillis(100), 0).resolution()).isEqualTo(Duration.ofNanos(1 << 26));
    }
}

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

    /** A heartbeat, and when it was ticked. */
    private static final class Beating implements Ticked {
        final Heartbeat heartbeat;
        final List<Long> ticks = new ArrayList<>();
        Runnable then = () -> {};

        Beating(HeartbeatConfig config, long nowNanos) {
            this.heartbeat = new Heartbeat(config, 1, nowNanos);
        }

        @Override
        public Heartbeat heartbeat() {
            return heartbeat;
        }

        @Override
        public void tick(long nowNanos) {
            ticks.add(nowNanos);
            heartbeat.onReceived();
            heartbeat.onTick(nowNanos, true, false, 0);
            while (heartbeat.poll() != HeartbeatAction.NONE) {
                // nothing is sent
            }
            then.run();
        }
    }

    private static HeartbeatWheel<Ticked> newWheel(long nowNanos) {
        return Ticked.wheel(Duration.ofMillis(100), nowNanos);
    }

    private static void add(HeartbeatWheel<Ticked> wheel, Ticked connection) {
        wheel.add(connection.heartbeat(), connection);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 1, Long.MIN_VALUE, Long.MAX_VALUE - 10_000_000_000L, Long.MAX_VALUE})
    void advance_anyOrigin_ticksWhenDueAndLateByTheResolutionAtMost(long origin) {
        HeartbeatWheel<Ticked> wheel = newWheel(origin);
        Beating beating = new Beating(CONFIG, origin);
        add(wheel, beating);
        long resolution = wheel.resolution().toNanos();

        long due = beating.heartbeat.dueNanos();
        wheel.advance(due - 1);
        assertThat(beating.ticks).isEmpty();
        wheel.advance(due + resolution);
        assertThat(beating.ticks).containsExactly(due + resolution);
    }

    @Test
    void advance_manyForHours_eachTickIsLateByTheResolutionAtMost() {
        long seed = Seeds.next();
        System.out.println("HeartbeatWheelTest seed " + seed);
        Random random = new Random(seed);
        long now = random.nextLong();
        HeartbeatWheel<Ticked> wheel = newWheel(now);
        long resolution = wheel.resolution().toNanos();
        long[] worstLateNanos = {0};
        long[] ticks = {0};
        for (int i = 0; i < 1000; i++) {
            HeartbeatConfig config = HeartbeatConfig.outliving(Duration.ofSeconds(2 + random.nextInt(600)));
            Beating beating = new Beating(config, now);
            add(wheel, new TestConnection(beating.heartbeat, ticked -> {
                worstLateNanos[0] = Math.max(worstLateNanos[0], ticked - beating.heartbeat.dueNanos());
                assertThat(ticked - beating.heartbeat.dueNanos()).isNotNegative();
                ticks[0]++;
                beating.tick(ticked);
                beating.ticks.clear();
            }));
        }
        for (int i = 0; i < 40_000; i++) {
            now += Math.max(1, wheel.nanosToNext(now));
            wheel.advance(now);
        }
        assertThat(worstLateNanos[0]).isLessThanOrEqualTo(resolution);
        assertThat(ticks[0]).isGreaterThan(100_000);
        assertThat(wheel.size()).isEqualTo(1000);
    }

    @Test
    void advance_ticksRemoveAndAddOthers_noneIsForgottenOrTickedAfterRemoval() {
        HeartbeatWheel<Ticked> wheel = newWheel(0);
        List<Beating> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(new Beating(CONFIG, 0));
        }
        for (Beating each : all) {
            add(wheel, new TestConnection(each.heartbeat, now -> {
                each.tick(now);
                // whoever comes first removes all the others, wherever they are in the list, and adds them again but
                // one
                for (Beating other : all) {
                    if (other != each) {
                        wheel.remove(other.heartbeat);
                    }
                }
                all.stream()
                        .filter(other -> other != each && other != all.get(5))
                        .forEach(again -> add(wheel, again));
            }));
        }
        wheel.advance(8_000 * MS);
        wheel.advance(9_000 * MS);
        assertThat(wheel.size()).isEqualTo(9);
        assertThat(all.get(5).ticks).isEmpty();
        assertThat(all.stream().filter(each -> each.ticks.size() == 1)).hasSize(9);
    }

    @Test
    void remove_withinItsOwnTick_isTheLastOne() {
        HeartbeatWheel<Ticked> wheel = newWheel(0);
        Beating beating = new Beating(CONFIG, 0);
        add(wheel, new TestConnection(beating.heartbeat, now -> {
            beating.tick(now);
            wheel.remove(beating.heartbeat);
        }));
        wheel.advance(60_000 * MS);
        wheel.advance(600_000 * MS);
        assertThat(beating.ticks).hasSize(1);
        assertThat(wheel.size()).isZero();
        assertThat(wheel.nanosToNext(600_000 * MS)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void advance_afterALongPause_ticksEachOnce() {
        HeartbeatWheel<Ticked> wheel = newWheel(0);
        Beating one = new Beating(CONFIG, 0);
        Beating other = new Beating(CONFIG, 0);
        add(wheel, one);
        add(wheel, other);
        wheel.advance(Duration.ofDays(1).toNanos());
        assertThat(one.ticks).hasSize(1);
        assertThat(other.ticks).hasSize(1);
    }

    @Test
    void advance_aTickThrows_goesToTheHandlerAndTheOthersAreTicked() throws InterruptedException {
        HeartbeatWheel<Ticked> wheel = newWheel(0);
        Beating one = new Beating(CONFIG, 0);
        Beating thrower = new Beating(CONFIG, 0);
        Beating other = new Beating(CONFIG, 0);
        add(wheel, one);
        add(wheel, new TestConnection(thrower.heartbeat, now -> {
            thrower.tick(now);
            throw new IllegalStateException("on purpose");
        }));
        add(wheel, other);
        List<Throwable> thrown = new ArrayList<>();
        Thread driver = new Thread(() -> {
            wheel.advance(8_000 * MS);
            wheel.advance(16_000 * MS);
        });
        driver.setUncaughtExceptionHandler((thread, e) -> thrown.add(e));
        driver.start();
        driver.join();
        assertThat(one.ticks).hasSize(2);
        assertThat(thrower.ticks).hasSize(2);
        assertThat(other.ticks).hasSize(2);
        assertThat(thrown).hasSize(2).allMatch(e -> "on purpose".equals(e.getMessage()));
    }

    @Test
    void reschedule_aTickBecameDueEarlier_isTickedThen() {
        HeartbeatWheel<Ticked> wheel = newWheel(0);
        Beating beating = new Beating(CONFIG, 0);
        add(wheel, beating);
        beating.heartbeat.pingNow(Duration.ofSeconds(1), 0);
        assertThat(beating.heartbeat.poll()).isEqualTo(HeartbeatAction.SEND_PING);
        beating.heartbeat.onPingWritten(0);
        wheel.advance(1_000 * MS - 1);
        assertThat(beating.ticks).isEmpty();
        wheel.advance(1_200 * MS);
        assertThat(beating.ticks).hasSize(1);
    }

    @Test
    void remove_onNoWheel_doesNothing() {
        HeartbeatWheel<Ticked> wheel = newWheel(0);
        wheel.remove(new Beating(CONFIG, 0).heartbeat);
        assertThat(wheel.size()).isZero();
    }

    @Test
    void advance_aTickThrowsAnError_theOthersAreTicked() throws InterruptedException {
        HeartbeatWheel<Ticked> wheel = newWheel(0);
        Beating other = new Beating(CONFIG, 0);
        add(wheel, new TestConnection(new Beating(CONFIG, 0).heartbeat, now -> {
            throw new AssertionError("on purpose");
        }));
        add(wheel, other);
        Thread driver = new Thread(() -> wheel.advance(8_000 * MS));
        driver.setUncaughtExceptionHandler((thread, e) -> {
            throw new AssertionError("a handler that throws, too");
        });
        driver.start();
        driver.join();
        assertThat(other.ticks).hasSize(1);
    }

    @Test
    void add_twice_isRefused() {
        HeartbeatWheel<Ticked> wheel = newWheel(0);
        Beating beating = new Beating(CONFIG, 0);
        add(wheel, beating);
        assertThatThrownBy(() -> add(wheel, beating))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("on a wheel");
    }

    @Test
    void removeOrReschedule_onAnotherWheel_isRefused() {
        HeartbeatWheel<Ticked> wheel = newWheel(0);
        HeartbeatWheel<Ticked> other = newWheel(0);
        Beating beating = new Beating(CONFIG, 0);
        add(wheel, beating);
        assertThatThrownBy(() -> other.remove(beating.heartbeat))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("on another wheel");
        add(other, new Beating(CONFIG, 0));
        assertThatThrownBy(() -> other.reschedule(beating.heartbeat)).isInstanceOf(IllegalStateException.class);
        wheel.advance(8_000 * MS);
        assertThat(beating.ticks).hasSize(1);
    }

    /** Against the simplest thing that could be right: a list of who is on the wheel. */
    @Test
    void anything_atRandom_entriesOnTheWheelAreTickedInTime() {
        long seed = Seeds.next();
        System.out.println("HeartbeatWheelTest seed " + seed);
        Random random = new Random(seed);
        long[] now = {random.nextLong()};
        HeartbeatWheel<Ticked> wheel = newWheel(now[0]);
        long resolution = wheel.resolution().toNanos();
        List<Beating> off = new ArrayList<>();
        List<Beating> on = new ArrayList<>();
        List<Beating> wrong = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            off.add(new Beating(HeartbeatConfig.outliving(Duration.ofSeconds(2 + random.nextInt(20))), now[0]));
        }
        Runnable change = () -> {
            List<Beating> from = random.nextBoolean() ? off : on;
            if (from.isEmpty()) {
                return;
            }
            Beating moved = from.remove(random.nextInt(from.size()));
            if (from == off) {
                moved.heartbeat.reconfigure(moved.heartbeat.config(), now[0]); // due from now on
                add(wheel, moved);
                on.add(moved);
            } else {
                wheel.remove(moved.heartbeat);
                off.add(moved);
            }
        };
        for (Beating each : off) {
            boolean changes = random.nextInt(3) == 0;
            each.then = () -> {
                if (!on.contains(each)) {
                    wrong.add(each);
                } else if (changes) {
                    change.run();
                }
            };
        }
        for (int i = 0; i < 20_000; i++) {
            change.run();
            if (!on.isEmpty()) {
                Beating asking = on.get(random.nextInt(on.size()));
                asking.heartbeat.tickNoLaterThan(now[0] + random.nextInt(1_000_000_000));
            }
            now[0] += random.nextInt(300_000_000);
            wheel.advance(now[0]);
            assertThat(wheel.size()).isEqualTo(on.size());
            for (Beating each : on) {
                assertThat(now[0] - each.heartbeat.dueNanos()).isLessThanOrEqualTo(resolution);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 100_000, 10_000_000_001L})
    void constructor_resolutionOutOfRange_isRefused(long nanos) {
        assertThatThrownBy(() -> Ticked.wheel(Duration.ofNanos(nanos), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("resolution");
    }

    @Test
    void resolution_isRoundedDownToAPowerOfTwo() {
        assertThat(newWheel(0).resolution()).isEqualTo(Duration.ofNanos(1 << 26));
    }

    @Test
    void resolution_withinItsRange_isTaken_andTheTextOfARefusalHasTheRange() {
        Duration finest = Duration.ofNanos(1 << 17);
        Duration coarsest = Duration.ofSeconds(10);
        assertThat(Ticked.wheel(finest, 0).resolution()).isEqualTo(finest);
        assertThat(Ticked.wheel(coarsest, 0).resolution()).isLessThanOrEqualTo(coarsest);
        for (Duration outside : List.of(finest.minusNanos(1), coarsest.plusNanos(1))) {
            assertThatThrownBy(() -> Ticked.wheel(outside, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("to 10s");
        }
    }

    @Test
    void advance_dueAfterManyRounds_isTickedThen() {
        HeartbeatConfig slow = HeartbeatConfig.parse("ping-idle=1h,beat-interval=1h,pong-timeout=1m,jitter=0%");
        HeartbeatWheel<Ticked> wheel = newWheel(0);
        Beating beating = new Beating(slow, 0);
        add(wheel, beating);
        long due = beating.heartbeat.dueNanos();
        assertThat(due).isGreaterThan(10 * 512 * wheel.resolution().toNanos());
        long now = 0;
        while (beating.ticks.isEmpty() && now < 2 * due) {
            now += 1_000 * MS;
            wheel.advance(now);
        }
        assertThat(beating.ticks).hasSize(1);
        assertThat(beating.ticks.get(0))
                .isBetween(due, due + 1_000 * MS + wheel.resolution().toNanos());
    }

    @Test
    void nanosToNext_isTheEndOfThePieceOfTheDueTime_howeverOldTheWheelIs() {
        for (long age : new long[] {0, 600_000 * MS}) {
            HeartbeatWheel<Ticked> wheel = newWheel(0);
            wheel.advance(age);
            Beating beating = new Beating(CONFIG, age);
            add(wheel, beating);
            long untilDue = beating.heartbeat.dueNanos() - age;
            assertThat(wheel.nanosToNext(age))
                    .isBetween(untilDue, untilDue + wheel.resolution().toNanos());
        }
    }

    @Test
    void input_thatMakesATickDueEarlier_isReportedToTheOwnerOfTheTimer() {
        List<Long> reported = new ArrayList<>();
        HeartbeatWheel<Ticked> wheel = new HeartbeatWheel<>(
                Duration.ofMillis(100),
                new HeartbeatWheel.Ticker<Ticked>() {
                    @Override
                    public void tick(Ticked owner, long nowNanos) {
                        owner.tick(nowNanos);
                    }

                    @Override
                    public void onDueEarlier(long dueNanos) {
                        reported.add(dueNanos);
                    }
                },
                0);
        Beating beating = new Beating(CONFIG, 0);
        add(wheel, beating);
        beating.heartbeat.tickNoLaterThan(2_000 * MS);
        beating.heartbeat.tickNoLaterThan(3_000 * MS);
        assertThat(reported).containsExactly(2_000 * MS);
    }
}

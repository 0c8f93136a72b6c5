package io.keepalive.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HeartbeatTimerTest {
    private static final HeartbeatConfig FAST = HeartbeatConfig.parse("ping-idle=80ms,pong-timeout=80ms");

    private static Heartbeat heartbeat() {
        return new Heartbeat(FAST, 1, System.nanoTime());
    }

    private static void add(HeartbeatTimer<Ticked> timer, Ticked connection) {
        timer.add(connection.heartbeat(), connection);
    }

    @Test
    void add_isTickedByADaemonThreadWithoutAClassLoader_untilClosed() throws InterruptedException {
        Thread thread;
        try (HeartbeatTimer<Ticked> timer = Ticked.timer("timer-test")) {
            Heartbeat heartbeat = heartbeat();
            CountDownLatch threeTicks = new CountDownLatch(3);
            BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
            add(timer, new TestConnection(heartbeat, now -> {
                heartbeat.onTick(now, true, false, 0);
                threads.add(Thread.currentThread());
                threeTicks.countDown();
            }));
            assertThat(threeTicks.await(20, TimeUnit.SECONDS)).isTrue();
            thread = threads.take();
            assertThat(thread.isDaemon()).isTrue();
            assertThat(thread.getName()).isEqualTo("timer-test");
            assertThat(thread.getContextClassLoader()).isNull();
        }
        thread.join(20_000);
        assertThat(thread.isAlive()).isFalse();
    }

    /** A timer that sleeps for minutes: after the first tick, its one heartbeat has nothing to do for a day. */
    private static final class Sleeping implements AutoCloseable {
        private static final HeartbeatConfig SLOW = HeartbeatConfig.parse("ping-idle=1d,pong-timeout=1d");

        final HeartbeatTimer<Ticked> timer = new HeartbeatTimer<>("timer-test", Duration.ofSeconds(1), Ticked::tick);
        final Heartbeat heartbeat = heartbeat();
        final BlockingQueue<Thread> ticks = new LinkedBlockingQueue<>();
        final Thread thread;

        Sleeping() throws InterruptedException {
            heartbeat.onInputEnded(System.nanoTime()); // no PING, which would be looked at each second
            add(timer, new TestConnection(heartbeat, now -> {
                heartbeat.onTick(now, true, false, 0);
                heartbeat.reconfigure(SLOW, now);
                ticks.add(Thread.currentThread());
            }));
            thread = nextTick();
            await().atMost(20, TimeUnit.SECONDS).until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        }

        Thread nextTick() throws InterruptedException {
            return Objects.requireNonNull(ticks.poll(20, TimeUnit.SECONDS), "no tick within 20 s");
        }

        @Override
        public void close() {
            timer.close();
        }
    }

    @Test
    void tickBecomesDueEarlier_whileItSleeps_wakesItUp() throws InterruptedException {
        try (Sleeping sleeping = new Sleeping()) {
            sleeping.heartbeat.reconfigure(FAST, System.nanoTime());
            assertThat(sleeping.nextTick()).isSameAs(sleeping.thread);
        }
    }

    @Test
    void close_whileItSleeps_endsTheThread() throws InterruptedException {
        Sleeping sleeping = new Sleeping();
        sleeping.close();
        sleeping.thread.join(20_000);
        assertThat(sleeping.thread.isAlive()).isFalse();
    }

    @Test
    void add_twice_isReportedToTheThreadsHandler_andTheThreadGoesOn() throws InterruptedException {
        try (Sleeping sleeping = new Sleeping()) {
            BlockingQueue<Throwable> reported = new LinkedBlockingQueue<>();
            sleeping.thread.setUncaughtExceptionHandler((thread, e) -> reported.add(e));
            add(sleeping.timer, new TestConnection(sleeping.heartbeat, now -> {}));
            assertThat(reported.poll(20, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
            sleeping.heartbeat.reconfigure(FAST, System.nanoTime());
            sleeping.nextTick();
        }
    }

    @Test
    void remove_isTickedNoMore_andMayBeAddedAgain() throws InterruptedException {
        try (HeartbeatTimer<Ticked> timer = Ticked.timer("timer-test")) {
            Heartbeat removed = heartbeat();
            add(timer, new TestConnection(removed, now -> {}));
            timer.remove(removed);
            CountDownLatch tickedAgain = new CountDownLatch(1);
            add(timer, new TestConnection(removed, now -> {
                removed.onTick(now, true, false, 0);
                tickedAgain.countDown();
            }));
            assertThat(tickedAgain.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void close_thenAdd_isRefused_andRemoveIsNot() {
        HeartbeatTimer<Ticked> timer = Ticked.timer("timer-test");
        timer.close();
        timer.remove(heartbeat());
        assertThatThrownBy(() -> add(timer, new TestConnection(heartbeat(), now -> {})))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("timer-test");
    }

    @Test
    void tick_throwsAnError_theThreadGoesOn() throws InterruptedException {
        try (HeartbeatTimer<Ticked> timer = Ticked.timer("timer-test")) {
            CountDownLatch threeTicks = new CountDownLatch(3);
            add(timer, new TestConnection(heartbeat(), now -> {
                Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> {});
                throw new AssertionError("on purpose");
            }));
            Heartbeat other = heartbeat();
            add(timer, new TestConnection(other, now -> {
                other.onTick(now, true, false, 0);
                threeTicks.countDown();
            }));
            assertThat(threeTicks.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void tick_throwsAndItsHandlerThrowsAndTheThreadIsInterrupted_theThreadGoesOn() throws InterruptedException {
        try (HeartbeatTimer<Ticked> timer = Ticked.timer("timer-test")) {
            for (Error error :
                    new Error[] {new OutOfMemoryError("odd"), new StackOverflowError(), new LinkageError()}) {
                CountDownLatch threeTicks = new CountDownLatch(3);
                Heartbeat heartbeat = heartbeat();
                add(timer, new TestConnection(heartbeat, now -> {
                    heartbeat.onTick(now, true, false, 0);
                    threeTicks.countDown();
                    Thread.currentThread().interrupt();
                    Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> {
                        throw error;
                    });
                    throw error;
                }));
                assertThat(threeTicks.await(20, TimeUnit.SECONDS)).isTrue();
            }
        }
    }
}

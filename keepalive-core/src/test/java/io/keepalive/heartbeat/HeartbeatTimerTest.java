package io.keepalive.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

    @Test
    void reschedule_whileItSleeps_wakesItUp() throws InterruptedException {
        try (HeartbeatTimer<Ticked> timer = Ticked.timer("timer-test")) {
            HeartbeatConfig slow = HeartbeatConfig.parse("ping-idle=1d,pong-timeout=1d");
            Heartbeat heartbeat = new Heartbeat(slow, 1, System.nanoTime());
            CountDownLatch ticked = new CountDownLatch(1);
            add(timer, new TestConnection(heartbeat, now -> {
                heartbeat.onTick(now, true, false, 0);
                ticked.countDown();
            }));
            heartbeat.reconfigure(FAST, System.nanoTime());
            assertThat(ticked.await(20, TimeUnit.SECONDS)).isTrue();
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

package io.keepalive.nio.blocking;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatObserver;
import io.keepalive.heartbeat.HeartbeatObservers;
import io.keepalive.nio.Pair;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A reader that holds its connection's lock for long, as one does that a peer keeps busy and that gets no processor: the
 * heartbeats of all others go on. Here an observer holds it.
 */
@Timeout(60)
class LockedConnectionTest {
    private static final HeartbeatConfig CONFIG = HeartbeatConfig.parse(
            "ping-idle=400ms,pong-timeout=400ms,max-missed-pongs=2,beat-interval=200ms,require-heartbeats,close-timeout=200ms");
    private static final HeartbeatConfig PATIENT =
            HeartbeatConfig.parse("ping-idle=400ms,beat-interval=200ms,close-timeout=200ms");

    private final AtomicReference<@Nullable Thread> reader = new AtomicReference<>();
    private final CountDownLatch locked = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);

    @Test
    void readerHoldsItsLock_othersStillBeat() throws Exception {
        HeartbeatObserver holder = new HeartbeatObserver() {
            @Override
            public void onRoundTrip(long rttNanos) {
                if (Thread.currentThread() == reader.get()) {
                    locked.countDown();
                    awaitOver();
                }
            }
        };
        HeartbeatObservers.add(holder);
        try (Pair held = Pair.plain();
                Pair other = Pair.plain();
                BlockingHeartbeats near = new BlockingHeartbeats(PATIENT);
                BlockingHeartbeats far = new BlockingHeartbeats(CONFIG)) {
            HeartbeatSocket heldNear = near.wrap(held.near(), ReadMode.INLINE);
            far.wrap(held.far(), ReadMode.PUMPED);
            near.wrap(other.near(), ReadMode.INLINE); // whose application does not read: it answers no PING, and beats
            HeartbeatSocket otherFar = far.wrap(other.far(), ReadMode.PUMPED);
            Thread thread = new Thread(() -> readAll(heldNear));
            reader.set(thread);
            thread.start();
            try {
                heldNear.pingNow(Duration.ofSeconds(30));
                assertThat(locked.await(20, TimeUnit.SECONDS)).isTrue();
                Thread.sleep(3 * CONFIG.detectionTime().toMillis());
                assertThat(otherFar.loss()).isEmpty();
            } finally {
                over.countDown();
            }
            thread.join();
        } finally {
            HeartbeatObservers.remove(holder);
        }
    }

    private void awaitOver() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void readAll(HeartbeatSocket connection) {
        try {
            connection.input().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // its peer has given it up
        }
    }
}

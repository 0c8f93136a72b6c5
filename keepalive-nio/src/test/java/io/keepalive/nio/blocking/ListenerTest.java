package io.keepalive.nio.blocking;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatEvent;
import io.keepalive.heartbeat.wire.HeartbeatProtocol;
import io.keepalive.nio.Pair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever a listener does on one connection, the heartbeats and the events of all others go on: of a thousand with {@code
 * -Dkeepalive.listener.others=1000}.
 */
@Timeout(60)
class ListenerTest {
    private static final HeartbeatConfig CONFIG = HeartbeatConfig.parse("ping-idle=30s,close-timeout=2s");
    private static final int OTHERS = Integer.getInteger("keepalive.listener.others", 20);

    enum Behaviour {
        WRITES {
            @Override
            void act(HeartbeatSocket connection, CountDownLatch never) throws IOException {
                while (true) {
                    connection.output().write(new byte[100_000]); // until the buffers are full, and for ever
                }
            }
        },
        CLOSES {
            @Override
            void act(HeartbeatSocket connection, CountDownLatch never) {
                connection.close();
            }
        },
        BLOCKS {
            @Override
            void act(HeartbeatSocket connection, CountDownLatch never) throws InterruptedException {
                never.await();
            }
        },
        THROWS {
            @Override
            void act(HeartbeatSocket connection, CountDownLatch never) {
                throw new IllegalStateException("thrown by a listener");
            }
        },
        THROWS_ERROR {
            @Override
            void act(HeartbeatSocket connection, CountDownLatch never) {
                throw new StackOverflowError("thrown by a listener");
            }
        };

        abstract void act(HeartbeatSocket connection, CountDownLatch never) throws Exception;
    }

    @ParameterizedTest
    @EnumSource
    void listenerMisbehaves_othersAreAnsweredAndReported(Behaviour behaviour) throws Exception {
        Set<HeartbeatSocket> misbehaving = ConcurrentHashMap.newKeySet();
        Set<HeartbeatSocket> reported = ConcurrentHashMap.newKeySet();
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        BiConsumer<HeartbeatSocket, HeartbeatEvent> listener = (connection, event) -> {
            if (misbehaving.contains(connection)) {
                begun.countDown();
                act(behaviour, connection, never);
            } else if (event instanceof HeartbeatEvent.RoundTrip) {
                reported.add(connection);
            }
        };
        List<Pair> pairs = new ArrayList<>();
        List<HeartbeatSocket> others = new ArrayList<>();
        try (BlockingHeartbeats near = new BlockingHeartbeats(HeartbeatProtocol.of(CONFIG), listener);
                BlockingHeartbeats far = new BlockingHeartbeats(CONFIG)) {
            for (int i = 0; i <= OTHERS; i++) {
                Pair pair = Pair.plain();
                pairs.add(pair);
                HeartbeatSocket connection = near.wrap(pair.near(), ReadMode.PUMPED);
                if (i == 0) {
                    misbehaving.add(connection);
                } else {
                    others.add(connection);
                }
                far.wrap(pair.far(), ReadMode.PUMPED);
                if (i == 0) {
                    connection.pingNow(Duration.ofSeconds(20)); // an event, once it is answered
                }
            }
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
            for (HeartbeatSocket other : others) {
                other.pingNow(Duration.ofSeconds(20));
            }
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> reported.containsAll(others));
            assertThat(others).allMatch(other -> other.loss().isEmpty());
            never.countDown();
        } finally {
            for (Pair pair : pairs) {
                pair.close();
            }
        }
    }

    private static void act(Behaviour behaviour, HeartbeatSocket connection, CountDownLatch never) {
        try {
            behaviour.act(connection, never);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // closed at the end of the test
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.keepalive.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatEvent;
import io.keepalive.heartbeat.wire.HeartbeatProtocol;
import io.keepalive.loss.ConnectionLostException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a listener does with one channel of a loop, all the others go on. */
@Timeout(60)
class LoopListenerTest {
    private static final HeartbeatConfig CONFIG =
            HeartbeatConfig.parse("ping-idle=400ms,pong-timeout=400ms,max-missed-pongs=2,beat-interval=200ms");
    /** Opened for each case; the most that was tried is 1000. */
    private static final int OTHERS = Integer.getInteger("keepalive.listener.others", 200);

    enum Behaviour {
        WRITES {
            @Override
            void act(HeartbeatChannel channel) throws IOException {
                while (channel.write(ByteBuffer.allocate(100_000)) > 0) {
                    // until the kernel has no more room
                }
            }
        },
        CLOSES {
            @Override
            void act(HeartbeatChannel channel) throws IOException {
                channel.close();
            }
        },
        ABORTS {
            @Override
            void act(HeartbeatChannel channel) {
                channel.abort();
            }
        },
        THROWS {
            @Override
            void act(HeartbeatChannel channel) {
                throw new IllegalStateException("thrown by a listener");
            }
        },
        THROWS_ERROR {
            @Override
            void act(HeartbeatChannel channel) {
                throw new StackOverflowError("thrown by a listener");
            }
        };

        abstract void act(HeartbeatChannel channel) throws IOException;
    }

    private final List<Throwable> thrown = new ArrayList<>();
    private final Set<LoopChannel> reported = new HashSet<>();
    private boolean acted;

    @ParameterizedTest
    @EnumSource
    void listenerMisbehavesInATick_othersAreAnsweredAndReported(Behaviour behaviour) throws Exception {
        Thread thread = Thread.currentThread();
        Thread.UncaughtExceptionHandler handler = thread.getUncaughtExceptionHandler();
        thread.setUncaughtExceptionHandler((where, what) -> thrown.add(what));
        List<Pair> pairs = new ArrayList<>();
        List<LoopChannel> others = new ArrayList<>();
        List<LoopChannel> lost = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            HeartbeatChannel[] misbehaving = new HeartbeatChannel[1];
            HeartbeatLoop loop = new HeartbeatLoop(HeartbeatProtocol.of(CONFIG), (channel, event) -> {
                if (channel == misbehaving[0]) {
                    act(behaviour, misbehaving[0]);
                } else if (event instanceof HeartbeatEvent.RoundTrip) {
                    reported.add(channel);
                }
            });
            misbehaving[0] = add(loop, selector, open(pairs).near()); // with a peer that never says a word
            for (int i = 0; i < OTHERS; i++) {
                Pair pair = open(pairs);
                HeartbeatChannel channel = add(loop, selector, pair.near());
                channel.pingNow(Duration.ofSeconds(40));
                others.add(channel);
                add(loop, selector, pair.far());
            }

            while (reported.size() < OTHERS || !acted) {
                round(loop, selector, lost);
            }

            assertThat(lost).doesNotContainAnyElementsOf(others);
            boolean throwing = behaviour == Behaviour.THROWS || behaviour == Behaviour.THROWS_ERROR;
            assertThat(thrown.isEmpty()).isEqualTo(!throwing);
        } finally {
            thread.setUncaughtExceptionHandler(handler);
            for (Pair pair : pairs) {
                pair.close();
            }
        }
    }

    private void act(Behaviour behaviour, HeartbeatChannel channel) {
        acted = true;
        try {
            behaviour.act(channel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Pair open(List<Pair> pairs) throws IOException {
        Pair pair = Pair.channels();
        pairs.add(pair);
        return pair;
    }

    private static HeartbeatChannel add(HeartbeatLoop loop, Selector selector, Socket socket) throws IOException {
        SocketChannel channel = socket.getChannel();
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
        HeartbeatChannel added = loop.add(key);
        key.attach(added);
        return added;
    }

    private static void round(HeartbeatLoop loop, Selector selector, List<LoopChannel> lost) throws IOException {
        selector.select(
                key -> {
                    HeartbeatChannel channel = (HeartbeatChannel) key.attachment();
                    try {
                        channel.flush();
                        channel.read(ByteBuffer.allocate(1024));
                    } catch (ConnectionLostException e) {
                        lost.add(channel);
                    }
                },
                Math.max(1, loop.timeoutMillis()));
        loop.tick((channel, why) -> lost.add(channel));
    }
}

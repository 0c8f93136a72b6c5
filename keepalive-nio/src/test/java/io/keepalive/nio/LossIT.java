package io.keepalive.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import io.keepalive.nio.blocking.BlockingHeartbeats;
import io.keepalive.nio.blocking.HeartbeatSocket;
import io.keepalive.nio.blocking.ReadMode;
import io.keepalive.socket.KeepAliveStatistics;
import io.keepalive.testing.TestCertificate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A thousand connections end in every way: every blocked caller is told the same, each is counted once, and nothing is left.
 */
@Isolated("counts threads and descriptors")
@Timeout(120)
@Tag("thorough")
class LossIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void blocking_everyCallerGetsTheSame_eachIsCountedOnce_andNothingIsLeft() throws Exception {
        Census before = Census.take();
        Map<String, Long> counted = KeepAliveStatistics.get().getLosses();
        killBlocking(ReadMode.INLINE, 300, false);
        killBlocking(ReadMode.PUMPED, 300, false);
        killBlocking(ReadMode.INLINE, 24, true);
        killBlocking(ReadMode.PUMPED, 24, true);
        before.awaitNoMore();
        for (Way way : Way.values()) {
            assertThat(added(way, counted)).as("%s", way).isEqualTo(expected(way, way == Way.RESET ? 100 : 108));
        }
    }

    /** What this side closes is not lost. */
    private static long expected(Way way, long ends) {
        return way == Way.CLOSED_HERE ? 0 : ends;
    }

    private static long added(Way way, Map<String, Long> before) {
        String cause = way.cause.name();
        return KeepAliveStatistics.get().getLosses().getOrDefault(cause, -1L) - before.getOrDefault(cause, -1L);
    }

    private static void killBlocking(ReadMode mode, int count, boolean tls) throws Exception {
        ExecutorService callers = Executors.newCachedThreadPool();
        Map<Way, BlockingHeartbeats> owners = new EnumMap<>(Way.class);
        List<Future<?>> running = new ArrayList<>();
        List<Way> ways = List.of(Way.values());
        for (Way way : ways) {
            owners.put(way, new BlockingHeartbeats(way.config()));
        }
        // Some at a time: each has a flooded pair of kernel buffers.
        for (int i = 0; i < count; i++) {
            Way way = ways.get(i % ways.size());
            if (tls && way == Way.RESET) {
                continue; // a TLS socket takes leave before any reset; LabIT has one that doesn't
            }
            BlockingHeartbeats owner = Objects.requireNonNull(owners.get(way));
            running.add(callers.submit(() -> {
                kill(owner, mode, way, tls, callers);
                return null;
            }));
            if (running.size() == 60) {
                joinAll(running);
            }
        }
        joinAll(running);
        for (BlockingHeartbeats owner : owners.values()) {
            assertThat(owner.size()).isZero();
            owner.close();
        }
        callers.shutdown();
    }

    private static void joinAll(List<Future<?>> running) throws Exception {
        for (Future<?> future : running) {
            future.get(60, TimeUnit.SECONDS);
        }
        running.clear();
    }

    private static void kill(BlockingHeartbeats owner, ReadMode mode, Way way, boolean tls, ExecutorService callers)
            throws Exception {
        try (Pair pair = tls ? Pair.tls() : Pair.plain()) {
            HeartbeatSocket connection = owner.wrap(pair.near(), mode);
            pair.far().getOutputStream().write(Way.hello());
            Future<ConnectionLostException> reader =
                    callers.submit(() -> lossOf(() -> connection.input().read()));
            Future<ConnectionLostException> writer = way.floods()
                    ? callers.submit(() -> lossOf(() -> connection.output().write(new byte[100_000])))
                    : reader;
            if (way.floods()) {
                Thread.sleep(100); // until the buffers are full
            }
            way.kill(pair.far());
            if (way == Way.CLOSED_HERE) {
                connection.abort(); // a close would wait for the writer, and count what it could not deliver as stalled
                assertThat(pair.near().isClosed()).isTrue();
            }
            assertThat(reader.get(SOON.toSeconds(), TimeUnit.SECONDS).cause())
                    .as("%s: %s", way, reader.get())
                    .isEqualTo(way.cause);
            assertThat(writer.get(SOON.toSeconds(), TimeUnit.SECONDS).loss())
                    .isEqualTo(reader.get().loss());
            assertThat(lossOf(() -> connection.input().read()).loss())
                    .isEqualTo(reader.get().loss());
            connection.close();
            assertThat(pair.near().isClosed()).isTrue();
        }
    }

    private interface Call {
        void run() throws IOException;
    }

    /** Calls until the connection is lost. */
    private static ConnectionLostException lossOf(Call call) throws IOException {
        while (true) {
            try {
                call.run();
            } catch (ConnectionLostException e) {
                return e;
            }
        }
    }

    @Test
    void loop_everyLossIsReportedAndCountedOnce_andNothingIsLeft() throws Exception {
        killInLoops(Way.values(), config -> config, HeartbeatLoop::add);
    }

    @Test
    void ownProtocol_everyLossIsReportedAndCountedOnce_andNothingIsLeft() throws Exception {
        // The two ways that are missing: an end of stream is the application's, and so is what breaks its protocol.
        Way[] ways = {Way.CLOSED_HERE, Way.RESET, Way.SILENCE, Way.STALL};
        killInLoops(
                ways,
                config -> config.toBuilder().requireHeartbeats().build(), // it never beats
                (loop, key) -> loop.add(key, new LineFormat()));
    }

    private interface Adder {
        LoopChannel add(HeartbeatLoop loop, SelectionKey key) throws IOException;
    }

    private static void killInLoops(Way[] ways, UnaryOperator<HeartbeatConfig> config, Adder adder) throws Exception {
        Census before = Census.take();
        for (Way way : ways) {
            // A close whose bytes nobody takes in time is counted as stalled; that is not what is looked at here.
            Map<String, Long> counted = KeepAliveStatistics.get().getLosses();
            HeartbeatLoop loop = new HeartbeatLoop(config.apply(way.config()));
            try (Selector selector = Selector.open()) {
                for (int batch = 0; batch < 3; batch++) {
                    killInLoop(loop, selector, way, adder);
                }
            }
            assertThat(loop.size()).isZero();
            assertThat(loop.pool.size())
                    .as("buffers kept for the next slow peers")
                    .isLessThanOrEqualTo(64);
            assertThat(added(way, counted)).as("%s", way).isEqualTo(expected(way, 75));
        }
        before.awaitNoMore();
    }

    private static void killInLoop(HeartbeatLoop loop, Selector selector, Way way, Adder adder) throws Exception {
        List<Pair> pairs = new ArrayList<>();
        List<LoopChannel> channels = new ArrayList<>();
        Map<LoopChannel, LossCause> told = new HashMap<>();
        for (int i = 0; i < 25; i++) {
            Pair pair = Pair.plain();
            pair.channel().configureBlocking(false);
            LoopChannel channel = adder.add(loop, pair.channel().register(selector, SelectionKey.OP_READ));
            pair.far().getOutputStream().write(Way.hello());
            pairs.add(pair);
            channels.add(channel);
            while (way.floods() && isTaken(channel, ByteBuffer.allocate(100_000))) {
                // until the buffers are full
            }
            way.kill(pair.far());
        }
        if (way == Way.CLOSED_HERE) {
            for (LoopChannel channel : channels) {
                channel.close();
                told.put(channel, channel.loss().orElseThrow().cause());
            }
        }
        ByteBuffer buffer = ByteBuffer.allocate(1000);
        long untilNanos = System.nanoTime() + SOON.toNanos();
        while (told.size() < channels.size() && System.nanoTime() - untilNanos < 0) {
            selector.select(loop.timeoutMillis());
            for (SelectionKey key : selector.selectedKeys()) {
                LoopChannel channel = channels.stream()
                        .filter(each -> each.key() == key)
                        .findAny()
                        .orElseThrow();
                try {
                    read(channel, buffer.clear());
                } catch (ConnectionLostException e) {
                    assertThat(told.put(channel, e.cause())).isNull();
                }
            }
            selector.selectedKeys().clear();
            for (LoopChannel channel : channels) {
                if (way == Way.STALL && channel.isOpen()) {
                    isTaken(channel, ByteBuffer.allocate(100_000)); // the kernel takes a little more now and then
                }
            }
            loop.tick((channel, lost) ->
                    assertThat(told.put(channel, lost.cause())).isNull());
        }
        assertThat(told).as(() -> way + " " + channels.get(0)).hasSize(channels.size());
        assertThat(told.values()).containsOnly(way.cause);
        assertThat(loop.awaitClosed(SOON)).isTrue(); // until the limit of the close: these peers read nothing
        for (Pair pair : pairs) {
            assertThat(pair.channel().isOpen()).isFalse();
            pair.close();
        }
        selector.selectNow();
    }

    private static void read(LoopChannel channel, ByteBuffer buffer) throws ConnectionLostException {
        if (channel instanceof HeartbeatChannel framed) {
            framed.read(buffer);
        } else {
            ((MessageChannel) channel).read(buffer);
        }
    }

    private static boolean isTaken(LoopChannel channel, ByteBuffer bytes) throws ConnectionLostException {
        return channel instanceof HeartbeatChannel framed
                ? framed.write(bytes) > 0
                : ((MessageChannel) channel).write(bytes);
    }

    /** The threads and descriptors of this process. */
    private record Census(long threads, long descriptors) {
        static Census take() throws Exception {
            CompletableFuture.runAsync(() -> {}).get(); // threads that come with anything
            TestCertificate.ofThisJvm().context();
            Pair.tls().close();
            long threads = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("keepalive-"))
                    .count();
            try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
                return new Census(threads, open.count());
            }
        }

        void awaitNoMore() throws Exception {
            long untilNanos = System.nanoTime() + SOON.toNanos();
            Census now = take();
            while ((now.threads > threads || now.descriptors > descriptors + 5) && System.nanoTime() - untilNanos < 0) {
                Thread.sleep(200);
                now = take();
            }
            assertThat(now.threads).as("threads").isLessThanOrEqualTo(threads);
            // a few belong to the JVM: class files, the random device
            assertThat(now.descriptors).as("descriptors").isLessThanOrEqualTo(descriptors + 5);
        }
    }
}

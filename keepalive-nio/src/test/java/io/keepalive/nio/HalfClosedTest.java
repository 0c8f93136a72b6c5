package io.keepalive.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.nio.blocking.BlockingHeartbeats;
import io.keepalive.nio.blocking.HeartbeatSocket;
import io.keepalive.nio.blocking.ReadMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An input that has ended is no reading held back: a side that has read the peer's END, and only writes from then on, lives for
 * longer than {@link HeartbeatConfig#readPauseTimeout()}. In virtual time, and for longer, in core.
 */
@Timeout(60)
class HalfClosedTest {
    private static final HeartbeatConfig CONFIG = HeartbeatConfig.parse(
            "ping-idle=400ms,pong-timeout=10s,beat-interval=200ms,read-pause-timeout=500ms,require-heartbeats");
    private static final long STREAMED_NANOS = 3 * CONFIG.readPauseTimeout().toNanos();

    @ParameterizedTest
    @CsvSource({"INLINE, false", "PUMPED, false", "INLINE, true", "PUMPED, true"})
    void peerHasEnded_blockingWriterGoesOn_lives(ReadMode mode, boolean tls) throws Exception {
        try (Pair pair = tls ? Pair.tls() : Pair.plain();
                BlockingHeartbeats heartbeats = new BlockingHeartbeats(CONFIG)) {
            HeartbeatSocket near = heartbeats.wrap(pair.near(), mode);
            HeartbeatSocket far = heartbeats.wrap(pair.far(), mode);
            near.output().write(1);
            near.end();
            assertThat(far.input().read()).isEqualTo(1);
            assertThat(far.input().read()).isEqualTo(-1);

            CompletableFuture<Integer> received = CompletableFuture.supplyAsync(() -> readAll(near));
            int sent = 0;
            for (long startNanos = System.nanoTime(); System.nanoTime() - startNanos < STREAMED_NANOS; sent++) {
                far.output().write(2);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
            assertThat(far.loss()).isEmpty();
            assertThat(near.loss()).isEmpty();
            far.end();
            assertThat(received.get(20, TimeUnit.SECONDS)).isEqualTo(sent);
        }
    }

    @ParameterizedTest
    @EnumSource(ReadMode.class)
    void peerHasEnded_loopWriterGoesOn_lives(ReadMode mode) throws Exception {
        try (Pair pair = Pair.plain();
                Selector selector = Selector.open();
                BlockingHeartbeats heartbeats = new BlockingHeartbeats(CONFIG)) {
            HeartbeatSocket peer = heartbeats.wrap(pair.far(), mode);
            SocketChannel socket = pair.channel();
            socket.configureBlocking(false);
            SelectionKey key = socket.register(selector, SelectionKey.OP_READ);
            HeartbeatLoop loop = new HeartbeatLoop(CONFIG);
            HeartbeatChannel channel = loop.add(key);
            peer.end();

            CompletableFuture<Integer> received = CompletableFuture.supplyAsync(() -> readAll(peer));
            ByteBuffer buffer = ByteBuffer.allocate(1024);
            int sent = 0;
            long startNanos = System.nanoTime();
            while (System.nanoTime() - startNanos < STREAMED_NANOS) {
                selector.select(20);
                selector.selectedKeys().clear();
                if (channel.isInputEnded()) {
                    key.interestOpsAnd(~SelectionKey.OP_READ);
                    sent += channel.write(ByteBuffer.wrap(new byte[] {3}));
                } else {
                    channel.read(buffer.clear());
                    startNanos = System.nanoTime();
                }
                loop.tick((lost, why) -> {
                    throw new AssertionError(why);
                });
            }
            assertThat(channel.loss()).isEmpty();
            assertThat(peer.loss()).isEmpty();
            assertThat(sent).isPositive();
            channel.abort();
            peer.abort();
            received.handle((count, lost) -> count).get(20, TimeUnit.SECONDS);
        }
    }

    /** How many bytes came until the end of the stream; an exception is a loss. */
    private static int readAll(HeartbeatSocket connection) {
        int count = 0;
        try {
            while (connection.input().read() >= 0) {
                count++;
            }
        } catch (IOException e) {
            Optional<ConnectionLoss> loss = connection.loss();
            throw new IllegalStateException("lost: " + loss, e);
        }
        return count;
    }
}

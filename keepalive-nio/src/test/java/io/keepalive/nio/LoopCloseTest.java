package io.keepalive.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import io.keepalive.nio.blocking.BlockingHeartbeats;
import io.keepalive.nio.blocking.HeartbeatSocket;
import io.keepalive.nio.blocking.ReadMode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A close of a channel of a selector loop loses nothing. */
@Timeout(60)
class LoopCloseTest {
    private static final HeartbeatConfig CONFIG =
            HeartbeatConfig.parse("ping-idle=10s,pong-timeout=5s,max-missed-pongs=2,beat-interval=1s");

    @ParameterizedTest
    @ValueSource(ints = {1, 65_536, 1 << 20})
    void close_peerReadsSlowlyAndBeats_receivesEveryByte(int bytes) throws Exception {
        byte[] sent = new byte[bytes];
        new Random(bytes).nextBytes(sent);
        try (Pair pair = Pair.plain();
                Selector selector = Selector.open();
                BlockingHeartbeats heartbeats = new BlockingHeartbeats(CONFIG);
                HeartbeatSocket far = heartbeats.wrap(pair.far(), ReadMode.INLINE)) {
            HeartbeatLoop loop = new HeartbeatLoop(CONFIG);
            HeartbeatChannel near = add(loop, selector, pair);
            CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> readSlowly(far));
            ByteBuffer source = ByteBuffer.wrap(sent);
            ByteBuffer beats = ByteBuffer.allocate(1024);
            while (source.hasRemaining()) {
                selector.select(loop.timeoutMillis());
                selector.selectedKeys().clear();
                near.read(beats.clear());
                near.flush();
                near.write(source);
                loop.tick((channel, lost) -> {
                    throw new AssertionError(lost);
                });
            }
            near.close();
            assertThat(near.isOpen()).isFalse();

            assertThat(loop.awaitClosed(Duration.ofSeconds(30))).isTrue();
            assertThat(received.get(1, TimeUnit.SECONDS)).isEqualTo(sent);
            assertThat(loop.size()).isZero();
            assertThat(near.loss().orElseThrow().cause()).isEqualTo(LossCause.LOCAL_CLOSED);
        }
    }

    /** A CLOSE whose reason is not there yet is not the end. */
    @Test
    void peerCloses_readByteForByte_isTheCloseAndNoEndOfStream() throws Exception {
        try (Pair pair = Pair.plain();
                Selector selector = Selector.open();
                BlockingHeartbeats heartbeats = new BlockingHeartbeats(CONFIG)) {
            HeartbeatLoop loop = new HeartbeatLoop(CONFIG);
            HeartbeatChannel near = add(loop, selector, pair);
            CompletableFuture<Void> closed =
                    CompletableFuture.runAsync(() -> wrap(heartbeats, pair).close());
            ByteBuffer one = ByteBuffer.allocate(1);
            assertThatThrownBy(() -> {
                        while (near.read(one.clear()) == 0) {
                            selector.select(loop.timeoutMillis());
                            selector.selectedKeys().clear();
                        }
                    })
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContaining("closed by the peer");
            assertThat(loop.awaitClosed(Duration.ofSeconds(20))).isTrue();
            closed.get(20, TimeUnit.SECONDS);
        }
    }

    private static HeartbeatSocket wrap(BlockingHeartbeats heartbeats, Pair pair) {
        try {
            return heartbeats.wrap(pair.far(), ReadMode.INLINE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void abort_resetsAtOnce() throws Exception {
        try (Pair pair = Pair.plain();
                Selector selector = Selector.open();
                BlockingHeartbeats heartbeats = new BlockingHeartbeats(CONFIG);
                HeartbeatSocket far = heartbeats.wrap(pair.far(), ReadMode.INLINE)) {
            HeartbeatLoop loop = new HeartbeatLoop(CONFIG);
            HeartbeatChannel near = add(loop, selector, pair);
            near.abort();
            selector.selectNow(); // the JDK keeps a registered descriptor until then

            assertThat(pair.channel().isOpen()).isFalse();
            assertThat(loop.size()).isZero();
            readSlowly(far);
            assertThat(far.loss().orElseThrow().cause()).isEqualTo(LossCause.PEER_RESET);
        }
    }

    private static HeartbeatChannel add(HeartbeatLoop loop, Selector selector, Pair pair) throws IOException {
        SocketChannel channel = pair.channel();
        channel.configureBlocking(false);
        return loop.add(channel.register(selector, SelectionKey.OP_READ));
    }

    /** 1 MiB in about 2.5 s, so that two beats go out meanwhile. */
    private static byte[] readSlowly(HeartbeatSocket socket) {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try {
            for (int count = socket.input().read(buffer);
                    count > 0;
                    count = socket.input().read(buffer)) {
                received.write(buffer, 0, count);
                TimeUnit.MILLISECONDS.sleep(20); // the reader's speed
            }
        } catch (ConnectionLostException e) {
            // the end of what the peer sent
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return received.toByteArray();
    }
}

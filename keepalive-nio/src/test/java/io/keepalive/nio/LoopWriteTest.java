package io.keepalive.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keepalive.heartbeat.HeartbeatConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Writing to a channel of a selector loop whose peer takes less than there is. */
@Timeout(60)
class LoopWriteTest {
    /** Ticks come often. */
    private static final HeartbeatConfig CONFIG =
            HeartbeatConfig.parse("ping-idle=400ms,pong-timeout=20s,max-missed-pongs=2,beat-interval=40ms");

    @Test
    void tick_thatWritesWhatWaited_leavesTheKeyToTellTheApplication() throws Exception {
        try (Pair pair = Pair.plain();
                Selector selector = Selector.open()) {
            HeartbeatLoop loop = new HeartbeatLoop(CONFIG);
            pair.channel().configureBlocking(false);
            SelectionKey key = pair.channel().register(selector, SelectionKey.OP_READ);
            HeartbeatChannel channel = loop.add(key);
            ByteBuffer source = ByteBuffer.allocate(64 << 20);
            while (channel.write(source) > 0) {
                // until the kernel's buffers are full
            }
            assertThat(source.hasRemaining()).isTrue();
            assertThat(key.interestOps() & SelectionKey.OP_WRITE).isNotZero();

            // The application is between two selects; only ticks write.
            await().pollInterval(Duration.ofMillis(10))
                    .during(Duration.ofMillis(500))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> {
                        drain(pair);
                        loop.tick((lost, why) -> {
                            throw new AssertionError(why);
                        });
                        return true;
                    });

            assertThat(key.interestOps() & SelectionKey.OP_WRITE)
                    .as("or the application waits for ever to write the rest")
                    .isNotZero();
            assertThat(channel.flush()).isTrue();
            assertThat(key.interestOps() & SelectionKey.OP_WRITE)
                    .as("or the selector spins")
                    .isZero();
            assertThat(channel.write(source)).isPositive();
        }
    }

    private static void drain(Pair pair) throws IOException {
        InputStream in = pair.far().getInputStream();
        byte[] buffer = new byte[1 << 16];
        while (in.available() > 0) {
            assertThat(in.read(buffer)).isPositive();
        }
    }
}

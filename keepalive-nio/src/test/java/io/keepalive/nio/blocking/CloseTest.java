package io.keepalive.nio.blocking;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.nio.Pair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was written before a close reaches a peer that reads slowly and beats. */
@Timeout(60)
class CloseTest {
    private static final HeartbeatConfig CONFIG =
            HeartbeatConfig.parse("ping-idle=10s,pong-timeout=5s,max-missed-pongs=2,beat-interval=1s");

    @ParameterizedTest
    @CsvSource({
        "INLINE, INLINE, false, 1",
        "INLINE, PUMPED, false, 100",
        "PUMPED, PUMPED, false, 65536",
        "PUMPED, INLINE, false, 1048576",
        "INLINE, PUMPED, false, 1048576",
        "INLINE, INLINE, true, 100",
        "PUMPED, PUMPED, true, 1048576"
    })
    void close_peerReadsSlowlyAndBeats_receivesEveryByte(ReadMode closer, ReadMode reader, boolean tls, int bytes)
            throws Exception {
        byte[] sent = new byte[bytes];
        new Random(bytes).nextBytes(sent);
        try (BlockingHeartbeats heartbeats = new BlockingHeartbeats(CONFIG);
                Pair pair = tls ? Pair.tls() : Pair.plain()) {
            HeartbeatSocket near = heartbeats.wrap(pair.near(), closer);
            CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> {
                try (HeartbeatSocket socket = near) {
                    socket.output().write(sent);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            try (HeartbeatSocket far = heartbeats.wrap(pair.far(), reader)) {
                assertThat(readSlowly(far)).isEqualTo(sent);
            }
            closed.get(20, TimeUnit.SECONDS);
        }
    }

    /** 1 MiB in about 2.5 s, so that two beats go out meanwhile. */
    private static byte[] readSlowly(HeartbeatSocket socket) throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try {
            for (int count = socket.input().read(buffer);
                    count > 0;
                    count = socket.input().read(buffer)) {
                received.write(buffer, 0, count);
                TimeUnit.MILLISECONDS.sleep(20); // the reader's speed
            }
        } catch (ConnectionLostException | InterruptedException e) {
            // the end of what the peer sent
        }
        return received.toByteArray();
    }
}

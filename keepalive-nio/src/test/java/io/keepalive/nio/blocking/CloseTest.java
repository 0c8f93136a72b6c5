package io.keepalive.nio.blocking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import io.keepalive.nio.Pair;
import io.keepalive.socket.KeepAliveStatistics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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

    @ParameterizedTest
    @CsvSource({"INLINE, false", "PUMPED, false", "INLINE, true", "PUMPED, true"})
    void close_peerNeverReads_resetsAfterTheLimitAndFreesTheBlockedWriter(ReadMode mode, boolean tls) throws Exception {
        HeartbeatConfig config =
                CONFIG.toBuilder().closeTimeout(Duration.ofSeconds(1)).build();
        try (BlockingHeartbeats heartbeats = new BlockingHeartbeats(config);
                Pair pair = tls ? Pair.tls() : Pair.plain()) {
            HeartbeatSocket near = heartbeats.wrap(pair.near(), mode);
            CompletableFuture<LossCause> writer = CompletableFuture.supplyAsync(() -> flood(near));
            TimeUnit.MILLISECONDS.sleep(300); // until the buffers are full

            near.close();
            assertThat(near.socket().isClosed()).isTrue();
            assertThat(writer.get(20, TimeUnit.SECONDS)).isEqualTo(LossCause.LOCAL_CLOSED);
            assertThat(heartbeats.size()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"INLINE, false", "PUMPED, false", "INLINE, true", "PUMPED, true"})
    void abort_peerNeverReads_freesTheBlockedWriterAtOnce(ReadMode mode, boolean tls) throws Exception {
        try (BlockingHeartbeats heartbeats = new BlockingHeartbeats(CONFIG);
                Pair pair = tls ? Pair.tls() : Pair.plain()) {
            HeartbeatSocket near = heartbeats.wrap(pair.near(), mode);
            CompletableFuture<LossCause> writer = CompletableFuture.supplyAsync(() -> flood(near));
            TimeUnit.MILLISECONDS.sleep(300); // until the buffers are full

            near.abort();
            assertThat(near.socket().isClosed()).isTrue();
            assertThat(writer.get(20, TimeUnit.SECONDS)).isEqualTo(LossCause.LOCAL_CLOSED);
            assertThat(near.loss().orElseThrow().evidence()).contains("aborted");
        }
    }

    @ParameterizedTest
    @EnumSource(ReadMode.class)
    void endOfBothSides_closesInOrder_withoutALoss(ReadMode mode) throws Exception {
        long before = losses();
        try (BlockingHeartbeats heartbeats = new BlockingHeartbeats(CONFIG);
                Pair pair = Pair.plain()) {
            HeartbeatSocket near = heartbeats.wrap(pair.near(), mode);
            HeartbeatSocket far = heartbeats.wrap(pair.far(), mode);
            near.output().write(1);
            near.end();
            assertThat(far.input().read()).isEqualTo(1);
            assertThat(far.input().read()).isEqualTo(-1);
            far.end();
            assertThat(near.input().read()).isEqualTo(-1);
            Awaitility.await().until(() -> near.loss().isPresent());
            assertThatThrownBy(() -> near.output().write(1)).isInstanceOf(IllegalStateException.class);
            assertThat(near.input().read()).as("again").isEqualTo(-1);
            near.close();
            far.close();
            assertThat(near.loss().orElseThrow().evidence()).contains("END");
            assertThat(far.loss().orElseThrow().evidence()).contains("END");
        }
        assertThat(losses()).isEqualTo(before);
    }

    /** A CLOSE whose reason is not there yet is not the end. */
    @ParameterizedTest
    @EnumSource(ReadMode.class)
    void peerCloses_readByteForByte_isTheCloseAndNoEndOfStream(ReadMode mode) throws Exception {
        try (BlockingHeartbeats heartbeats = new BlockingHeartbeats(CONFIG);
                Pair pair = Pair.plain()) {
            HeartbeatSocket near = heartbeats.wrap(pair.near(), mode);
            HeartbeatSocket far = heartbeats.wrap(pair.far(), mode);
            CompletableFuture<Void> closed = CompletableFuture.runAsync(far::close);
            assertThatThrownBy(() -> near.input().read())
                    .isInstanceOfSatisfying(
                            ConnectionLostException.class,
                            lost -> assertThat(lost.cause()).isEqualTo(LossCause.PEER_CLOSED));
            near.close();
            closed.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void writeAfterEnd_isRefused_andTheHeartbeatGoesOn() throws Exception {
        try (BlockingHeartbeats heartbeats = new BlockingHeartbeats(CONFIG);
                Pair pair = Pair.plain()) {
            HeartbeatSocket near = heartbeats.wrap(pair.near(), ReadMode.PUMPED);
            HeartbeatSocket far = heartbeats.wrap(pair.far(), ReadMode.PUMPED);
            near.end();
            assertThatThrownBy(() -> near.output().write(1)).isInstanceOf(IllegalStateException.class);
            far.output().write(2);
            assertThat(near.input().read()).isEqualTo(2);
            far.pingNow(Duration.ofSeconds(20)); // answered, or it would be lost
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(far.heartbeat().lastRttNanos()).isPositive());
        }
    }

    private static long losses() {
        return KeepAliveStatistics.get().getLosses().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static LossCause flood(HeartbeatSocket socket) {
        try {
            while (true) {
                socket.output().write(new byte[100_000]);
            }
        } catch (ConnectionLostException e) {
            return e.cause();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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

package io.keepalive.nio.blocking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import io.keepalive.nio.Pair;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Writes of virtual threads: by I/O workers, with the exceptions and interrupts of a write on the caller's thread. */
@Timeout(60)
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualWriterTest {
    private static final HeartbeatConfig CONFIG = HeartbeatConfig.parse("ping-idle=60s,close-timeout=1s");

    @Test
    void interruptedBeforeAWriteThatDoesNotBlock_isWritten() throws Exception {
        try (Pair pair = Pair.plain();
                BlockingHeartbeats heartbeats = new BlockingHeartbeats(CONFIG)) {
            HeartbeatSocket near = heartbeats.wrap(pair.near(), ReadMode.PUMPED);
            HeartbeatSocket far = heartbeats.wrap(pair.far(), ReadMode.PUMPED);
            FutureTask<Boolean> writer = start(() -> {
                Thread.currentThread().interrupt();
                near.output().write(7);
                return Thread.currentThread().isInterrupted();
            });
            assertThat(writer.get(20, TimeUnit.SECONDS)).as("still interrupted").isTrue();
            assertThat(far.input().read()).isEqualTo(7);
            assertThat(near.loss()).isEmpty();
        }
    }

    @Test
    void interruptedInABlockedWrite_endsTheConnection() throws Exception {
        try (Pair pair = Pair.plain();
                BlockingHeartbeats heartbeats = new BlockingHeartbeats(CONFIG)) {
            HeartbeatSocket near = heartbeats.wrap(pair.near(), ReadMode.PUMPED);
            CompletableFuture<Thread> thread = new CompletableFuture<>();
            FutureTask<Void> writer = start(() -> {
                thread.complete(Thread.currentThread());
                while (true) {
                    near.output().write(new byte[100_000]);
                }
            });
            Awaitility.await().until(() -> isBlocked(near));
            thread.join().interrupt();
            assertThatThrownBy(() -> writer.get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            ConnectionLostException.class,
                            lost -> assertThat(lost.cause()).isEqualTo(LossCause.INTERRUPTED));
            Awaitility.await().until(() -> near.socket().isClosed());
        }
    }

    @Test
    void writeAfterEnd_isRefusedOnTheCallersThread() throws Exception {
        try (Pair pair = Pair.plain();
                BlockingHeartbeats heartbeats = new BlockingHeartbeats(CONFIG)) {
            HeartbeatSocket near = heartbeats.wrap(pair.near(), ReadMode.PUMPED);
            FutureTask<Void> writer = start(() -> {
                near.end();
                near.output().write(1);
                return null;
            });
            assertThatThrownBy(() -> writer.get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IllegalStateException.class);
            near.abort();
        }
    }

    @Test
    void abort_freesTheBlockedWriter() throws Exception {
        try (Pair pair = Pair.plain();
                BlockingHeartbeats heartbeats = new BlockingHeartbeats(CONFIG)) {
            HeartbeatSocket near = heartbeats.wrap(pair.near(), ReadMode.INLINE);
            FutureTask<Void> writer = start(() -> {
                while (true) {
                    near.output().write(new byte[100_000]);
                }
            });
            Awaitility.await().until(() -> isBlocked(near));
            near.abort();
            assertThatThrownBy(() -> writer.get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            ConnectionLostException.class,
                            lost -> assertThat(lost.cause()).isEqualTo(LossCause.LOCAL_CLOSED));
        }
    }

    /** No write for 200 ms, although a thread writes all the time. */
    private static boolean isBlocked(HeartbeatSocket socket) throws InterruptedException {
        int before = socket.heartbeat().sentCount();
        TimeUnit.MILLISECONDS.sleep(200);
        return before > 10 && socket.heartbeat().sentCount() == before;
    }

    private static <T> FutureTask<T> start(Callable<T> call) throws ReflectiveOperationException {
        FutureTask<T> task = new FutureTask<>(call);
        Starvation.startVirtual(task);
        return task;
    }
}

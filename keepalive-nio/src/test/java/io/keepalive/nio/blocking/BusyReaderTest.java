package io.keepalive.nio.blocking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A reader that gets no processor for long, while the timer's thread does: what waits in the kernel counts. */
@Timeout(30)
class BusyReaderTest {
    private static final HeartbeatConfig CONFIG =
            HeartbeatConfig.parse("ping-idle=200ms,pong-timeout=200ms,max-missed-pongs=1,require-heartbeats");

    @Test
    void bytesThatWaitInTheKernel_areSignsOfLife() throws Exception {
        try (BusySocket socket = new BusySocket();
                BlockingHeartbeats heartbeats = new BlockingHeartbeats(CONFIG)) {
            HeartbeatSocket connection = heartbeats.wrap(socket, ReadMode.PUMPED);
            TimeUnit.MILLISECONDS.sleep(4 * CONFIG.detectionTime().toMillis());
            assertThat(connection.loss()).isEmpty();

            socket.available = 0;
            assertThatThrownBy(() -> connection.input().read())
                    .isInstanceOfSatisfying(
                            ConnectionLostException.class,
                            lost -> assertThat(lost.cause()).isEqualTo(LossCause.HEARTBEAT_TIMEOUT));
        }
    }

    @SuppressWarnings("InputStreamSlowMultibyteRead") // it never returns anything
    private static final class BusySocket extends Socket {
        private final CountDownLatch closed = new CountDownLatch(1);
        private volatile int available = 1;

        @Override
        public InputStream getInputStream() {
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    try {
                        closed.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    throw new IOException("closed");
                }

                @Override
                public int available() {
                    return available;
                }
            };
        }

        @Override
        public OutputStream getOutputStream() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public synchronized void close() throws IOException {
            closed.countDown();
            super.close();
        }
    }
}

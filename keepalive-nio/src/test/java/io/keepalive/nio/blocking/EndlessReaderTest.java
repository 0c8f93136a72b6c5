package io.keepalive.nio.blocking;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.wire.FrameHeader;
import io.keepalive.heartbeat.wire.FrameType;
import io.keepalive.heartbeat.wire.HeartbeatProtocol;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Peers that never let a reader wait, on more virtual threads than there are carriers: other virtual threads run. */
@Timeout(60)
@EnabledForJreRange(min = JRE.JAVA_21)
class EndlessReaderTest {
    @Test
    void readersThatAlwaysHaveSomething_leaveTheirCarriersToOthers() throws Exception {
        int readers = 4 * Runtime.getRuntime().availableProcessors();
        List<EndlessSocket> sockets = new ArrayList<>();
        BlockingHeartbeats heartbeats = new BlockingHeartbeats(HeartbeatConfig.defaults());
        try {
            CountDownLatch reading = new CountDownLatch(readers);
            for (int i = 0; i < readers; i++) {
                EndlessSocket socket = new EndlessSocket();
                sockets.add(socket);
                HeartbeatSocket connection = heartbeats.wrap(socket, ReadMode.INLINE);
                VirtualThreads.start(() -> readAll(connection, reading));
            }
            assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();

            CountDownLatch other = new CountDownLatch(1);
            VirtualThreads.start(other::countDown);
            assertThat(other.await(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            for (EndlessSocket socket : sockets) {
                socket.close(); // first: a close in order waits for a peer that goes on sending
            }
            heartbeats.close();
        }
    }

    private static void readAll(HeartbeatSocket connection, CountDownLatch reading) {
        byte[] buffer = new byte[16 * 1024];
        try {
            connection.input().read(buffer);
            reading.countDown();
            while (connection.input().read(buffer) >= 0) {
                // what comes is of no interest
            }
        } catch (IOException e) {
            // the test is over
        }
    }

    /** Its peer has sent HELLO, and sends DATA of one byte without end. */
    @SuppressWarnings("InputStreamSlowMultibyteRead") // the slower the better
    private static final class EndlessSocket extends Socket {
        private static final byte[] FRAME =
                ByteBuffer.allocate(5).putInt(FrameHeader.of(FrameType.DATA, 1)).array();

        private final ByteBuffer hello = ByteBuffer.allocate(1024);
        private volatile boolean isClosed;
        private int position;

        EndlessSocket() {
            HeartbeatProtocol.of(HeartbeatConfig.defaults())
                    .session(System.nanoTime())
                    .write(hello);
            hello.flip();
        }

        @Override
        public InputStream getInputStream() {
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    if (isClosed) {
                        throw new IOException("closed");
                    }
                    if (hello.hasRemaining()) {
                        return hello.get() & 0xFF;
                    }
                    position = (position + 1) % FRAME.length;
                    return FRAME[(position + FRAME.length - 1) % FRAME.length] & 0xFF;
                }
            };
        }

        @Override
        public OutputStream getOutputStream() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public synchronized void close() throws IOException {
            isClosed = true;
            super.close();
        }
    }
}

package io.keepalive.nio.blocking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.loss.TcpInfo;
import io.keepalive.nio.Pair;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The kernel wakes a blocked writer only when a third of its buffer is free, which takes longer than the limit here. What the
 * peer acknowledges meanwhile is progress.
 */
@Timeout(60)
class SlowPeerIT {
    private static final HeartbeatConfig CONFIG =
            HeartbeatConfig.parse("ping-idle=60s,beat-interval=200ms,write-stall-timeout=1s,close-timeout=1s");

    @Test
    void peerAcknowledgesALittleAtATime_noStalledWrite() throws Exception {
        try (ServerSocket listener = new ServerSocket()) {
            listener.setReceiveBufferSize(64 * 1024);
            listener.bind(null);
            Socket client = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
            client.setSendBufferSize(2 << 20);
            try (Pair pair = new Pair(client, listener.accept());
                    BlockingHeartbeats heartbeats = new BlockingHeartbeats(CONFIG)) {
                assumeTrue(TcpInfo.of(client).isPresent(), "this JVM can't ask the kernel");
                HeartbeatSocket near = heartbeats.wrap(client, ReadMode.PUMPED);
                CompletableFuture<IOException> writer = CompletableFuture.supplyAsync(() -> flood(near));
                InputStream peer = pair.far().getInputStream();
                long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
                while (System.nanoTime() - endNanos < 0) {
                    peer.skipNBytes(8 * 1024);
                    TimeUnit.MILLISECONDS.sleep(50); // the peer's speed
                }
                assertThat(writer).as("%s", near).isNotDone();
                near.abort();
            }
        }
    }

    private static IOException flood(HeartbeatSocket socket) {
        try {
            while (true) {
                socket.output().write(new byte[100_000]);
            }
        } catch (IOException e) {
            return e;
        }
    }
}

package io.keepalive.nio.echo;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.heartbeat.HeartbeatConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples of docs/nio.md work. */
@Timeout(30)
class EchoTest {
    private static final HeartbeatConfig CONFIG =
            HeartbeatConfig.parse("ping-idle=800ms,pong-timeout=800ms,beat-interval=200ms");

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Test
    void loopServer_loopClient() throws Exception {
        LoopEchoServer server = new LoopEchoServer(KeepAlive.defaults(), CONFIG, loopback(0));
        Thread thread = new Thread(server);
        thread.start();
        try (LoopEchoClient client = new LoopEchoClient(KeepAlive.defaults(), CONFIG, loopback(server.port()))) {
            byte[] sent = new byte[3_000_000];
            new Random(1).nextBytes(sent);
            ByteBuffer echo = ByteBuffer.allocate(sent.length);
            client.exchange(ByteBuffer.wrap(sent), echo);
            assertThat(echo.array()).isEqualTo(sent);
            long until = System.nanoTime() + 2_000_000_000L;
            while (System.nanoTime() - until < 0) {
                client.select();
                client.channel().read(ByteBuffer.allocate(10));
            }
            assertThat(client.channel().heartbeat().peerSupportsHeartbeats()).isTrue();
            assertThat(client.channel().heartbeat().missedPongs()).isZero();
        } finally {
            thread.interrupt();
            thread.join();
        }
    }
}

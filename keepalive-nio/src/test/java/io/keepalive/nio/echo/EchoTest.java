package io.keepalive.nio.echo;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.heartbeat.HeartbeatConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples of docs/nio.md work. */
@Timeout(30)
class EchoTest {
    private static final HeartbeatConfig CONFIG =
            HeartbeatConfig.parse("ping-idle=800ms,pong-timeout=800ms,beat-interval=200ms");

    private static final byte[] FLOOD = flood();

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

    /** A peer whose frames never end gets its turn, and no more. */
    @Test
    void loopServer_peerFloodsFramesOfOneByte_servesTheOthers() throws Exception {
        LoopEchoServer server = new LoopEchoServer(KeepAlive.defaults(), HeartbeatConfig.defaults(), loopback(0));
        Thread thread = new Thread(server);
        thread.start();
        try (Socket hostile = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            CountDownLatch echoes = new CountDownLatch(1000);
            daemon(() -> {
                while (hostile.getInputStream().read(new byte[FLOOD.length]) >= 0) {
                    echoes.countDown();
                }
            });
            hostile.getOutputStream().write(new byte[] {1, 0, 0, 6, 1, 4, 0, 0, 0, 1}); // HELLO
            daemon(() -> {
                while (true) {
                    hostile.getOutputStream().write(FLOOD);
                }
            });
            echoes.await();
            try (LoopEchoClient client =
                    new LoopEchoClient(KeepAlive.defaults(), HeartbeatConfig.defaults(), loopback(server.port()))) {
                ByteBuffer echo = ByteBuffer.allocate(1000);
                client.exchange(ByteBuffer.allocate(1000), echo);
                assertThat(echo.hasRemaining()).isFalse();
            }
        } finally {
            thread.interrupt();
            thread.join();
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void daemon(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) {
                // closed
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static byte[] flood() {
        ByteBuffer frames = ByteBuffer.allocate(5 * 10_000);
        while (frames.hasRemaining()) {
            frames.putInt(2 << 24 | 1).put((byte) 'x');
        }
        return frames.array();
    }
}

package io.keepalive.nio.echo;

import io.keepalive.KeepAlive;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.nio.HeartbeatChannel;
import io.keepalive.nio.HeartbeatLoop;
import io.keepalive.socket.SocketKeeper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Sends a message, waits for the echo, and stays connected as long as its caller likes. */
final class LoopEchoClient implements AutoCloseable {
    private final Selector selector = Selector.open();
    private final HeartbeatLoop heartbeats;
    private final HeartbeatChannel channel;
    private @Nullable ConnectionLostException lost;

    LoopEchoClient(KeepAlive policy, HeartbeatConfig config, InetSocketAddress server) throws IOException {
        this.heartbeats = new HeartbeatLoop(config);
        SocketChannel socket = SocketKeeper.of(policy).client().noDelay(true).connectChannel(server);
        socket.configureBlocking(false);
        this.channel = heartbeats.add(socket.register(selector, SelectionKey.OP_READ));
    }

    HeartbeatChannel channel() {
        return channel;
    }

    /** Sends bytes, fills the buffer with what comes back. */
    void exchange(ByteBuffer message, ByteBuffer echo) throws IOException {
        channel.write(message);
        while (echo.hasRemaining()) {
            select();
            if (channel.flush()) {
                channel.write(message);
            }
            if (channel.read(echo) < 0) {
                throw new IOException("the server has ended");
            }
        }
    }

    /** One round of the loop. */
    void select() throws IOException {
        selector.select(key -> {}, heartbeats.timeoutMillis());
        heartbeats.tick((ended, why) -> lost = why);
        if (lost != null) {
            throw lost;
        }
    }

    /** Says that it is done, and waits until the server has said so, too. */
    @Override
    public void close() throws IOException {
        try (selector;
                channel) {
            channel.end();
            ByteBuffer rest = ByteBuffer.allocate(64 * 1024);
            while (channel.read(rest.clear()) >= 0) {
                select();
            }
        }
    }
}

package io.keepalive.benchmarks;

import io.keepalive.benchmarks.ChannelBenchmark.Kind;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.nio.HeartbeatChannel;
import io.keepalive.nio.HeartbeatLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Bytes from one selector loop to another one, each with a thread, over loopback: for {@link ChannelComparison}. */
final class OneWay implements AutoCloseable {
    private final End near;
    private final End far;

    OneWay(Kind kind, int pieceBytes) throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            near = new End(SocketChannel.open(listener.getLocalAddress()), kind, pieceBytes);
            far = new End(listener.accept(), kind, pieceBytes);
        }
        near.greet();
        far.greet();
    }

    /** Sends so many bytes; done when they have been received. */
    void transfer(long bytes) throws IOException {
        Thread sender = new Thread(
                () -> {
                    try {
                        near.send(bytes);
                    } catch (IOException e) {
                        throw new IllegalStateException(e); // and the receiver waits for ever: stop it by hand
                    }
                },
                "sender");
        sender.start();
        far.receive(bytes);
    }

    @Override
    public void close() throws IOException {
        near.close();
        far.close();
    }

    private static final class End {
        private final Selector selector = Selector.open();
        private final HeartbeatLoop heartbeats = new HeartbeatLoop(HeartbeatConfig.defaults());
        private final SelectionKey key;
        private final ByteChannel channel;
        private final @Nullable HeartbeatChannel heartbeat;
        private final ByteBuffer buffer;

        End(SocketChannel socket, Kind kind, int pieceBytes) throws IOException {
            socket.configureBlocking(false);
            key = socket.register(selector, SelectionKey.OP_READ);
            heartbeat = kind == Kind.HEARTBEAT ? heartbeats.add(key) : null;
            channel = heartbeat == null ? socket : heartbeat;
            buffer = ByteBuffer.allocateDirect(pieceBytes);
        }

        /** Until the other side's HELLO is read frames are small. */
        void greet() throws IOException {
            if (heartbeat != null) {
                round();
                heartbeat.read(buffer.clear());
                buffer.clear();
            }
        }

        void send(long bytes) throws IOException {
            ByteBuffer other = ByteBuffer.allocate(100);
            buffer.position(buffer.limit());
            for (long left = bytes; left > 0 || buffer.hasRemaining(); ) {
                if (!buffer.hasRemaining()) {
                    buffer.clear();
                    left -= buffer.remaining();
                }
                channel.write(buffer);
                if (buffer.hasRemaining()) {
                    if (heartbeat == null) {
                        key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                    }
                    round();
                    if (key.isReadable()) {
                        channel.read(other.clear());
                    }
                }
            }
            while (heartbeat != null && !heartbeat.flush()) {
                round();
            }
        }

        void receive(long bytes) throws IOException {
            long received = 0;
            while (received < bytes) {
                int count = channel.read(buffer.clear());
                received += Math.max(0, count);
                if (count <= 0 && received < bytes) {
                    round();
                }
            }
        }

        private void round() throws IOException {
            selector.select(ready -> {}, heartbeats.timeoutMillis());
            heartbeats.tick((lostChannel, lost) -> {
                throw new IllegalStateException(lost);
            });
        }

        void close() throws IOException {
            channel.close();
            selector.close();
        }
    }
}

package io.keepalive.benchmarks.close;

import io.keepalive.benchmarks.close.Stack.Speaks;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatFormat;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.nio.HeartbeatChannel;
import io.keepalive.nio.HeartbeatLoop;
import io.keepalive.nio.LoopChannel;
import io.keepalive.nio.MessageChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** In a selector loop. */
final class LoopWriter implements Writer {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final HeartbeatLoop loop = new HeartbeatLoop(HeartbeatConfig.defaults());
    private final List<LoopChannel> channels = new ArrayList<>();

    @Override
    public List<String> writeAndClose(Row row, byte[] payload, int port) throws Exception {
        try (Selector selector = Selector.open()) {
            for (SocketChannel socket : row.server() ? accept(row.runs()) : connect(row.runs(), port)) {
                socket.configureBlocking(false);
                SelectionKey key = socket.register(selector, SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                key.attach(ByteBuffer.wrap(payload));
                channels.add(row.stack().speaks == Speaks.FRAMES ? loop.add(key) : loop.add(key, EmptyLines.FORMAT));
            }
            ByteBuffer discarded = ByteBuffer.allocate(8 * 1024);
            while (channels.stream().anyMatch(LoopChannel::isOpen)) {
                selector.select(1);
                selector.selectedKeys().clear();
                for (LoopChannel channel : channels) {
                    if (channel.isOpen()) {
                        work(channel, discarded.clear());
                    }
                }
                loop.tick((channel, lost) -> {});
            }
            if (!loop.awaitClosed(LIMIT)) {
                throw new IllegalStateException("not closed within " + LIMIT);
            }
        }
        return channels.stream()
                .map(channel -> channel.loss().orElseThrow().toString())
                .toList();
    }

    private static void work(LoopChannel channel, ByteBuffer discarded) throws IOException {
        ByteBuffer left = (ByteBuffer) channel.key().attachment();
        try {
            if (channel instanceof HeartbeatChannel framed) {
                framed.read(discarded);
                while (left.hasRemaining() && framed.write(left) > 0) {
                    // as much as the kernel takes
                }
            } else {
                MessageChannel lines = (MessageChannel) channel;
                lines.read(discarded);
                if (left.hasRemaining()) {
                    lines.write(left);
                }
            }
            if (!left.hasRemaining()) {
                channel.close();
            }
        } catch (ConnectionLostException e) {
            channel.close();
        }
    }

    private static List<SocketChannel> connect(int runs, int port) throws IOException {
        List<SocketChannel> connected = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            connected.add(SocketChannel.open(new InetSocketAddress(Place.address(), port)));
        }
        return connected;
    }

    private static List<SocketChannel> accept(int runs) throws IOException {
        List<SocketChannel> accepted = new ArrayList<>();
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(Place.address(), 0), runs);
            Writer.printPort(listener.socket().getLocalPort());
            for (int i = 0; i < runs; i++) {
                accepted.add(listener.accept());
            }
        }
        return accepted;
    }

    /** A protocol whose heartbeats are empty lines. */
    private enum EmptyLines implements HeartbeatFormat<ByteBuffer> {
        FORMAT;

        @Override
        public ByteBuffer beat() {
            return ByteBuffer.wrap(new byte[] {'\n'});
        }

        @Override
        public boolean read(ByteBuffer message, Signals signals) {
            return !message.hasRemaining();
        }
    }
}

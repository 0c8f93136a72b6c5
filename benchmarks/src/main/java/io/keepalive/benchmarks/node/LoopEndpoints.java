package io.keepalive.benchmarks.node;

import io.keepalive.benchmarks.node.NodeOptions.Traffic;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.nio.HeartbeatChannel;
import io.keepalive.nio.HeartbeatLoop;
import io.keepalive.nio.LoopChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A selector loop of its own, which reads a channel once a readiness; or, as a control, until nothing is left. */
final class LoopEndpoints implements Endpoints {
    private static final long LONGEST_SELECT_MILLIS = 100;

    private interface Order {
        void run() throws IOException;
    }

    private record Entry(HeartbeatChannel channel, Connections.Connection connection) {}

    private final Connections connections;
    private final Traffic traffic;
    private final Selector selector = Selector.open();
    private final HeartbeatLoop heartbeats;
    private final Queue<Order> orders = new ConcurrentLinkedQueue<>();
    private final Pause pause = new Pause();
    private final ByteBuffer input = ByteBuffer.allocateDirect(64 * 1024);
    private final List<Entry> open = new ArrayList<>();
    private long nextChatNanos = System.nanoTime();

    LoopEndpoints(Connections connections, HeartbeatConfig config, Traffic traffic) throws IOException {
        this.connections = connections;
        this.traffic = traffic;
        this.heartbeats = new HeartbeatLoop(config);
        VirtualThreads.daemon(this::run, "selector loop").start();
    }

    @Override
    public Connections connections() {
        return connections;
    }

    @Override
    public void listen(int port, Connections accepted) {
        order(() -> {
            ServerSocketChannel listener = ServerSocketChannel.open();
            listener.bind(new InetSocketAddress(port), 4096);
            listener.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT, accepted);
        });
    }

    @Override
    public void connect(String host, int port) {
        Connections.Connection connection = connections.start();
        order(() -> {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_CONNECT, connection);
            channel.connect(new InetSocketAddress(host, port));
        });
    }

    @Override
    public void block(long millis) {
        pause.start(millis);
        selector.wakeup();
    }

    private void order(Order order) {
        orders.add(order);
        selector.wakeup();
    }

    private void run() {
        try {
            while (true) {
                for (Order order = orders.poll(); order != null; order = orders.poll()) {
                    order.run();
                }
                long limitMillis = heartbeats.timeoutMillis();
                selector.select(
                        this::onReady,
                        limitMillis == 0 ? LONGEST_SELECT_MILLIS : Math.min(LONGEST_SELECT_MILLIS, limitMillis));
                heartbeats.tick(this::onLost);
                send();
                pause.pass();
            }
        } catch (IOException e) {
            throw new IllegalStateException("the selector loop ends", e);
        }
    }

    private void onReady(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept((ServerSocketChannel) key.channel(), (Connections) key.attachment());
            } else if (key.isConnectable()) {
                finishConnect(key);
            } else {
                Entry entry = (Entry) key.attachment();
                onReady(entry, key);
            }
        } catch (IOException e) {
            throw new IllegalStateException("accept", e);
        }
    }

    private void accept(ServerSocketChannel listener, Connections from) throws IOException {
        for (SocketChannel accepted = listener.accept(); accepted != null; accepted = listener.accept()) {
            accepted.configureBlocking(false);
            add(accepted.register(selector, SelectionKey.OP_READ), from.start());
        }
    }

    private void finishConnect(SelectionKey key) throws IOException {
        Connections.Connection connection = (Connections.Connection) key.attachment();
        try {
            ((SocketChannel) key.channel()).finishConnect();
        } catch (IOException e) {
            key.channel().close();
            connection.lost(e.toString(), -1);
            return;
        }
        key.interestOps(SelectionKey.OP_READ);
        add(key, connection);
    }

    private void add(SelectionKey key, Connections.Connection connection) {
        try {
            Entry entry = new Entry(heartbeats.add(key), connection);
            key.attach(entry);
            open.add(entry);
            connection.up();
        } catch (ConnectionLostException e) {
            connection.lost(e);
        }
    }

    private void onReady(Entry entry, SelectionKey key) {
        HeartbeatChannel channel = entry.channel();
        try {
            if (key.isWritable() && channel.flush() && traffic == Traffic.BULK) {
                channel.write(ByteBuffer.wrap(Chat.bulk()));
            }
            int count = 0;
            if (key.isValid() && key.isReadable()) {
                do {
                    count = channel.read(input.clear());
                } while (count > 0 && connections.style() == Style.GREEDY_LOOP);
            }
            if (count < 0) {
                channel.close();
            }
            if (!channel.isOpen()) {
                entry.connection().closed();
                open.remove(entry);
            }
        } catch (ConnectionLostException e) {
            onLost(channel, e);
        }
    }

    private void onLost(LoopChannel channel, ConnectionLostException lost) {
        open.removeIf(entry -> {
            if (entry.channel() == channel) {
                entry.connection().lost(lost);
            }
            return entry.channel() == channel;
        });
    }

    private void send() {
        boolean chats = traffic == Traffic.CHAT && System.nanoTime() - nextChatNanos >= 0;
        if (!chats && traffic != Traffic.BULK) {
            return;
        }
        nextChatNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Chat.EVERY_MILLIS);
        for (Entry entry : List.copyOf(open)) {
            try {
                boolean isFull = (entry.channel().key().interestOps() & SelectionKey.OP_WRITE) != 0;
                if (entry.channel().isOpen() && !isFull) {
                    entry.channel().write(ByteBuffer.wrap(chats ? Chat.message() : Chat.bulk()));
                }
            } catch (ConnectionLostException e) {
                onLost(entry.channel(), e);
            }
        }
    }
}

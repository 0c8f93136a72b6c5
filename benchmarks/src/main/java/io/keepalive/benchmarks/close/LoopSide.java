package io.keepalive.benchmarks.close;

import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.nio.HeartbeatChannel;
import io.keepalive.nio.HeartbeatLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A channel in a selector loop of its own. */
final class LoopSide implements Side {
    private final CompletableFuture<ConnectionLoss> over = new CompletableFuture<>();
    private final Queue<Callable<?>> orders = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<HeartbeatChannel> channel = new CompletableFuture<>();

    LoopSide(int port) {
        Thread loop = new Thread(() -> run(port), "selector loop");
        loop.setDaemon(true);
        loop.start();
        channel.join();
    }

    private void run(int port) {
        try (Selector selector = Selector.open()) {
            HeartbeatLoop loop = new HeartbeatLoop(CONFIG);
            SocketChannel socket = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.configureBlocking(false);
            HeartbeatChannel added = loop.add(socket.register(selector, SelectionKey.OP_READ));
            channel.complete(added);
            ByteBuffer buffer = ByteBuffer.allocate(1024);
            while (added.isOpen()) {
                selector.select(10);
                selector.selectedKeys().clear();
                for (Callable<?> order = orders.poll(); order != null; order = orders.poll()) {
                    order.call();
                }
                try {
                    if (added.isOpen() && added.read(buffer.clear()) < 0) {
                        break;
                    }
                } catch (ConnectionLostException e) {
                    break;
                }
                loop.tick((lost, why) -> {});
            }
            if (added.isOpen()) {
                added.close();
            }
            loop.awaitClosed(Duration.ofSeconds(20));
            over.complete(added.loss().orElseThrow());
        } catch (Exception e) {
            over.completeExceptionally(e);
        }
    }

    @Override
    public void close() {
        orders.add(() -> {
            channel.join().close();
            return null;
        });
    }

    @Override
    public void abort() {
        orders.add(() -> {
            channel.join().abort();
            return null;
        });
    }

    @Override
    public void end() {
        orders.add(() -> {
            channel.join().end();
            return null;
        });
    }

    @Override
    public CompletableFuture<ConnectionLoss> over() {
        return over;
    }
}

package io.keepalive.nio;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Many idle connections in one selector loop: {@code server}, or {@code client CONNECTIONS SECONDS}. Prints what it cost.
 * {@code scripts/scale-nio} runs both.
 */
final class Scale {
    private static final int PORT = 7077;
    private static final HeartbeatConfig CONFIG = HeartbeatConfig.parse(
            "ping-idle=30s,pong-timeout=10s,max-missed-pongs=2,beat-interval=10s,require-heartbeats");

    private final HeartbeatLoop heartbeats = new HeartbeatLoop(CONFIG);
    private final Selector selector = Selector.open();
    private final ByteBuffer nothing = ByteBuffer.allocateDirect(1024);
    private int deaths;

    private Scale() throws IOException {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("server")) {
            new Scale().serve();
        } else {
            new Scale().connect(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        }
        System.exit(0);
    }

    private void serve() throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT), 1000);
        listener.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
        System.out.println("listening");
        int most = 0;
        while (most == 0 || heartbeats.size() > 0) {
            round(listener);
            most = Math.max(most, heartbeats.size());
        }
        report("server", most);
    }

    private void connect(int connections, int seconds) throws IOException {
        long emptyBytes = usedBytes();
        for (int i = 0; i < connections; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT));
            add(channel);
            if (i % 100 == 0) {
                selector.selectNow(this::read);
            }
        }
        long untilNanos = System.nanoTime() + seconds * 1_000_000_000L;
        while (System.nanoTime() - untilNanos < 0) {
            round(null);
        }
        System.out.println("heap per connection: " + (usedBytes() - emptyBytes) / connections
                + " bytes, the JDK's channel," + " key and socket included");
        report("client", heartbeats.size());
    }

    private void add(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
        key.attach(heartbeats.add(key));
    }

    private void round(@Nullable ServerSocketChannel listener) throws IOException {
        selector.select(
                key -> {
                    if (listener != null && key.isAcceptable()) {
                        accept(listener);
                    } else {
                        read(key);
                    }
                },
                Math.min(1000, Math.max(1, heartbeats.timeoutMillis())));
        heartbeats.tick((channel, lost) -> died(lost));
    }

    private void accept(ServerSocketChannel listener) {
        try {
            for (SocketChannel accepted = listener.accept(); accepted != null; accepted = listener.accept()) {
                add(accepted);
            }
        } catch (IOException e) {
            died(e);
        }
    }

    private void read(SelectionKey key) {
        HeartbeatChannel channel = (HeartbeatChannel) key.attachment();
        try {
            channel.read(nothing.clear());
        } catch (ConnectionLostException e) {
            // The end of the client ends them all.
            if (e.cause() != LossCause.PEER_CLOSED && e.cause() != LossCause.PEER_RESET) {
                died(e);
            }
        }
    }

    private void died(IOException why) {
        deaths++;
        System.out.println(why.getMessage());
    }

    private void report(String side, int connections) {
        long cpuNanos = ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
        System.out.println(side + ": " + connections + " connections, deaths " + deaths + ", CPU "
                + cpuNanos / 1_000_000 + " ms in "
                + ManagementFactory.getRuntimeMXBean().getUptime() / 1000 + " s, start of the JVM included");
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}

package io.keepalive.pause;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.HeartbeatAction;
import io.keepalive.heartbeat.HeartbeatConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections of a process that will be stopped: a plain loop that runs the timers that are due, then reads. The protocol
 * is a byte for each: B, and P, which is answered by A. Prints each loss.
 *
 * <p>Arguments: port, configuration, number of connections.
 */
final class PauseProgram {
    private static final class Connection {
        final int number;
        final SocketChannel channel;
        final Heartbeat heartbeat;
        long readNanos = System.nanoTime();

        Connection(int number, SocketChannel channel, HeartbeatConfig config) {
            this.number = number;
            this.channel = channel;
            this.heartbeat = new Heartbeat(config, number, System.nanoTime());
        }
    }

    private PauseProgram() {}

    public static void main(String[] args) throws IOException {
        InetSocketAddress peer = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
        HeartbeatConfig config = HeartbeatConfig.parse(args[1]);
        List<Connection> connections = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < Integer.parseInt(args[2]); i++) {
                SocketChannel channel = SocketChannel.open(peer);
                channel.configureBlocking(false);
                Connection connection = new Connection(i, channel, config);
                channel.register(selector, SelectionKey.OP_READ, connection);
                connections.add(connection);
            }
            System.out.println("ready " + ProcessHandle.current().pid());
            while (!connections.isEmpty()) {
                long nextNanos = Long.MAX_VALUE;
                for (Connection connection : connections) {
                    nextNanos = Math.min(nextNanos, connection.heartbeat.dueNanos() - System.nanoTime());
                }
                selector.select(Math.max(1, nextNanos / 1_000_000));
                // Timers before reads, as in Netty: after a stop nothing that came meanwhile has been read.
                for (Connection connection : List.copyOf(connections)) {
                    if (connection.heartbeat.dueNanos() - System.nanoTime() <= 0) {
                        connection.heartbeat.onTick(System.nanoTime(), true, false, 0);
                        if (!act(connection)) {
                            connections.remove(connection);
                        }
                    }
                }
                ByteBuffer buffer = ByteBuffer.allocate(4096);
                for (SelectionKey key : selector.selectedKeys()) {
                    Connection connection = (Connection) key.attachment();
                    buffer.clear();
                    if (connection.channel.isOpen() && connection.channel.read(buffer) > 0) {
                        read(connection, buffer.flip());
                        act(connection);
                    }
                }
                selector.selectedKeys().clear();
            }
        }
        System.out.println("done");
    }

    private static void read(Connection connection, ByteBuffer buffer) {
        connection.readNanos = System.nanoTime();
        connection.heartbeat.onReceived();
        while (buffer.hasRemaining()) {
            if (buffer.get() == 'A') {
                connection.heartbeat.onPong(System.nanoTime());
            } else {
                connection.heartbeat.onBeat();
            }
        }
    }

    /** Returns false if the connection is lost. */
    private static boolean act(Connection connection) throws IOException {
        for (HeartbeatAction action = connection.heartbeat.poll();
                action != HeartbeatAction.NONE;
                action = connection.heartbeat.poll()) {
            if (action == HeartbeatAction.DEAD) {
                System.out.println("lost " + connection.number + " "
                        + (System.nanoTime() - connection.readNanos) / 1_000_000 + " "
                        + connection.heartbeat.loss().orElseThrow());
                connection.channel.close();
                return false;
            }
            connection.channel.write(
                    ByteBuffer.wrap(new byte[] {(byte) (action == HeartbeatAction.SEND_PING ? 'P' : 'B')}));
            if (action == HeartbeatAction.SEND_PING) {
                connection.heartbeat.onPingWritten(System.nanoTime());
            }
        }
        return true;
    }
}

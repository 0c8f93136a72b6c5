package io.keepalive.nio.echo;

import io.keepalive.KeepAlive;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.nio.HeartbeatChannel;
import io.keepalive.nio.HeartbeatLoop;
import io.keepalive.socket.KeptServerChannel;
import io.keepalive.socket.SocketKeeper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** Echoes in a selector loop, with heartbeats. */
final class LoopEchoServer implements Runnable {
    /** How often a channel is read before the others have their turn: what is left makes it readable again. */
    private static final int READS_A_TURN = 16;

    private final Selector selector = Selector.open();
    private final KeptServerChannel listener;
    private final HeartbeatLoop heartbeats;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);

    LoopEchoServer(KeepAlive policy, HeartbeatConfig config, InetSocketAddress address) throws IOException {
        this.heartbeats = new HeartbeatLoop(config);
        this.listener = SocketKeeper.of(policy).server().noDelay(true).listenChannel(address);
        listener.channel().configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
    }

    int port() throws IOException {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @Override
    public void run() {
        try (selector;
                listener) {
            while (!Thread.interrupted()) {
                selector.select(this::onReady, heartbeats.timeoutMillis());
                heartbeats.tick((channel, lost) -> onLost(lost));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void onReady(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept();
            } else {
                echo((Connection) key.attachment(), key.isWritable());
            }
        } catch (ConnectionLostException lost) {
            onLost(lost);
        } catch (IOException e) {
            System.out.println("accept: " + e);
        }
    }

    private void accept() throws IOException {
        SocketChannel accepted = listener.accept();
        if (accepted != null) {
            accepted.configureBlocking(false);
            SelectionKey key = accepted.register(selector, SelectionKey.OP_READ);
            key.attach(new Connection(heartbeats.add(key)));
        }
    }

    /** What was read and not taken back yet is kept, and nothing is read meanwhile: that is backpressure. */
    private static final class Connection {
        final HeartbeatChannel channel;
        ByteBuffer rest = ByteBuffer.allocate(0);

        Connection(HeartbeatChannel channel) {
            this.channel = channel;
        }
    }

    private void echo(Connection connection, boolean writable) throws ConnectionLostException {
        HeartbeatChannel channel = connection.channel;
        if (writable) {
            channel.flush();
        }
        channel.write(connection.rest);
        for (int reads = 0; reads < READS_A_TURN && !connection.rest.hasRemaining(); reads++) {
            int count = channel.read(buffer.clear());
            if (count <= 0) {
                break;
            }
            channel.write(buffer.flip());
            connection.rest =
                    ByteBuffer.allocate(buffer.remaining()).put(buffer).flip();
        }
        if (channel.isOpen()) {
            if (channel.isInputEnded() && !connection.rest.hasRemaining()) {
                channel.end(); // the peer closes when it has read that, and the channel with it
            }
            boolean reading = !connection.rest.hasRemaining();
            channel.key()
                    .interestOps((channel.key().interestOps() & ~SelectionKey.OP_READ)
                            | (reading ? SelectionKey.OP_READ : 0));
        }
    }

    private static void onLost(ConnectionLostException lost) {
        System.out.println(lost.getMessage());
    }
}

package io.keepalive.cli.relay.io;

import io.keepalive.cli.relay.engine.Side;
import io.keepalive.cli.relay.io.Connection.End;
import io.keepalive.cli.relay.io.Connection.Start;
import io.keepalive.cli.relay.proxy.ProxyHeader;
import io.keepalive.cli.relay.tls.TlsChannel;
import io.keepalive.loss.Confidence;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.LossCause;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The start of a connection: TLS handshake with a relay beside the client, PROXY header of the client, the {@link Connector}'s
 * part, TLS handshake with a relay beside the target. Used by one loop.
 */
final class Opener {
    private final Connections connections;
    private final Loop loop;
    private final RelaySettings settings;
    private final Connector connector;

    /** For what takes milliseconds of computing. */
    private final Executor threads;

    Opener(Connections connections, Loop loop, RelaySettings settings, Resolver resolver, Executor threads) {
        this.connections = connections;
        this.loop = loop;
        this.settings = settings;
        this.connector = new Connector(this, connections, loop, settings.connectTimeout(), resolver);
        this.threads = threads;
    }

    void begin(Connection connection) {
        if (connections.encrypt(connection.client)) {
            start(connection).handshake = connection.client;
            handshake(connection.client);
        } else {
            clientIsKnown(connection);
        }
    }

    private void handshake(End end) {
        TlsChannel tls = end.tls;
        if (tls == null || end.connection.pair.verdict() != null) {
            return;
        }
        try {
            switch (tls.handshake()) {
                case DONE -> {
                    start(end.connection).handshake = null;
                    if (end.side == Side.CLIENT) {
                        clientIsKnown(end.connection);
                    } else {
                        targetIsKnown(end.connection);
                    }
                }
                case TASK -> threads.execute(() -> runTasks(end, tls));
                case WAITS -> {
                    return; // for the selector
                }
            }
        } catch (IOException e) {
            connections.fail(end, ConnectionLoss.of(e).orElseGet(() -> Connector.unknown(e)));
        }
    }

    private void runTasks(End end, TlsChannel tls) {
        tls.runTasks();
        loop.execute(end, () -> {
            if (end.tls == tls) {
                handshake(end);
            }
        });
    }

    private void clientIsKnown(Connection connection) {
        try {
            connections.startHeartbeats(connection.client);
        } catch (IOException e) {
            connections.fail(connection.client, ConnectionLoss.of(e).orElseGet(() -> Connector.unknown(e)));
            return;
        }
        if (settings.acceptProxy()) {
            start(connection).header = ByteBuffer.allocate(ProxyHeader.LONGEST);
            interest(connection.client, SelectionKey.OP_READ);
        } else {
            connector.lookUp(connection);
        }
    }

    static Start start(Connection connection) {
        Start start = connection.start;
        if (start == null) {
            throw new IllegalStateException("connected already");
        }
        return start;
    }

    private static void interest(End end, int ops) {
        SelectionKey key = end.key;
        if (key != null) {
            key.interestOps(ops);
        }
    }

    void ready(Connection connection, End end, int ready) {
        if (start(connection).handshake == end) {
            handshake(end);
        } else if (end.side == Side.CLIENT) {
            readHeader(connection);
        } else if ((ready & SelectionKey.OP_CONNECT) != 0) {
            connector.finishConnect(connection);
        }
    }

    private void readHeader(Connection connection) {
        ByteBuffer bytes = start(connection).header;
        if (bytes == null) {
            return;
        }
        try {
            if (connection.client.leg().read(bytes) < 0) {
                refuse(connection, "the client closed within its PROXY header");
                return;
            }
            ProxyHeader header = ProxyHeader.read(bytes);
            if (header != null) {
                connection.source = header.source();
                bytes.flip().position(header.length());
                interest(connection.client, 0);
                connector.lookUp(connection);
            }
        } catch (ProxyHeader.MalformedException e) {
            refuse(connection, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            connections.fail(connection.client, ConnectionLoss.of(e).orElseGet(() -> Connector.unknown(e)));
        }
    }

    private void refuse(Connection connection, String evidence) {
        connections.fail(connection.client, new ConnectionLoss(LossCause.PROTOCOL, Confidence.HIGH, evidence));
    }

    /** The TCP connection to the target is there. */
    void targetIsConnected(Connection connection) throws IOException {
        if (connections.encrypt(connection.target)) {
            start(connection).handshake = connection.target;
            handshake(connection.target);
        } else {
            targetIsKnown(connection);
        }
    }

    private void targetIsKnown(Connection connection) throws IOException {
        ByteBuffer header = start(connection).header;
        byte[] first = settings.sendProxy() == null ? new byte[0] : headerFor(connection, settings.sendProxy());
        int surplus = header == null ? 0 : header.remaining();
        if (first.length + surplus > 0) {
            ByteBuffer rest = ByteBuffer.allocate(first.length + surplus).put(first);
            connection.pair.onInserted(Side.CLIENT, first.length);
            if (header != null && surplus > 0) {
                connection.pair.onRead(Side.CLIENT, surplus, System.nanoTime());
                rest.put(header);
            }
            connection.target.rest = rest.flip();
        }
        connections.connected(connection);
    }

    private static byte[] headerFor(Connection connection, ProxyHeader.Version version) throws IOException {
        SocketChannel client = connection.client.leg().channel();
        InetSocketAddress source = connection.source;
        return ProxyHeader.write(
                version, source == null ? (InetSocketAddress) client.getRemoteAddress() : source, (InetSocketAddress)
                        client.getLocalAddress());
    }

    /** Ends a connection, or its attempt with an address, whose time is over. */
    void tick(Connection connection, long now) {
        Start start = start(connection);
        if (connection.pair.verdict() != null || !start.plan.isOver(now)) {
            return;
        }
        if (start.handshake != null) {
            connections.fail(
                    start.handshake,
                    new ConnectionLoss(LossCause.TLS, Confidence.LOW, "no TLS handshake within " + connector.limit()));
        } else if (isWithinHeader(connection, start.header)) {
            refuse(connection, "no complete PROXY header within " + connector.limit());
        } else {
            connector.timeOut(connection, now);
        }
    }

    private static boolean isWithinHeader(Connection connection, @Nullable ByteBuffer header) {
        return start(connection).addresses.isEmpty()
                && header != null
                && header.limit() == header.capacity()
                && connection.source == null;
    }
}

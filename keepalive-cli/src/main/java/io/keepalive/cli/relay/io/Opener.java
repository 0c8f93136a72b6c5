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
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The start of a connection: TLS handshake with a relay beside the client, PROXY header of the client, look-up, one address
 * after the other, TLS handshake with a relay beside the target. Used by one loop.
 */
final class Opener {
    private final Loop loop;
    private final RelaySettings settings;
    private final Policies policies;
    private final Resolver resolver;

    /** For what takes milliseconds of computing. */
    private final Executor threads;

    Opener(Loop loop, RelaySettings settings, Policies policies, Resolver resolver, Executor threads) {
        this.loop = loop;
        this.settings = settings;
        this.policies = policies;
        this.resolver = resolver;
        this.threads = threads;
    }

    void begin(Connection connection) {
        if (loop.encrypt(connection.client)) {
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
            loop.fail(end, ConnectionLoss.of(e).orElseGet(() -> unknown(e)));
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
            loop.startHeartbeats(connection.client);
        } catch (IOException e) {
            loop.fail(connection.client, ConnectionLoss.of(e).orElseGet(() -> unknown(e)));
            return;
        }
        if (settings.acceptProxy()) {
            start(connection).header = ByteBuffer.allocate(ProxyHeader.LONGEST);
            interest(connection.client, SelectionKey.OP_READ);
        } else {
            lookUp(connection);
        }
    }

    private static Start start(Connection connection) {
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
            finishConnect(connection);
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
                lookUp(connection);
            }
        } catch (ProxyHeader.MalformedException e) {
            refuse(connection, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            loop.fail(connection.client, ConnectionLoss.of(e).orElseGet(() -> unknown(e)));
        }
    }

    private void refuse(Connection connection, String evidence) {
        loop.fail(connection.client, new ConnectionLoss(LossCause.PROTOCOL, Confidence.HIGH, evidence));
    }

    private void lookUp(Connection connection) {
        CompletableFuture<List<InetSocketAddress>> addresses = resolver.lookUp(connection.route.to());
        if (addresses.isDone() && !addresses.isCompletedExceptionally()) {
            resolved(connection, addresses.join());
        } else {
            var unused = addresses.whenComplete((found, failure) -> loop.execute(() -> resolved(connection, found)));
        }
    }

    private void resolved(Connection connection, @Nullable List<InetSocketAddress> addresses) {
        if (connection.pair.verdict() != null) {
            return;
        }
        if (addresses == null) {
            loop.fail(
                    connection.target,
                    new ConnectionLoss(
                            LossCause.UNRESOLVED,
                            Confidence.HIGH,
                            "no address for " + connection.route.to().host()));
            return;
        }
        Start start = start(connection);
        start.addresses = addresses;
        start.plan.onResolved(addresses.size());
        tryNext(connection, System.nanoTime());
    }

    private void tryNext(Connection connection, long now) {
        Start start = start(connection);
        while (start.plan.tryNext(now)) {
            if (connect(connection, start.addresses.get(start.next++))) {
                return;
            }
        }
        Exception last = start.lastFailure;
        Optional<ConnectionLoss> loss = last == null ? Optional.empty() : ConnectionLoss.of(last);
        loop.fail(connection.target, loss.orElseGet(() -> last == null ? timeout(connection) : unknown(last)));
    }

    private ConnectionLoss timeout(Connection connection) {
        return new ConnectionLoss(
                LossCause.CONNECT_TIMEOUT,
                Confidence.HIGH,
                "no connection to " + connection.route.to() + " within "
                        + settings.connectTimeout().toMillis() + " ms");
    }

    private static ConnectionLoss unknown(Exception e) {
        return new ConnectionLoss(LossCause.UNKNOWN, Confidence.LOW, String.valueOf(e.getMessage()));
    }

    /** False if this address has failed already. */
    private boolean connect(Connection connection, InetSocketAddress address) {
        SocketChannel channel = null;
        try {
            channel = open(address.getAddress());
            policies.applyToTarget(channel);
            boolean connected = channel.connect(address)
                    // The kernel connects to this machine within the call, though it says that it is under way.
                    || (isLocal(address.getAddress()) && channel.finishConnect());
            connection.target.leg = new PlainLeg(channel);
            loop.register(connection.target, connected ? 0 : SelectionKey.OP_CONNECT);
            if (connected) {
                connected(connection, channel);
            }
            return true;
        } catch (IOException | UnresolvedAddressException e) {
            start(connection).lastFailure = e;
            abandon(connection, channel);
            return false;
        }
    }

    /** Of the address's family, which spares the kernel the mapping of IPv4 into IPv6, and us a system call. */
    private static SocketChannel open(@Nullable InetAddress address) throws IOException {
        return address instanceof Inet4Address ? SocketChannel.open(StandardProtocolFamily.INET) : SocketChannel.open();
    }

    private static boolean isLocal(@Nullable InetAddress address) {
        return address != null && address.isLoopbackAddress();
    }

    private static void abandon(Connection connection, @Nullable SocketChannel channel) {
        connection.target.leg = null;
        connection.target.key = null;
        connection.target.tls = null;
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                return; // nothing was sent on it
            }
        }
    }

    private void finishConnect(Connection connection) {
        SocketChannel channel = connection.target.leg().channel();
        try {
            channel.finishConnect();
            connected(connection, channel);
        } catch (IOException e) {
            start(connection).lastFailure = e;
            abandon(connection, channel);
            tryNext(connection, System.nanoTime());
        }
    }

    private void connected(Connection connection, SocketChannel channel) throws IOException {
        if (channel.getLocalAddress().equals(channel.getRemoteAddress())) {
            // A free port of this machine that its kernel happened to choose for our own end: nobody listens there.
            throw new java.net.ConnectException("Connection refused");
        }
        if (loop.encrypt(connection.target)) {
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
        loop.connected(connection);
    }

    private static byte[] headerFor(Connection connection, ProxyHeader.Version version) throws IOException {
        SocketChannel client = connection.client.leg().channel();
        InetSocketAddress source = connection.source;
        return ProxyHeader.write(
                version, source == null ? (InetSocketAddress) client.getRemoteAddress() : source, (InetSocketAddress)
                        client.getLocalAddress());
    }

    void tick(Connection connection, long now) {
        Start start = start(connection);
        if (connection.pair.verdict() != null || !start.plan.isOver(now)) {
            return;
        }
        if (start.handshake != null) {
            loop.fail(
                    start.handshake,
                    new ConnectionLoss(
                            LossCause.TLS,
                            Confidence.LOW,
                            "no TLS handshake within "
                                    + settings.connectTimeout().toMillis() + " ms"));
            return;
        }
        if (start.addresses.isEmpty()) {
            String limit = settings.connectTimeout().toMillis() + " ms";
            if (start.header != null && start.header.limit() == start.header.capacity() && connection.source == null) {
                refuse(connection, "no complete PROXY header within " + limit);
            } else {
                loop.fail(
                        connection.target,
                        new ConnectionLoss(
                                LossCause.UNRESOLVED, Confidence.LOW, "the look-up took longer than " + limit));
            }
            return;
        }
        if (connection.target.leg != null) {
            abandon(connection, connection.target.leg.channel());
        }
        start.lastFailure = null;
        tryNext(connection, now);
    }
}

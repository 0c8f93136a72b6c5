package io.keepalive.cli.relay.io;

import io.keepalive.cli.relay.io.Connection.Start;
import io.keepalive.loss.Confidence;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.LossCause;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Connects to a target: looks its name up and tries one address after the other. Used by one loop. */
final class Connector {
    private final Opener opener;
    private final Connections connections;
    private final Loop loop;
    private final Duration timeout;
    private final Resolver resolver;

    /**
     * Connects for an opener.
     *
     * @param timeout of the look-up and all addresses together
     */
    Connector(Opener opener, Connections connections, Loop loop, Duration timeout, Resolver resolver) {
        this.opener = opener;
        this.connections = connections;
        this.loop = loop;
        this.timeout = timeout;
        this.resolver = resolver;
    }

    /** Looks the target up, and connects to one of its addresses. */
    void lookUp(Connection connection) {
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
            connections.fail(
                    connection.target,
                    new ConnectionLoss(
                            LossCause.UNRESOLVED,
                            Confidence.HIGH,
                            "no address for " + connection.route.to().host()));
            return;
        }
        Start start = Opener.start(connection);
        start.addresses = addresses;
        start.plan.onResolved(addresses.size());
        tryNext(connection, System.nanoTime());
    }

    private void tryNext(Connection connection, long now) {
        Start start = Opener.start(connection);
        while (start.plan.tryNext(now)) {
            if (connect(connection, start.addresses.get(start.next++))) {
                return;
            }
        }
        Exception last = start.lastFailure;
        Optional<ConnectionLoss> loss = last == null ? Optional.empty() : ConnectionLoss.of(last);
        connections.fail(connection.target, loss.orElseGet(() -> last == null ? timeout(connection) : unknown(last)));
    }

    private ConnectionLoss timeout(Connection connection) {
        return new ConnectionLoss(
                LossCause.CONNECT_TIMEOUT,
                Confidence.HIGH,
                "no connection to " + connection.route.to() + " within " + limit());
    }

    static ConnectionLoss unknown(Exception e) {
        return new ConnectionLoss(LossCause.UNKNOWN, Confidence.LOW, String.valueOf(e.getMessage()));
    }

    /** False if this address has failed already. */
    private boolean connect(Connection connection, InetSocketAddress address) {
        SocketChannel channel = null;
        try {
            channel = open(address.getAddress());
            Policies.prepare(channel);
            boolean connected = channel.connect(address)
                    // The kernel connects to this machine within the call, though it says that it is under way.
                    || (isLocal(address.getAddress()) && channel.finishConnect());
            connection.target.leg = new PlainLeg(channel);
            connections.register(connection.target, connected ? 0 : SelectionKey.OP_CONNECT);
            if (connected) {
                connected(connection, channel);
            }
            return true;
        } catch (IOException | UnresolvedAddressException e) {
            Opener.start(connection).lastFailure = e;
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

    /** The selector has a result. */
    void finishConnect(Connection connection) {
        SocketChannel channel = connection.target.leg().channel();
        try {
            channel.finishConnect();
            connected(connection, channel);
        } catch (IOException e) {
            Opener.start(connection).lastFailure = e;
            abandon(connection, channel);
            tryNext(connection, System.nanoTime());
        }
    }

    private void connected(Connection connection, SocketChannel channel) throws IOException {
        if (channel.getLocalAddress().equals(channel.getRemoteAddress())) {
            // A free port of this machine that its kernel happened to choose for our own end: there is no listener.
            throw new ConnectException("Connection refused");
        }
        opener.targetIsConnected(connection);
    }

    /** The time of the look-up, or of the attempt with one address, is over. */
    void timeOut(Connection connection, long now) {
        Start start = Opener.start(connection);
        if (start.addresses.isEmpty()) {
            connections.fail(
                    connection.target,
                    new ConnectionLoss(
                            LossCause.UNRESOLVED, Confidence.LOW, "the look-up took longer than " + limit()));
            return;
        }
        if (connection.target.leg != null) {
            abandon(connection, connection.target.leg.channel());
        }
        start.lastFailure = null;
        tryNext(connection, now);
    }

    /** The time limit, for messages. */
    String limit() {
        return timeout.toMillis() + " ms";
    }
}

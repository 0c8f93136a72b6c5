package io.keepalive.cli.relay.io;

import io.keepalive.cli.relay.engine.ConnectPlan;
import io.keepalive.cli.relay.engine.Pair;
import io.keepalive.cli.relay.engine.Side;
import io.keepalive.cli.relay.tls.TlsChannel;
import io.keepalive.loss.ConnectionLoss;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A relayed connection: the decisions of its {@link Pair}, two legs, and what waits to be written. */
final class Connection {
    final Route route;
    final Pair pair;
    final End client;
    final End target;

    /** While it starts; null once the target is connected. */
    @Nullable
    Start start;

    /** Whether both legs are closed and the end is reported. */
    boolean isClosed;

    /** Why a leg failed. */
    @Nullable
    ConnectionLoss loss;

    /** The client's address as a PROXY header gave it. */
    @Nullable
    InetSocketAddress source;

    Connection(Route route, Leg leg, long nowNanos) {
        this.route = route;
        this.pair = new Pair(nowNanos);
        this.client = new End(this, Side.CLIENT);
        this.target = new End(this, Side.TARGET);
        this.client.leg = leg;
    }

    End end(Side side) {
        return side == Side.CLIENT ? client : target;
    }

    /** One end of a connection; attached to its selection key. */
    static final class End {
        final Connection connection;
        final Side side;

        @Nullable
        Leg leg;

        @Nullable
        SelectionKey key;

        /** Of a leg to another relay by TLS; its key is then {@link #key}. */
        @Nullable
        TlsChannel tls;

        /** What waits to be written to this end. */
        @Nullable
        ByteBuffer rest;

        /** Whether the leg is in {@link UnreadLegs}. */
        boolean unread;

        End(Connection connection, Side side) {
            this.connection = connection;
            this.side = side;
        }

        End other() {
            return connection.end(side.other());
        }

        Leg leg() {
            Leg open = leg;
            if (open == null) {
                throw new IllegalStateException("no leg to the " + side.word() + " yet");
            }
            return open;
        }
    }

    /** What a connection needs only until its target is connected. */
    static final class Start {
        final ConnectPlan plan;

        /** The leg whose TLS handshake is under way. */
        @Nullable
        End handshake;

        /** A PROXY header that is not complete yet. */
        @Nullable
        ByteBuffer header;

        List<InetSocketAddress> addresses = List.of();
        int next;

        @Nullable
        Exception lastFailure;

        Start(ConnectPlan plan) {
            this.plan = plan;
        }
    }
}

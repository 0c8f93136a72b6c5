package io.keepalive.cli.relay.io;

import io.keepalive.cli.relay.engine.Pair;
import io.keepalive.cli.relay.engine.PairEnd;
import io.keepalive.cli.relay.engine.Side;
import io.keepalive.cli.relay.io.Connection.End;
import io.keepalive.cli.relay.report.ConnectionReport;
import io.keepalive.cli.relay.report.Counters;
import io.keepalive.cli.relay.report.Log;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.LossCause;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The end of a connection: closes or resets both legs, and reports it once. Used by one loop. */
final class Closer {
    private final Counters counters;
    private final Log log;
    private final UnreadLegs unread;

    Closer(Counters counters, Log log, UnreadLegs unread) {
        this.counters = counters;
        this.log = log;
        this.unread = unread;
    }

    /** Closes a connection whose pair has a verdict. */
    void close(Connection connection) {
        PairEnd.Verdict verdict = connection.pair.verdict();
        if (verdict == null || connection.isClosed) {
            return;
        }
        connection.isClosed = true;
        ConnectionReport report = report(connection, verdict); // before the addresses are gone
        close(connection.client, verdict.how());
        close(connection.target, verdict.how());
        counters.ended(report);
        log.add(report);
    }

    /** Closes a connection that failed before it could be relayed. */
    void closeUnborn(Route route, SocketChannel channel, IOException e) {
        Connection connection = new Connection(route, new PlainLeg(channel), System.nanoTime());
        connection.loss = ConnectionLoss.of(e).orElse(null);
        connection.pair.onFailure(Side.CLIENT);
        close(connection);
    }

    private void close(End end, PairEnd how) {
        Leg leg = end.leg;
        if (leg == null) {
            return;
        }
        unread.update(end, false);
        if (how == PairEnd.RESET) {
            leg.reset();
        } else {
            leg.close();
        }
    }

    private static ConnectionReport report(Connection connection, PairEnd.Verdict verdict) {
        Pair pair = connection.pair;
        long now = System.nanoTime();
        ConnectionLoss loss = connection.loss;
        Side by = verdict.by();
        LossCause cause = verdict.how() == PairEnd.IN_ORDER
                ? LossCause.PEER_CLOSED
                : loss == null ? LossCause.UNKNOWN : loss.cause();
        return new ConnectionReport(
                Instant.now(),
                connection.route.listen().toString(),
                text(connection.source == null ? remote(connection.client) : connection.source),
                connection.target.leg == null ? connection.route.to().toString() : text(remote(connection.target)),
                pair.bytesFrom(Side.CLIENT),
                pair.bytesFrom(Side.TARGET),
                Duration.ofNanos(now - pair.openedNanos()),
                Duration.ofNanos(pair.longestSilenceNanos()),
                Duration.ofNanos(pair.silenceNanos(now)),
                by == null ? "relay" : by.word(),
                verdict.how() == PairEnd.RESET,
                cause.name(),
                loss == null ? null : loss.evidence());
    }

    private static @Nullable SocketAddress remote(End end) {
        return end.leg().remoteAddress();
    }

    private static String text(@Nullable SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet)) {
            return "?";
        }
        String host = inet.getAddress() == null
                ? inet.getHostString()
                : inet.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + inet.getPort();
    }
}

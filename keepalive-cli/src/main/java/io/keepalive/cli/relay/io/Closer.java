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
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The end of a connection: closes or resets both legs, and reports it once. Used by one loop.
 *
 * <p>A channel whose key the selector has let go of is closed by one system call. With its key it takes three: the JDK looks
 * at {@code SO_LINGER} and shuts the output down, since such a channel's descriptor stays open for a while. So a close
 * cancels the key and waits for the next look at the selector, which the loop makes at once.
 */
final class Closer {
    private final Counters counters;
    private final Log log;
    private final UnreadLegs unread;

    /** Ended; their keys are cancelled. */
    private ArrayDeque<Ended> ended = new ArrayDeque<>();

    /** Those whose keys the selector lets go of in the present look. */
    private ArrayDeque<Ended> letGo = new ArrayDeque<>();

    private record Ended(Connection connection, PairEnd how, ConnectionReport report) {}

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
        cancel(connection.client);
        cancel(connection.target);
        ended.add(new Ended(connection, verdict.how(), report));
    }

    private void cancel(End end) {
        unread.update(end, false);
        if (end.key != null && end.leg != null && end.leg.isClosedWithoutKey()) {
            end.key.cancel();
        }
    }

    /** Whether something waits for a look at the selector. */
    boolean beforeSelect() {
        if (ended.isEmpty()) {
            return false;
        }
        ArrayDeque<Ended> empty = letGo;
        letGo = ended;
        ended = empty;
        return true;
    }

    /** Closes what ended before the look at the selector that was just made. */
    void afterSelect() {
        for (Ended over = letGo.poll(); over != null; over = letGo.poll()) {
            close(over.connection().client, over.how());
            close(over.connection().target, over.how());
            counters.ended(over.report());
            log.add(over.report());
        }
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
            return; // never connected
        }
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
                target(connection),
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

    /** The address; the name if it was never connected, or is closed already. */
    private static String target(Connection connection) {
        SocketAddress remote = connection.target.leg == null ? null : remote(connection.target);
        return remote == null ? connection.route.to().toString() : text(remote);
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

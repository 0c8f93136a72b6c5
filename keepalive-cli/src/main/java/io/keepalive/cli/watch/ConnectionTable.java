package io.keepalive.cli.watch;

import io.keepalive.cli.linux.DiagMessage;
import io.keepalive.cli.linux.IpEndpoint;
import io.keepalive.cli.linux.TcpState;
import io.keepalive.cli.watch.DestroyEvent.Aftermath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a network namespace by the kernel's cookie, fed by dumps and notifications. A dump is a round: between
 * {@link #beginRound} and {@link #endRound} every connection is observed.
 */
final class ConnectionTable {
    private static final int MOST_LOOKUPS = 5;

    /** Finds out what is left of a connection that has just ended. */
    interface AftermathLookup {
        Aftermath of(IpEndpoint local, IpEndpoint remote, int interfaceIndex);
    }

    private final int mostConnections;
    private final WatchFilter filter;
    private final AftermathLookup lookup;
    private final Tally tally;
    private final Consumer<? super Death> onDeath;
    private final Map<Long, TrackedConnection> connections = new HashMap<>();
    private Set<Integer> listeningPorts = new HashSet<>();
    private Set<Integer> nextListeningPorts = new HashSet<>();
    private long round;
    private long untracked;

    ConnectionTable(
            int mostConnections,
            WatchFilter filter,
            AftermathLookup lookup,
            Tally tally,
            Consumer<? super Death> onDeath) {
        this.mostConnections = mostConnections;
        this.filter = filter;
        this.lookup = lookup;
        this.tally = tally;
        this.onDeath = onDeath;
    }

    void beginRound() {
        round++;
        nextListeningPorts = new HashSet<>();
    }

    void observe(DiagMessage message, long atNanos) {
        if (message.state() == TcpState.LISTEN) {
            nextListeningPorts.add(message.localPort());
            listeningPorts.add(message.localPort());
            return;
        }
        Observation observation = Observation.of(message, atNanos);
        if (observation == null || message.cookie() == 0) {
            return;
        }
        TrackedConnection connection = connections.get(message.cookie());
        if (connection == null) {
            if (!filter.admits(message)) {
                return;
            }
            if (connections.size() >= mostConnections) {
                untracked++;
                return;
            }
            connection = new TrackedConnection(
                    message.local(),
                    message.remote(),
                    message.interfaceIndex(),
                    listeningPorts.contains(message.localPort()));
            connections.put(message.cookie(), connection);
        }
        connection.round = round;
        if (message.inode() != 0) {
            connection.inode = message.inode();
        }
        OptionalLong survived = connection.history.observe(observation);
        if (survived.isPresent()) {
            tally.survived(key(connection), survived.getAsLong());
        }
    }

    /**
     * Notices which connections the dump no longer listed.
     *
     * @param notificationsWereLost since the round before: the dead are reported without their notification
     */
    void endRound(long atNanos, boolean notificationsWereLost) {
        listeningPorts = nextListeningPorts;
        for (TrackedConnection connection : connections.values()) {
            if (connection.round != round) {
                connection.history.vanish(atNanos);
                if (notificationsWereLost && connection.round == round - 1) {
                    report(connection, DeathCause.ofVanished(connection.history));
                    connection.isReported = true;
                }
            }
        }
        if (connections.size() >= mostConnections) {
            dropVanished();
        }
    }

    /** Makes room: a connection that is dead and still held is the least loss. */
    private void dropVanished() {
        Iterator<TrackedConnection> all = connections.values().iterator();
        while (all.hasNext()) {
            TrackedConnection connection = all.next();
            if (connection.round != round) {
                if (!connection.isReported) {
                    report(connection, DeathCause.ofVanished(connection.history));
                }
                all.remove();
            }
        }
    }

    /** Takes in a notification; what never was a connection is ignored. */
    void destroyed(DiagMessage message, long atNanos) {
        TrackedConnection connection = connections.remove(message.cookie());
        if (connection == null) {
            if (message.remotePort() == 0 || !filter.admits(message)) {
                return;
            }
            connection = new TrackedConnection(
                    message.local(),
                    message.remote(),
                    message.interfaceIndex(),
                    listeningPorts.contains(message.localPort()));
        }
        Observation observation = Observation.of(message, atNanos);
        if (observation == null || connection.isReported) {
            return;
        }
        boolean isDisconnected = message.remotePort() == 0;
        if (!isDisconnected && observation.info().dataSegmentsIn() > dataSegmentsIn(connection.history.last())) {
            OptionalLong survived = connection.history.survivedGap(observation);
            if (survived.isPresent()) {
                tally.survived(key(connection), survived.getAsLong());
            }
        }
        Aftermath aftermath = isDisconnected || connection.history.firstClosingState() != null
                ? Aftermath.UNKNOWN
                : lookup.of(connection.local, connection.remote, connection.interfaceIndex);
        report(
                connection,
                DeathCause.of(
                        connection.history,
                        new DestroyEvent(observation, isDisconnected, aftermath, connection.wasAccepted)));
    }

    private static long dataSegmentsIn(@Nullable Observation observation) {
        return observation == null ? Long.MAX_VALUE : observation.info().dataSegmentsIn();
    }

    /** At the end: reports what is dead although its program has not let go of it. */
    void reportHeld() {
        for (TrackedConnection connection : connections.values()) {
            if (connection.round < round && !connection.isReported) {
                report(connection, DeathCause.ofVanished(connection.history));
            }
        }
    }

    private void report(TrackedConnection connection, Verdict verdict) {
        OwnerIndex.Owner owner = connection.owner;
        if (!filter.admits(owner)) {
            return;
        }
        Death death = new Death(
                connection.local,
                connection.remote,
                connection.wasAccepted,
                owner == null ? 0 : owner.pid(),
                owner == null ? null : owner.program(),
                verdict);
        tally.died(death);
        onDeath.accept(death);
    }

    /** Sockets whose process is not known yet, by inode. */
    Map<Long, TrackedConnection> withoutOwner() {
        Map<Long, TrackedConnection> wanted = new HashMap<>();
        for (TrackedConnection connection : connections.values()) {
            if (connection.owner == null && connection.inode != 0 && connection.lookups < MOST_LOOKUPS) {
                wanted.put(connection.inode, connection);
            }
        }
        return wanted;
    }

    private static DestinationKey key(TrackedConnection connection) {
        return DestinationKey.of(connection.local, connection.remote, connection.wasAccepted);
    }

    /** Open connections. */
    int open() {
        return connections.size();
    }

    /** Dead, but held by their programs. */
    List<TrackedConnection> held() {
        List<TrackedConnection> held = new ArrayList<>();
        for (TrackedConnection connection : connections.values()) {
            if (connection.round < round && !connection.isReported) {
                held.add(connection);
            }
        }
        return held;
    }

    /** How often a connection was not taken in since there were too many. */
    long untracked() {
        return untracked;
    }
}

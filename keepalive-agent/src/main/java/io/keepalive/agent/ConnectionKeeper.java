package io.keepalive.agent;

import io.keepalive.KeepAliveOption;
import io.keepalive.agent.Listeners.Heritage;
import io.keepalive.agent.Listeners.Listener;
import io.keepalive.agent.OpenDescriptors.Open;
import io.keepalive.agent.Rule.Direction;
import io.keepalive.socket.KeepAliveReport;
import io.keepalive.socket.KeepAliveStatistics;
import io.keepalive.socket.Outcome;
import io.keepalive.socket.Precedence;
import io.keepalive.socket.SocketKeeper;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Applies the settings to each connection that the program opens, accepts or has open. Holds nothing that grows with the number of
 * connections but of those that are open.
 */
final class ConnectionKeeper {
    /** Of each rule, direction and kind so many are read back, and one in so many after that. */
    private static final int ALWAYS_READ_BACK = 100;

    private static final int READ_BACK_ONE_IN = 100;

    /** Connections that were seen to begin, so that their direction is known and not inferred from a port. */
    private final Connections connections;

    private final Listeners listeners;
    private final Choices choices;
    private final Tally tally;
    private volatile Settings settings;

    ConnectionKeeper(Settings settings, Connections connections, Choices choices, Tally tally) {
        this.settings = settings;
        this.connections = connections;
        this.choices = choices;
        this.tally = tally;
        this.listeners = new Listeners(tally);
    }

    void settings(Settings changed) throws IOException {
        synchronized (listeners) {
            settings = changed;
            listeners.reset();
        }
    }

    Precedence precedence() {
        return settings.precedence();
    }

    void release() throws IOException {
        listeners.release();
    }

    void connect(Object descriptor, String kind, InetAddress remote, int port) throws IOException {
        boolean isNew = descriptor instanceof FileDescriptor && choices.areNone(kind);
        Rule rule = settings.rule(Direction.TO, remote, port);
        DescriptorSocket socket = DescriptorSocket.of(descriptor, kind);
        if (descriptor instanceof FileDescriptor || socket.isTcp()) { // a native transport connects UDP, too
            connections.put(descriptor, new Connection(rule, Direction.TO, new InetSocketAddress(remote, port), port));
            keep(socket, Direction.TO, rule, isNew);
        }
    }

    void listen(FileDescriptor descriptor, String kind) throws IOException {
        synchronized (listeners) { // no change of the settings in between
            listeners.listening(descriptor, kind, settings);
        }
    }

    void accept(Object descriptor, String kind, @Nullable InetSocketAddress knownPeer, @Nullable Object listening)
            throws IOException {
        DescriptorSocket socket = DescriptorSocket.of(descriptor, kind);
        boolean isNew = false;
        int port;
        if (listening instanceof FileDescriptor known) {
            Listener listener = listeners.of(known, kind);
            if (listener.heritage() != null) {
                connections.put(
                        descriptor,
                        new Connection(
                                listener.heritage().rule(),
                                Direction.FROM,
                                knownPeer,
                                listener.local().getPort()));
                inherit(socket, known, listener.heritage());
                return;
            }
            isNew = listener.isUntouched() && choices.areNone(kind);
            port = listener.local().getPort();
        } else {
            port = socket.local().getPort();
            listeners.add(port);
        }
        InetSocketAddress peer = knownPeer != null ? knownPeer : socket.peer();
        Rule rule = settings.rule(Direction.FROM, peer == null ? null : peer.getAddress(), port);
        connections.put(descriptor, new Connection(rule, Direction.FROM, peer, port));
        keep(socket, Direction.FROM, rule, isNew);
    }

    /** It was accepted with all that its listener was given; where that is not so, the listener is not relied on again. */
    private void inherit(DescriptorSocket socket, FileDescriptor listening, Heritage heritage) throws IOException {
        if (!isReadBack(heritage.group().met())) {
            heritage.group().inherited();
            return;
        }
        KeepAliveReport report = heritage.keeper().verify(socket);
        if (!report.isComplete()) {
            listeners.distrust(listening);
            tally.failure("a " + socket + " was accepted without its listener's options: " + report
                    + "; others before it may have been, from now on each is set");
            report = apply(heritage.keeper(), settings.precedence(), socket);
        }
        tally.readBack(heritage.rule(), report);
    }

    /**
     * Keeps a connection, or leaves it alone.
     *
     * @param isNew whether it is known, without a look at it, to hold the system's options
     */
    private void keep(DescriptorSocket socket, Direction direction, Rule rule, boolean isNew) throws IOException {
        SocketKeeper keeper = rule.keeper();
        Tally.Group group = tally.group(rule, direction, socket.toString());
        long number = group.met();
        if (keeper == null) {
            return;
        }
        Precedence precedence = settings.precedence();
        boolean wins = precedence == Precedence.ENFORCE || (precedence == Precedence.TIGHTEN && isNew);
        if (wins && !isReadBack(number) && isSet(keeper.set(socket))) {
            group.unread();
        } else {
            tally.readBack(rule, apply(keeper, precedence, socket));
        }
    }

    /**
     * Applies a policy and reads back. A socket on which every option of the policy is at the system's default was not
     * configured, and gets the policy as a whole; what {@link Precedence#TIGHTEN} would make of a policy and the
     * system's defaults, option by option, is a policy that was never planned.
     */
    private static KeepAliveReport apply(SocketKeeper keeper, Precedence precedence, DescriptorSocket socket)
            throws IOException {
        boolean whole = precedence == Precedence.TIGHTEN && socket.isNew(keeper.policy());
        return keeper.precedence(whole ? Precedence.ENFORCE : precedence).keep(socket);
    }

    /** Whether every option of a policy was set without an error; if not, {@link #apply} reports what is wrong. */
    static boolean isSet(KeepAliveReport report) {
        return report.isComplete() && report.entry(KeepAliveOption.SO_KEEPALIVE).outcome() == Outcome.SET;
    }

    /** Looking costs twice what setting does; a system that does not hold what was set shows it soon enough. */
    private static boolean isReadBack(long number) {
        return KeepAliveStatistics.isRecording() || number <= ALWAYS_READ_BACK || number % READ_BACK_ONE_IN == 0;
    }

    /** Whether a listener of this descriptor was relied on; from now on it is not, and each socket it accepts is set. */
    boolean distrustListener(FileDescriptor descriptor) {
        return listeners.distrust(descriptor);
    }

    /** The rule of a connection; null for a socket that is not connected: connect finds what the program set before. */
    @Nullable
    Rule ruleOf(Object descriptor, DescriptorSocket socket) throws IOException {
        Connection known = connections.get(descriptor, socket);
        if (known != null) {
            return settings.rule(known.direction(), known.address(), known.port());
        }
        InetSocketAddress peer = socket.peer();
        return peer == null
                ? null
                : unseen(socket, peer, listeners::isListenedOn).rule();
    }

    /** A connection that was not seen to begin. If this program listens on its local port, it most likely accepted it. */
    private Connection unseen(DescriptorSocket socket, InetSocketAddress peer, IntPredicate isListenedOn)
            throws IOException {
        int port = socket.local().getPort();
        return isListenedOn.test(port)
                ? new Connection(settings.rule(Direction.FROM, peer.getAddress(), port), Direction.FROM, peer, port)
                : new Connection(
                        settings.rule(Direction.TO, peer.getAddress(), peer.getPort()),
                        Direction.TO,
                        peer,
                        peer.getPort());
    }

    int keepOpen() throws IOException {
        Set<Integer> ports = new HashSet<>();
        OpenDescriptors.forEach(open -> {
            if (open.listens()) {
                local(open).ifPresent(ports::add);
            }
        });
        ports.forEach(listeners::add);
        List<Integer> count = new ArrayList<>();
        OpenDescriptors.forEach(open -> {
            if (!open.listens()) {
                count.add(1);
                keepOpen(open, ports);
            }
        });
        return count.size();
    }

    private static Optional<Integer> local(Open open) {
        try {
            return Optional.of(open.socket().local().getPort());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void keepOpen(Open open, Set<Integer> ports) {
        try {
            DescriptorSocket socket = open.socket();
            InetSocketAddress peer = socket.peer();
            if (peer == null) {
                return;
            }
            Connection known = connections.get(open.number(), socket);
            if (known == null) {
                known = unseen(socket, peer, ports::contains);
                connections.putOpen(open.number(), known);
            }
            Rule rule = settings.rule(known.direction(), known.address(), known.port());
            known.rule(rule);
            keep(socket, known.direction(), rule, false);
        } catch (IOException | RuntimeException e) {
            tally.failure(e);
        }
    }
}

package io.keepalive.agent;

import io.keepalive.KeepAliveOption;
import io.keepalive.agent.Listeners.Heritage;
import io.keepalive.agent.Listeners.Listener;
import io.keepalive.agent.OpenDescriptors.Open;
import io.keepalive.agent.Rule.Direction;
import io.keepalive.socket.KeepAliveReport;
import io.keepalive.socket.KeepAliveStatistics;
import io.keepalive.socket.LaterCall;
import io.keepalive.socket.Outcome;
import io.keepalive.socket.Precedence;
import io.keepalive.socket.SocketKeeper;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Does what the settings say with each connection that the hooks tell of, on the program's thread. Never throws: what
 * fails is counted. Holds nothing that grows with the number of connections but of those that are open.
 */
final class Keeper implements BiPredicate<String, Object[]> {
    /** Of each rule, direction and kind so many are read back, and one in so many after that. */
    private static final int ALWAYS_READ_BACK = 100;

    private static final int READ_BACK_ONE_IN = 100;

    private final Tally tally;
    private final Losses losses;

    /** Those that were seen to begin: who began them is known, and is not inferred from a port. */
    private final Connections connections;

    private final Listeners listeners;

    /** Kinds of which the program ever gave one an option before it was connected, so that its choice has to be looked for. */
    private final Set<String> kindsWithChoices = ConcurrentHashMap.newKeySet();

    private final BooleanSupplier missedNothing;
    private final Runnable beans;
    private volatile Settings settings;

    /**
     * Makes one.
     *
     * @param missedNothing whether the hooks told every option that the program ever set on a socket of the JDK
     * @param beans what to do when the program has a server of management beans
     */
    Keeper(
            Settings settings,
            Connections connections,
            Tally tally,
            Losses losses,
            BooleanSupplier missedNothing,
            Runnable beans) {
        this.settings = settings;
        this.connections = connections;
        this.tally = tally;
        this.losses = losses;
        this.listeners = new Listeners(tally);
        this.missedNothing = missedNothing;
        this.beans = beans;
    }

    /** From now on. */
    void settings(Settings changed) throws IOException {
        synchronized (listeners) {
            settings = changed;
            listeners.reset();
        }
    }

    /** Leaves nothing behind that would go on keeping connections. */
    void release() throws IOException {
        listeners.release();
    }

    /**
     * Called by the hooks; see {@code KeepAliveHook} and {@code KeepAliveNet}. With the agent's rights: what a security
     * manager (possible until JDK 23) lets the program do is the program's.
     */
    @Override
    @SuppressWarnings("removal")
    public boolean test(String event, Object[] about) {
        return System.getSecurityManager() == null
                ? heard(event, about)
                : AccessController.doPrivileged((PrivilegedAction<Boolean>) () -> heard(event, about));
    }

    private boolean heard(String event, Object[] about) {
        try {
            return switch (event) {
                case "connect" -> connect(about[0], (String) about[1], (InetAddress) about[2], (Integer) about[3]);
                case "accept" -> accept(about[0], (String) about[1], (InetSocketAddress) about[2], about[3]);
                case "listen" -> listen((FileDescriptor) about[0], (String) about[1]);
                case "set" -> refuses(about[0], (String) about[1], about[2], about[3]);
                case "failed", "eof", "shutdown", "close" -> {
                    losses.happened(
                            event,
                            (FileDescriptor) about[0],
                            (Connection) about[1],
                            Silences.of((long[]) about[2]),
                            (Boolean) about[3],
                            (Throwable) about[4]);
                    yield false;
                }
                case "beans" -> {
                    beans.run();
                    yield false;
                }
                default -> throw new IllegalArgumentException("event '" + event + "'");
            };
        } catch (Throwable e) {
            tally.failure(e);
            return false;
        }
    }

    private boolean connect(Object descriptor, String kind, InetAddress remote, int port) throws IOException {
        boolean isNew = descriptor instanceof FileDescriptor && hasNoChoice(kind);
        Rule rule = settings.rule(Direction.TO, remote, port);
        DescriptorSocket socket = socket(descriptor, kind);
        if (descriptor instanceof FileDescriptor || socket.isTcp()) { // a native transport connects UDP, too
            connections.put(descriptor, new Connection(rule, Direction.TO, new InetSocketAddress(remote, port), port));
            keep(socket, Direction.TO, rule, isNew);
        }
        return false;
    }

    private boolean listen(FileDescriptor descriptor, String kind) throws IOException {
        synchronized (listeners) { // no change of the settings in between
            listeners.listening(descriptor, kind, settings);
        }
        return false;
    }

    private boolean accept(
            Object descriptor, String kind, @Nullable InetSocketAddress knownPeer, @Nullable Object listening)
            throws IOException {
        DescriptorSocket socket = socket(descriptor, kind);
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
                return false;
            }
            isNew = listener.isUntouched() && hasNoChoice(kind);
            port = listener.local().getPort();
        } else {
            port = socket.local().getPort();
            listeners.add(port);
        }
        InetSocketAddress peer = knownPeer != null ? knownPeer : socket.peer();
        Rule rule = settings.rule(Direction.FROM, peer == null ? null : peer.getAddress(), port);
        connections.put(descriptor, new Connection(rule, Direction.FROM, peer, port));
        keep(socket, Direction.FROM, rule, isNew);
        return false;
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

    private boolean hasNoChoice(String kind) {
        return missedNothing.getAsBoolean() && !kindsWithChoices.contains(kind);
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
     * Applies a policy and reads back. A socket on which every option of the policy is at the system's default holds
     * nobody's choice and gets the policy as a whole; what {@link Precedence#TIGHTEN} would make of a policy and the
     * system's defaults, option by option, is a policy that nobody planned.
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

    /** Whether the program is not to set this option to this value. */
    private boolean refuses(Object descriptor, String kind, Object option, Object value) throws IOException {
        String name = option instanceof SocketOption<?> jdk ? jdk.name() : (String) option;
        if (!name.startsWith("TCP_KEEP") && !name.equals("SO_KEEPALIVE") && !name.equals("TCP_USER_TIMEOUT")) {
            return false;
        }
        DescriptorSocket socket = socket(descriptor, kind);
        Rule rule = ruleOf(descriptor, socket);
        if (rule == null && !(descriptor instanceof FileDescriptor known && listeners.distrust(known))) {
            kindsWithChoices.add(kind);
        }
        SocketKeeper keeper = rule == null ? null : rule.keeper();
        KeepAliveOption known = optionOf(name);
        if (keeper == null || known == null || !(value instanceof Boolean || value instanceof Integer)) {
            return false;
        }
        long number = value instanceof Boolean flag ? (flag ? 1 : 0) : (Integer) value;
        if (!isValid(known, number)) {
            return false; // the system refuses it, as without the agent
        }
        LaterCall call = keeper.precedence(settings.precedence()).decide(socket, known, number);
        if (call == null) {
            return false;
        }
        tally.laterCall(kind, call);
        return call.isRefused();
    }

    /** Whether Linux takes the value (net/ipv4/tcp.c, MAX_TCP_KEEPIDLE and the like); other systems take no others. */
    private static boolean isValid(KeepAliveOption option, long value) {
        return switch (option) {
            case SO_KEEPALIVE -> true;
            case TCP_KEEPIDLE, TCP_KEEPINTVL -> value >= 1 && value <= 32_767;
            case TCP_KEEPCNT -> value >= 1 && value <= 127;
            case TCP_USER_TIMEOUT -> value >= 0;
        };
    }

    /** The option that the JDK or the kernel gives this name; null for another one. */
    private static @Nullable KeepAliveOption optionOf(String name) {
        return switch (name) {
            case "SO_KEEPALIVE" -> KeepAliveOption.SO_KEEPALIVE;
            case "TCP_KEEPIDLE" -> KeepAliveOption.TCP_KEEPIDLE;
            case "TCP_KEEPINTVL", "TCP_KEEPINTERVAL" -> KeepAliveOption.TCP_KEEPINTVL;
            case "TCP_KEEPCNT", "TCP_KEEPCOUNT" -> KeepAliveOption.TCP_KEEPCNT;
            case "TCP_USER_TIMEOUT" -> KeepAliveOption.TCP_USER_TIMEOUT;
            default -> null;
        };
    }

    /** Null for what is not connected, and so has no rule yet: connect finds what the program set before. */
    private @Nullable Rule ruleOf(Object descriptor, DescriptorSocket socket) throws IOException {
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

    /**
     * Keeps the connections that are open already.
     *
     * @return how many there are
     */
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

    private static DescriptorSocket socket(Object descriptor, String kind) {
        return descriptor instanceof FileDescriptor known
                ? new DescriptorSocket(known, kind)
                : new DescriptorSocket((Integer) descriptor, kind);
    }
}

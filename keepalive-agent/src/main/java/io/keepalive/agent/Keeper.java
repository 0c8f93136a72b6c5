package io.keepalive.agent;

import io.keepalive.DescriptorSocket;
import io.keepalive.DescriptorSocket.LaterCall;
import io.keepalive.DescriptorSocket.Open;
import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveOption;
import io.keepalive.agent.Rule.Direction;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Does what the settings say with each connection that the hooks tell of, on the program's thread. Never throws: what
 * fails is counted. Holds nothing that grows with the number of connections.
 */
final class Keeper implements BiPredicate<String, Object[]> {
    private final Tally tally;
    private volatile Recent recent = new Recent();

    /** Which local ports are listeners': so many as the program ever listened on. */
    private final Set<Integer> listenerPorts = ConcurrentHashMap.newKeySet();

    private final Runnable beans;
    private volatile Settings settings;

    /**
     * Makes one.
     *
     * @param beans what to do when the program has a server of management beans
     */
    Keeper(Settings settings, Tally tally, Runnable beans) {
        this.settings = settings;
        this.tally = tally;
        this.beans = beans;
    }

    /** From now on. */
    void settings(Settings changed) {
        settings = changed;
        recent = new Recent();
    }

    /** Called by the hooks; see {@code KeepAliveHook} and {@code KeepAliveNet}. */
    @Override
    public boolean test(String event, Object[] about) {
        try {
            return switch (event) {
                case "connect" -> connect(about[0], (String) about[1], (InetAddress) about[2], (Integer) about[3]);
                case "accept" -> accept(about[0], (String) about[1]);
                case "set" -> refuses(about[0], (String) about[1], about[2], about[3]);
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

    private boolean connect(Object descriptor, String kind, InetAddress remote, int port) {
        keep(descriptor, socket(descriptor, kind), Direction.TO, settings.rule(Direction.TO, remote, port));
        return false;
    }

    private boolean accept(Object descriptor, String kind) throws IOException {
        DescriptorSocket socket = socket(descriptor, kind);
        int port = socket.local().getPort();
        listenerPorts.add(port);
        InetSocketAddress peer = socket.peer();
        Rule rule = settings.rule(Direction.FROM, peer == null ? null : peer.getAddress(), port);
        keep(descriptor, socket, Direction.FROM, rule);
        return false;
    }

    private void keep(Object descriptor, DescriptorSocket socket, Direction direction, Rule rule) {
        KeepAlive policy = rule.policy();
        if (descriptor instanceof FileDescriptor known) {
            recent.put(known, rule);
        } else if (!socket.isTcp()) {
            return; // a native transport connects UDP by the same method
        }
        if (policy == null) {
            tally.excluded(direction, socket.toString(), rule);
        } else {
            tally.kept(direction, rule, socket.apply(policy, settings.precedence()), socket.toString());
        }
    }

    /** Whether the program is not to set this option to this value. */
    private boolean refuses(Object descriptor, String kind, Object option, Object value) throws IOException {
        String name = option instanceof SocketOption<?> jdk ? jdk.name() : (String) option;
        if (!name.startsWith("TCP_KEEP") && !name.equals("SO_KEEPALIVE") && !name.equals("TCP_USER_TIMEOUT")) {
            return false;
        }
        DescriptorSocket socket = socket(descriptor, kind);
        Rule rule = ruleOf(descriptor, socket);
        KeepAlive policy = rule == null ? null : rule.policy();
        if (policy == null) {
            return false;
        }
        LaterCall call = option instanceof SocketOption<?> jdk
                ? socket.judge(policy, settings.precedence(), jdk, value)
                : socket.judge(policy, settings.precedence(), KeepAliveOption.valueOf(name), (Integer) value);
        if (call == null) {
            return false;
        }
        tally.laterCall(kind, call);
        return call.isRefused();
    }

    /** Null for what is not connected, and so has no rule yet: connect finds what the program set before. */
    private @Nullable Rule ruleOf(Object descriptor, DescriptorSocket socket) throws IOException {
        Rule known = descriptor instanceof FileDescriptor number ? recent.get(number) : null;
        if (known != null) {
            return known;
        }
        InetSocketAddress peer = socket.peer();
        return peer == null ? null : rule(socket, peer);
    }

    private Rule rule(DescriptorSocket socket, InetSocketAddress peer) throws IOException {
        int port = socket.local().getPort();
        return listenerPorts.contains(port)
                ? settings.rule(Direction.FROM, peer.getAddress(), port)
                : settings.rule(Direction.TO, peer.getAddress(), peer.getPort());
    }

    /**
     * Keeps the connections that are open already.
     *
     * @return how many there are
     */
    int keepOpen() throws IOException {
        DescriptorSocket.forEachOpen(open -> {
            if (open.listens()) {
                local(open).ifPresent(listenerPorts::add);
            }
        });
        List<Integer> count = new ArrayList<>();
        DescriptorSocket.forEachOpen(open -> {
            if (!open.listens()) {
                count.add(1);
                keepOpen(open.socket());
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

    private void keepOpen(DescriptorSocket socket) {
        try {
            InetSocketAddress peer = socket.peer();
            if (peer != null) {
                Rule rule = rule(socket, peer);
                boolean accepted = listenerPorts.contains(socket.local().getPort());
                keep("a duplicate", socket, accepted ? Direction.FROM : Direction.TO, rule);
            }
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

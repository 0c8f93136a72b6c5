package io.keepalive.agent;

import io.keepalive.agent.Rule.Direction;
import io.keepalive.socket.Precedence;
import io.keepalive.socket.SocketKeeper;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The program's listeners. On Linux accepted sockets inherit the options of their listener: one that the program left
 * as it was is given the policy before it listens, and what it accepts needs no call of the system. Thread-safe.
 */
final class Listeners {
    /**
     * What is known of a listener.
     *
     * @param local where it listens
     * @param isUntouched whether it had the system's options when it was met
     * @param heritage what it was given; null if what it accepts is set one by one
     */
    record Listener(
            InetSocketAddress local,
            boolean isUntouched,
            @Nullable Heritage heritage) {}

    /**
     * What accepted sockets inherit.
     *
     * @param rule the one rule of all of them, whatever their peer
     * @param keeper the rule's
     * @param group counts them
     */
    record Heritage(Rule rule, SocketKeeper keeper, Tally.Group group) {}

    /** By identity, as descriptors compare: gone when the program has forgotten the listener. */
    private final Map<FileDescriptor, Listener> known = new WeakHashMap<>();

    /** As many as the program ever listened on. */
    private final Set<Integer> ports = ConcurrentHashMap.newKeySet();

    private final Tally tally;
    private boolean released;

    Listeners(Tally tally) {
        this.tally = tally;
    }

    /** The program is about to listen: from the first connection on all inherit what is set now. */
    synchronized void listening(FileDescriptor descriptor, String kind, Settings settings) throws IOException {
        DescriptorSocket socket = new DescriptorSocket(descriptor, kind);
        if (!released && JdkNet.LINUX && socket.isUntouched()) {
            InetSocketAddress local = socket.local();
            meet(descriptor, new Listener(local, true, bequeath(socket, local.getPort(), settings)));
        }
    }

    private @Nullable Heritage bequeath(DescriptorSocket socket, int port, Settings settings) throws IOException {
        Rule rule = settings.commonRule(Direction.FROM, port);
        SocketKeeper keeper = rule == null ? null : rule.keeper();
        Precedence precedence = settings.precedence();
        if (rule == null || keeper == null || (precedence != Precedence.TIGHTEN && precedence != Precedence.ENFORCE)) {
            return null;
        }
        if (!ConnectionKeeper.isSet(keeper.set(socket))) {
            // A policy that the system does not take whole: the report of each accepted socket shows why.
            socket.reset(keeper.policy());
            return null;
        }
        return new Heritage(rule, keeper, tally.group(rule, Direction.FROM, socket.toString()));
    }

    private synchronized void meet(FileDescriptor descriptor, Listener listener) {
        known.put(descriptor, listener);
        ports.add(listener.local.getPort());
    }

    /** The listener that has just accepted. One that was not heard of before, or whose options were put back, is looked at. */
    Listener of(FileDescriptor descriptor, String kind) throws IOException {
        Listener listener;
        synchronized (this) {
            listener = known.get(descriptor);
        }
        if (listener == null) {
            DescriptorSocket socket = new DescriptorSocket(descriptor, kind);
            listener = new Listener(socket.local(), socket.isUntouched(), null);
            meet(descriptor, listener);
        }
        return listener;
    }

    /**
     * What this listener accepts can't be relied on to hold what the listener was given: from now on each is looked at.
     *
     * @return whether it is a listener that is known
     */
    synchronized boolean distrust(FileDescriptor descriptor) {
        return known.computeIfPresent(descriptor, (key, listener) -> new Listener(listener.local, false, null)) != null;
    }

    /** A port on which a listener was found. */
    void add(int port) {
        ports.add(port);
    }

    /** Whether a connection at this local port was accepted, rather than opened. */
    boolean isListenedOn(int port) {
        return ports.contains(port);
    }

    /** The settings change: listeners get the system's options back, and what they accept is set one by one. */
    synchronized void reset() throws IOException {
        Map<InetSocketAddress, SocketKeeper> given = new HashMap<>();
        known.values().forEach(listener -> {
            if (listener.heritage != null) {
                given.put(listener.local, listener.heritage.keeper);
            }
        });
        known.clear();
        if (given.isEmpty()) {
            return;
        }
        // By duplicates, since the program may close a listener meanwhile, and its number be somebody else's then.
        OpenDescriptors.forEach(open -> {
            try {
                SocketKeeper keeper = open.listens() ? given.get(open.socket().local()) : null;
                if (keeper != null && keeper.verify(open.socket()).isComplete()) {
                    open.socket().reset(keeper.policy());
                }
            } catch (IOException | RuntimeException e) {
                tally.failure(e);
            }
        });
    }

    /** The agent leaves: as {@link #reset}, and no listener is given anything any more. */
    synchronized void release() throws IOException {
        released = true;
        reset();
    }
}

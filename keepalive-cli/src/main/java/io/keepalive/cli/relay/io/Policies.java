package io.keepalive.cli.relay.io;

import io.keepalive.KeepAlive;
import io.keepalive.cli.relay.engine.Side;
import io.keepalive.cli.relay.io.Connection.End;
import io.keepalive.socket.KeepAliveException;
import io.keepalive.socket.Outcome;
import io.keepalive.socket.SocketKeeper;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Applies the policies to the legs. The only place where the relay uses core's socket options. Used by one loop.
 *
 * <p>A leg gets its policy at the next tick of the loop: a probe is due after seconds at the earliest, and a connection that
 * ends within a tick would only pay for it, on Linux with a quarter of its system calls. An accepted leg has the policy from
 * the start where it is inherited, and gets its place in the {@link Spread} at the tick.
 */
final class Policies {
    private final Spread clients;
    private final Spread inheriting;
    private final Spread targets;

    /** Legs without their policy yet. */
    private final ArrayDeque<Due> due = new ArrayDeque<>();

    /** A leg and what it gets. */
    record Due(End end, SocketKeeper keeper) {
        /**
         * Sets the policy, if the connection is still open. Nothing is read back: an option that this system lacks was
         * reported once at the start.
         */
        void apply() {
            Leg leg = end.leg;
            if (leg == null || end.connection.pair.verdict() != null) {
                return;
            }
            try {
                keeper.set(leg.channel());
            } catch (KeepAliveException e) {
                throw new IllegalStateException("a keeper that is not strict failed", e);
            }
        }
    }

    Policies(RelaySettings settings) {
        clients = Spread.of(settings.clientPolicy());
        inheriting = Spread.ofIdleTimes(settings.clientPolicy());
        targets = Spread.of(settings.targetPolicy());
    }

    /** Makes a new channel non-blocking and switches {@code TCP_NODELAY} on. */
    static void prepare(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    /**
     * A leg gets its policy at the next tick.
     *
     * @param hasPolicy whether it was inherited from a listener
     */
    void applyLater(End end, boolean hasPolicy) {
        Spread spread = end.side == Side.TARGET ? targets : hasPolicy ? inheriting : clients;
        if (!hasPolicy || !spread.isEven()) {
            due.add(new Due(end, spread.next()));
        }
    }

    /** Whether a leg waits for its policy. */
    boolean isPending() {
        return !due.isEmpty();
    }

    /** The next leg that waits for its policy; null if there is none. */
    @Nullable
    Due next() {
        return due.poll();
    }

    /**
     * Applies the policy to a listener.
     *
     * @return whether accepted connections inherit all of it (Linux)
     */
    static boolean applyToListener(KeepAlive policy, ServerSocketChannel listener) throws IOException {
        return SocketKeeper.of(policy).keep(listener).entries().stream()
                .allMatch(entry -> entry.outcome() == Outcome.APPLIED || entry.outcome() == Outcome.ROUNDED);
    }
}

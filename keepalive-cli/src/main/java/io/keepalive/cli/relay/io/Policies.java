package io.keepalive.cli.relay.io;

import io.keepalive.KeepAlive;
import io.keepalive.socket.Outcome;
import io.keepalive.socket.SocketKeeper;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Applies the policies to the legs. The only place where the relay uses core's socket options. */
final class Policies {
    private final SocketKeeper clients;
    private final SocketKeeper targets;

    Policies(RelaySettings settings) {
        clients = SocketKeeper.of(settings.clientPolicy());
        targets = SocketKeeper.of(settings.targetPolicy());
    }

    /**
     * Switches the policy and {@code TCP_NODELAY} on. Nothing is read back: an option that this system lacks was reported
     * once at the start.
     */
    void applyToTarget(SocketChannel channel) throws IOException {
        prepare(channel);
        targets.set(channel);
    }

    /** The same for an accepted channel that may have inherited the policy. */
    void applyToAccepted(SocketChannel channel, boolean inherited) throws IOException {
        prepare(channel);
        if (!inherited) {
            clients.set(channel);
        }
    }

    private static void prepare(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    /**
     * Applies the policy to a listener.
     *
     * @return whether accepted connections inherit all of it (Linux): a dozen system calls less for each
     */
    static boolean applyToListener(KeepAlive policy, ServerSocketChannel listener) throws IOException {
        return SocketKeeper.of(policy).keep(listener).entries().stream()
                .allMatch(entry -> entry.outcome() == Outcome.APPLIED || entry.outcome() == Outcome.ROUNDED);
    }
}

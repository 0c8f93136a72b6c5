package io.keepalive.cli.relay.io;

import io.keepalive.KeepAlive;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/** Applies a policy to a leg. The only place where the relay uses core's socket options. */
final class Policies {
    private Policies() {}

    /**
     * Switches the policy and {@code TCP_NODELAY} on. Nothing is read back: an option that this system lacks was reported
     * once at the start.
     */
    static void apply(KeepAlive policy, SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        policy.set(channel);
    }
}

package io.keepalive.cli.relay.io;

import io.keepalive.KeepAlive;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.Locale;

/**
 * A bound port.
 *
 * @param route what is accepted on it goes where
 * @param policyIsInherited whether accepted connections have the policy from the start
 */
record Listener(Route route, ServerSocketChannel channel, boolean policyIsInherited) {
    /** The kernel caps it at net.core.somaxconn (4096 by default since Linux 5.4). */
    private static final int BACKLOG = 4096;

    /**
     * Binds a port.
     *
     * @throws IOException with one clear line
     */
    static Listener bind(Route route, KeepAlive policy) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.configureBlocking(false);
            if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("win")) {
                // On Windows it would let two programs listen at once.
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            }
            String host = route.listen().host();
            InetAddress address = host.isEmpty() ? InetAddress.getLoopbackAddress() : InetAddress.getByName(host);
            channel.bind(new InetSocketAddress(address, route.listen().port()), BACKLOG);
            return new Listener(route, channel, Policies.applyToListener(policy, channel));
        } catch (UnknownHostException e) {
            channel.close();
            throw new IOException(
                    "--listen " + route.listen() + ": unknown host (expected: an address of this machine)", e);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw new IOException("--listen " + route.listen() + ": " + e.getMessage(), e);
        }
    }

    /** The port that it listens on. */
    int port() throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }
}

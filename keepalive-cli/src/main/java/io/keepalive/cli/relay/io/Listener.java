package io.keepalive.cli.relay.io;

import io.keepalive.KeepAlive;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
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
        String host = route.listen().host();
        ServerSocketChannel channel = null;
        try {
            InetAddress address = host.isEmpty() ? InetAddress.getLoopbackAddress() : InetAddress.getByName(host);
            channel = open(address);
            channel.configureBlocking(false);
            if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("win")) {
                // On Windows it would let two programs listen at once.
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            }
            channel.bind(new InetSocketAddress(address, route.listen().port()), BACKLOG);
            return new Listener(route, channel, Policies.applyToListener(policy, channel));
        } catch (UnknownHostException e) {
            throw new IOException(
                    "--listen " + route.listen() + ": unknown host (expected: an address of this machine)", e);
        } catch (IOException | RuntimeException e) {
            if (channel != null) {
                channel.close();
            }
            throw new IOException("--listen " + route.listen() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Of the address's family, so that what is accepted is of IPv4 if that is IPv4, which costs the kernel and the JDK less.
     * All addresses are those of both families.
     */
    private static ServerSocketChannel open(InetAddress address) throws IOException {
        return address instanceof Inet4Address && !address.isAnyLocalAddress()
                ? ServerSocketChannel.open(StandardProtocolFamily.INET)
                : ServerSocketChannel.open();
    }

    /** The port that it listens on. */
    int port() throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }
}

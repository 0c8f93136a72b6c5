package io.keepalive.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.stream.Stream;

/** All addresses of a name, tried one after the other in the order of the resolver (RFC 6724). */
public final class HostAddresses {
    /** A single attempt. */
    interface Attempt<T> {
        T connect(SocketAddress address) throws IOException;
    }

    private HostAddresses() {}

    /** At least one. */
    static List<InetSocketAddress> of(String host, int port) throws IOException {
        return Stream.of(InetAddress.getAllByName(host))
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }

    static <T> T firstThatConnects(String host, int port, Attempt<T> attempt) throws IOException {
        return firstThatConnects(of(host, port), attempt);
    }

    /** The addresses are of one name, and at least one. */
    static <T> T firstThatConnects(List<InetSocketAddress> addresses, Attempt<T> attempt) throws IOException {
        IOException failure = null;
        for (InetSocketAddress address : addresses) {
            try {
                return attempt.connect(address);
            } catch (KeepAliveException e) {
                throw e; // what an option is refused for does not depend on the address
            } catch (IOException e) {
                if (failure != null) {
                    e.addSuppressed(failure);
                }
                failure = e;
            }
        }
        throw failure != null ? failure : new IOException("no address to connect to");
    }
}

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
        IOException failure = null;
        for (InetSocketAddress address : of(host, port)) {
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
        throw failure != null ? failure : new IOException(host + " has no address");
    }
}

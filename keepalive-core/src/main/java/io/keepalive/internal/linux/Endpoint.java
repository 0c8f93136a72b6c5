package io.keepalive.internal.linux;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection, as the kernel's {@code getsockname} and {@code getpeername} give it: IPv4 addresses mapped
 * into IPv6 ({@code ::ffff:1.2.3.4}), since that is what the JDK's sockets mostly are.
 *
 * @param high the first eight bytes of the address
 * @param low the last eight bytes of the address
 * @param port 0 to 65535
 */
record Endpoint(long high, long low, int port) {
    /** A socket that is not bound yet. */
    static final Endpoint UNBOUND = new Endpoint(0, 0, 0);

    /** The peer of any connection. */
    static final Endpoint ANY = new Endpoint(0, 0, -1);

    private static final long MAPPED = 0xffff_0000_0000L;

    static Endpoint of(@Nullable SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet) || inet.getAddress() == null) {
            return UNBOUND;
        }
        return of(inet.getAddress(), inet.getPort());
    }

    static Endpoint ofIpv4(int address, int port) {
        return new Endpoint(0, MAPPED | Integer.toUnsignedLong(address), port);
    }

    private static Endpoint of(InetAddress address, int port) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.remaining() == Integer.BYTES
                ? ofIpv4(bytes.getInt(), port)
                : new Endpoint(bytes.getLong(), bytes.getLong(), port);
    }

    /** Whether the kernel's answer is this end. A wildcard matches every address: JDK and kernel write it differently. */
    boolean matches(Endpoint answer) {
        return port == ANY.port
                || (port == answer.port && (isWildcard() || (high == answer.high && low == answer.low)));
    }

    private boolean isWildcard() {
        return high == 0 && (low == 0 || low == MAPPED);
    }
}

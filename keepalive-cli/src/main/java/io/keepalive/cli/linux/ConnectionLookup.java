package io.keepalive.cli.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Asks for the state of single connections, by their addresses; TIME_WAIT included. Much cheaper than a dump where there are
 * thousands in TIME_WAIT. Needs no privilege. For one thread at a time.
 */
public final class ConnectionLookup implements AutoCloseable {
    private static final int REQUEST_BYTES = NetlinkReader.HEADER_BYTES + 56;
    private static final int BUFFER_BYTES = 4096;

    /** Offsets in {@code struct nlmsghdr} and, behind it, {@code struct inet_diag_req_v2}. */
    private static final int TYPE = 4;

    private static final int PORTS = NetlinkReader.HEADER_BYTES + 8;
    private static final int SOURCE = PORTS + 4;
    private static final int DESTINATION = SOURCE + 16;
    private static final int INTERFACE = DESTINATION + 16;
    private static final int COOKIE = INTERFACE + 4;
    private static final int ANSWER_STATE = NetlinkReader.HEADER_BYTES + 1;

    private final SystemCalls calls;
    private final int descriptor;
    private final ByteBuffer request = ByteBuffer.allocateDirect(REQUEST_BYTES).order(ByteOrder.nativeOrder());
    private final ByteBuffer answer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());

    private ConnectionLookup(SystemCalls calls, int descriptor) {
        this.calls = calls;
        this.descriptor = descriptor;
    }

    /** Opens it in the network namespace of the calling thread, where it stays. */
    public static ConnectionLookup open(SystemCalls calls) throws ErrnoException {
        return new ConnectionLookup(
                calls, calls.socket(Linux.AF_NETLINK, Linux.SOCK_RAW | Linux.SOCK_CLOEXEC, Linux.NETLINK_SOCK_DIAG));
    }

    /**
     * Looks a connection up.
     *
     * @return {@link TcpState#CLOSE} if there is none with these addresses
     */
    public TcpState state(IpEndpoint local, IpEndpoint remote, int interfaceIndex) throws ErrnoException {
        calls.send(descriptor, encode(request, local, remote, interfaceIndex));
        calls.receive(descriptor, answer); // there already: the kernel answers within send
        return switch (answer.getShort(TYPE)) {
            case Linux.SOCK_DIAG_BY_FAMILY -> TcpState.of(Byte.toUnsignedInt(answer.get(ANSWER_STATE)));
            case Linux.NLMSG_ERROR ->
                -answer.getInt(NetlinkReader.HEADER_BYTES) == Errno.ENOENT ? TcpState.CLOSE : TcpState.UNKNOWN;
            default -> TcpState.UNKNOWN;
        };
    }

    static ByteBuffer encode(ByteBuffer target, IpEndpoint local, IpEndpoint remote, int interfaceIndex) {
        target.clear();
        for (int i = 0; i < REQUEST_BYTES; i++) {
            target.put(i, (byte) 0);
        }
        target.putInt(REQUEST_BYTES)
                .putShort((short) Linux.SOCK_DIAG_BY_FAMILY)
                .putShort((short) Linux.NLM_F_REQUEST)
                .putInt(0)
                .putInt(0)
                .put((byte) (local.isIpv6() ? Linux.AF_INET6 : Linux.AF_INET))
                .put((byte) Linux.IPPROTO_TCP)
                .putShort((short) 0)
                .putInt(-1);
        target.order(ByteOrder.BIG_ENDIAN);
        target.putShort(PORTS, (short) local.port()).putShort(PORTS + 2, (short) remote.port());
        putAddress(target, SOURCE, local);
        putAddress(target, DESTINATION, remote);
        target.order(ByteOrder.nativeOrder());
        return target.putInt(INTERFACE, interfaceIndex)
                .putLong(COOKIE, -1)
                .position(0)
                .limit(REQUEST_BYTES);
    }

    private static void putAddress(ByteBuffer target, int offset, IpEndpoint endpoint) {
        if (endpoint.isIpv6()) {
            target.putLong(offset, endpoint.high()).putLong(offset + Long.BYTES, endpoint.low());
        } else {
            target.putInt(offset, (int) endpoint.low());
        }
    }

    @Override
    public void close() {
        calls.close(descriptor);
    }
}

package io.keepalive.cli.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Lists the TCP sockets of a network namespace through NETLINK_SOCK_DIAG, as {@code ss} does; needs no privilege. For one
 * thread at a time.
 */
public final class SockDiag implements AutoCloseable {
    /** Every state of a socket that {@code ss -a} shows. */
    public static final int ALL_STATES = (1 << 13) - 1 - TcpState.UNKNOWN.bit();

    /** The connections that keepalive can do something for. */
    public static final int LIVE_STATES = TcpState.ESTABLISHED.bit() | TcpState.CLOSE_WAIT.bit();

    /** The kernel fills at most 32 KiB a read (net/netlink/af_netlink.c, netlink_dump). */
    private static final int BUFFER_BYTES = 32 * 1024;

    private static final int REQUEST_BYTES = NetlinkReader.HEADER_BYTES + 56;

    private final SystemCalls calls;
    private final int descriptor;
    private final NetlinkReader reader = new NetlinkReader();
    private final ByteBuffer request = ByteBuffer.allocateDirect(REQUEST_BYTES).order(ByteOrder.nativeOrder());
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());
    private int sequence;

    private SockDiag(SystemCalls calls, int descriptor) {
        this.calls = calls;
        this.descriptor = descriptor;
    }

    /** Opens it in the network namespace of the calling thread, where it stays. */
    public static SockDiag open(SystemCalls calls) throws ErrnoException {
        return new SockDiag(
                calls, calls.socket(Linux.AF_NETLINK, Linux.SOCK_RAW | Linux.SOCK_CLOEXEC, Linux.NETLINK_SOCK_DIAG));
    }

    /**
     * Hands every IPv4 socket and then every IPv6 socket to the consumer.
     *
     * @param states bits of {@link TcpState#bit()}
     * @param withInfo whether TCP_INFO is wanted
     * @return false if sockets changed meanwhile, so that one may be missing or doubled
     */
    public boolean dump(int states, boolean withInfo, Consumer<? super DiagMessage> consumer) throws ErrnoException {
        dump(Linux.AF_INET, states, withInfo, consumer);
        try {
            dump(Linux.AF_INET6, states, withInfo, consumer);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
            // a kernel without IPv6
        }
        return !reader.takeInterrupted();
    }

    /** Copies of all sockets in the given states. */
    public List<TcpSocket> list(int states, boolean withInfo) throws ErrnoException {
        List<TcpSocket> sockets = new ArrayList<>();
        dump(states, withInfo, message -> sockets.add(message.toSocket()));
        return sockets;
    }

    private void dump(int family, int states, boolean withInfo, Consumer<? super DiagMessage> consumer)
            throws ErrnoException {
        sequence++;
        calls.send(descriptor, encode(request, family, states, withInfo, sequence));
        boolean ended = false;
        while (!ended) {
            calls.receive(descriptor, buffer);
            ended = reader.read(buffer, consumer);
        }
    }

    /** {@code struct nlmsghdr} and {@code struct inet_diag_req_v2}. */
    static ByteBuffer encode(ByteBuffer target, int family, int states, boolean withInfo, int sequence) {
        target.clear();
        for (int i = 0; i < REQUEST_BYTES; i++) {
            target.put(i, (byte) 0);
        }
        target.putInt(REQUEST_BYTES)
                .putShort((short) Linux.SOCK_DIAG_BY_FAMILY)
                .putShort((short) (Linux.NLM_F_REQUEST | Linux.NLM_F_DUMP))
                .putInt(sequence)
                .putInt(0)
                .put((byte) family)
                .put((byte) Linux.IPPROTO_TCP)
                .put((byte) (withInfo ? 1 << (Linux.INET_DIAG_INFO - 1) : 0))
                .put((byte) 0)
                .putInt(states);
        return target.position(0).limit(REQUEST_BYTES);
    }

    @Override
    public void close() {
        calls.close(descriptor);
    }
}

package io.keepalive.cli.doctor;

import io.keepalive.cli.linux.IpEndpoint;
import io.keepalive.cli.linux.TcpInfoFields;
import io.keepalive.cli.linux.TcpSocket;
import io.keepalive.cli.linux.TcpState;
import io.keepalive.cli.linux.TcpTimer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Sockets for tests. */
final class Sockets {
    private Sockets() {}

    static IpEndpoint ip(int lastByte, int port) {
        return IpEndpoint.ofIpv4(0x0a000000 | lastByte, port);
    }

    static IpEndpoint loopback(int port) {
        return IpEndpoint.ofIpv4(0x7f000001, port);
    }

    static TcpSocket established(IpEndpoint local, IpEndpoint remote, long inode) {
        return socket(TcpState.ESTABLISHED, local, remote, TcpTimer.OFF, 0, 0, 0, 0, inode, null);
    }

    static TcpSocket socket(
            TcpState state,
            IpEndpoint local,
            IpEndpoint remote,
            TcpTimer timer,
            long timerMillis,
            int timerCount,
            long receiveQueue,
            long sendQueue,
            long inode,
            @Nullable TcpInfoFields info) {
        return new TcpSocket(
                state,
                local,
                remote,
                0,
                inode,
                timer,
                timerMillis,
                timerCount,
                receiveQueue,
                sendQueue,
                0,
                inode,
                false,
                info);
    }

    /** TCP_INFO of a connection that has been silent in every respect for a while. */
    static TcpInfoFields silent(long millis, int retransmits, int probes) {
        ByteBuffer bytes = ByteBuffer.allocate(232).order(ByteOrder.nativeOrder());
        bytes.put(0, (byte) 1).put(2, (byte) retransmits).put(3, (byte) probes);
        bytes.putInt(44, (int) millis).putInt(52, (int) millis).putInt(56, (int) millis);
        return TcpInfoFields.of(bytes.array());
    }
}

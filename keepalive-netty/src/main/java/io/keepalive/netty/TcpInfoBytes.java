package io.keepalive.netty;

import io.keepalive.loss.TcpInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The kernel's structure from what Netty's transports read of it: fields that are the proof of life, at their offsets. */
final class TcpInfoBytes {
    /** Up to and with {@code tcpi_last_ack_recv} of linux/tcp.h. */
    private static final int LENGTH = 60;

    private TcpInfoBytes() {}

    static TcpInfo of(
            int state, int retransmits, int probes, long unacked, long lastDataReceived, long lastAckReceived) {
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH).order(ByteOrder.nativeOrder());
        bytes.put(0, (byte) state).put(2, (byte) retransmits).put(3, (byte) probes);
        bytes.putInt(24, (int) unacked).putInt(52, (int) lastDataReceived).putInt(56, (int) lastAckReceived);
        return new TcpInfo(bytes.array());
    }
}

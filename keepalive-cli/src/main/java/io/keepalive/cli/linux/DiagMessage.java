package io.keepalive.cli.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A {@code struct inet_diag_msg} with its attributes (linux/inet_diag.h), read in place: a cursor that is valid only during
 * the call that gets it. {@link #toSocket()} copies.
 */
public final class DiagMessage {
    private static final int ID = 4;
    private static final int SOURCE = ID + 4;
    private static final int DESTINATION = SOURCE + 16;
    private static final int INTERFACE = DESTINATION + 16;
    private static final int COOKIE = INTERFACE + 4;
    private static final int EXPIRES = COOKIE + 8;
    private static final int RECEIVE_QUEUE = EXPIRES + 4;
    private static final int SEND_QUEUE = RECEIVE_QUEUE + 4;
    private static final int UID = SEND_QUEUE + 4;
    private static final int INODE = UID + 4;

    /** Length without attributes. */
    static final int BYTES = INODE + 4;

    private static final int ATTRIBUTE_HEADER_BYTES = 4;

    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private int start;
    private int end;

    /** Moves to the message between two offsets of a buffer in native byte order. */
    void moveTo(ByteBuffer newBuffer, int newStart, int newEnd) {
        if (newEnd - newStart < BYTES) {
            throw new IllegalArgumentException(
                    "inet_diag_msg: " + (newEnd - newStart) + " bytes (expected: at least " + BYTES + ")");
        }
        buffer = newBuffer;
        start = newStart;
        end = newEnd;
    }

    public boolean isIpv6() {
        return buffer.get(start) == Linux.AF_INET6;
    }

    public TcpState state() {
        return TcpState.of(Byte.toUnsignedInt(buffer.get(start + 1)));
    }

    public TcpTimer timer() {
        return TcpTimer.of(Byte.toUnsignedInt(buffer.get(start + 2)));
    }

    public int timerCount() {
        return Byte.toUnsignedInt(buffer.get(start + 3));
    }

    public int localPort() {
        return port(ID);
    }

    public int remotePort() {
        return port(ID + 2);
    }

    public IpEndpoint local() {
        return endpoint(SOURCE, localPort());
    }

    public IpEndpoint remote() {
        return endpoint(DESTINATION, remotePort());
    }

    public int interfaceIndex() {
        return buffer.getInt(start + INTERFACE);
    }

    public long cookie() {
        return buffer.getLong(start + COOKIE);
    }

    /** Until the timer fires. */
    public long timerMillis() {
        return Math.max(0, buffer.getInt(start + EXPIRES));
    }

    public long receiveQueueBytes() {
        return unsignedInt(RECEIVE_QUEUE);
    }

    public long sendQueueBytes() {
        return unsignedInt(SEND_QUEUE);
    }

    public long uid() {
        return unsignedInt(UID);
    }

    public long inode() {
        return unsignedInt(INODE);
    }

    /** A copy of the attribute INET_DIAG_INFO; null if there is none. */
    public @Nullable TcpInfoFields info() {
        int offset = attribute(Linux.INET_DIAG_INFO);
        if (offset < 0) {
            return null;
        }
        int length = Short.toUnsignedInt(buffer.getShort(offset));
        ByteBuffer content = buffer.duplicate();
        content.limit(offset + length).position(offset + ATTRIBUTE_HEADER_BYTES);
        return TcpInfoFields.copyOf(content);
    }

    /** Whether a listener on {@code ::} takes no IPv4. */
    public boolean isIpv6Only() {
        int offset = attribute(Linux.INET_DIAG_SKV6ONLY);
        return offset >= 0 && buffer.get(offset + ATTRIBUTE_HEADER_BYTES) != 0;
    }

    /** A copy of everything. */
    public TcpSocket toSocket() {
        return new TcpSocket(
                state(),
                local(),
                remote(),
                interfaceIndex(),
                cookie(),
                timer(),
                timerMillis(),
                timerCount(),
                receiveQueueBytes(),
                sendQueueBytes(),
                uid(),
                inode(),
                isIpv6Only(),
                info());
    }

    /** The offset of an attribute's header; negative if there is none. */
    private int attribute(int type) {
        int offset = start + BYTES;
        while (end - offset >= ATTRIBUTE_HEADER_BYTES) {
            int length = Short.toUnsignedInt(buffer.getShort(offset));
            if (length < ATTRIBUTE_HEADER_BYTES || length > end - offset) {
                return -1;
            }
            if (Short.toUnsignedInt(buffer.getShort(offset + 2)) == type) {
                return offset;
            }
            offset += NetlinkReader.aligned(length);
        }
        return -1;
    }

    private IpEndpoint endpoint(int offset, int port) {
        if (isIpv6()) {
            return new IpEndpoint(true, networkLong(offset), networkLong(offset + Long.BYTES), port);
        }
        return IpEndpoint.ofIpv4(networkInt(offset), port);
    }

    private int port(int offset) {
        short value = buffer.getShort(start + offset);
        return Short.toUnsignedInt(ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Short.reverseBytes(value));
    }

    private int networkInt(int offset) {
        int value = buffer.getInt(start + offset);
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
    }

    private long networkLong(int offset) {
        long value = buffer.getLong(start + offset);
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Long.reverseBytes(value);
    }

    private long unsignedInt(int offset) {
        return Integer.toUnsignedLong(buffer.getInt(start + offset));
    }
}

package io.keepalive.heartbeat.wire;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Writes frames into the caller's buffers, in the order that the order allow. Each call writes a whole frame or throws
 * and writes nothing. Not thread-safe; one thread at a time.
 *
 * @since 0.1
 */
public final class FrameEncoder {
    /** The room that any frame but DATA needs at the most, this side's HELLO included: 40 bytes. */
    public static final int CONTROL_FRAME_BYTES = FrameHeader.BYTES + Hello.ENCODED_BYTES;

    private final FrameOrder order;

    /**
     * An encoder for one connection.
     *
     * @param order of the same connection; every frame is checked against it
     */
    public FrameEncoder(FrameOrder order) {
        this.order = Objects.requireNonNull(order, "order");
    }

    /**
     * Writes this side's HELLO: 40 bytes. The first frame of a connection, which need not wait for the peer's.
     *
     * @param out written at its position
     * @throws BufferOverflowException if it has no room
     * @throws IllegalStateException if it has been written already
     */
    public void hello(ByteBuffer out) {
        begin(out, FrameType.HELLO, Hello.ENCODED_BYTES);
        order.localHello().encode(out);
    }

    /**
     * Writes one DATA frame of as many bytes as are there, may be sent in one frame, and have room: up to
     * {@link FrameOrder#maxSendPayload()}. Call it again for the rest.
     *
     * @param payload read from its position on
     * @param out written at its position: a header and a copy
     * @return how many bytes of the payload were taken; 0, and no frame, if the payload is empty or {@code out} has no
     *     room for a header and a byte
     * @throws IllegalStateException if no DATA may be sent now
     */
    public int data(ByteBuffer payload, ByteBuffer out) {
        int length =
                Math.min(Math.min(payload.remaining(), order.maxSendPayload()), out.remaining() - FrameHeader.BYTES);
        if (length <= 0) {
            return 0;
        }
        begin(out, FrameType.DATA, length);
        out.put(out.position(), payload, payload.position(), length).position(out.position() + length);
        payload.position(payload.position() + length);
        return length;
    }

    /**
     * Writes the header of a DATA frame, for a caller that sends the payload from a buffer of its own: a gathering write.
     *
     * @param length of the payload, 1 to {@link FrameOrder#maxSendPayload()}; exactly so many bytes must follow
     * @param out written at its position: 4 bytes
     * @throws BufferOverflowException if it has no room
     * @throws IllegalStateException if no DATA may be sent now
     * @throws IllegalArgumentException if the length is out of its range
     */
    public void dataHeader(int length, ByteBuffer out) {
        begin(out, FrameType.DATA, length);
    }

    /**
     * Makes the content of a buffer a DATA frame: writes the header into the four bytes in front of its position, and
     * moves the position there. Nothing is copied.
     *
     * @param payload from its position to its limit, 1 to {@link FrameOrder#maxSendPayload()} bytes
     * @throws IndexOutOfBoundsException if the position is less than 4
     * @throws IllegalStateException if no DATA may be sent now
     * @throws IllegalArgumentException if the length is out of its range
     */
    public void dataHeaderInFront(ByteBuffer payload) {
        int start = Objects.checkIndex(payload.position() - FrameHeader.BYTES, payload.limit());
        int header = header(FrameType.DATA, payload.remaining());
        order.onSend(header);
        payload.putInt(start, FrameHeader.bigEndian(payload, header)).position(start);
    }

    /**
     * Writes a BEAT: 4 bytes.
     *
     * @param out written at its position
     * @throws BufferOverflowException if it has no room
     * @throws IllegalStateException if none may be sent now
     */
    public void beat(ByteBuffer out) {
        begin(out, FrameType.BEAT, 0);
    }

    /**
     * Writes a PING: 12 bytes.
     *
     * @param id comes back in the PONG
     * @param out written at its position
     * @throws BufferOverflowException if it has no room
     * @throws IllegalStateException if none may be sent now
     */
    public void ping(long id, ByteBuffer out) {
        begin(out, FrameType.PING, Long.BYTES);
        out.putLong(FrameHeader.bigEndian(out, id));
    }

    /**
     * Writes a PONG: 12 bytes.
     *
     * @param id of the PING that is answered
     * @param out written at its position
     * @throws BufferOverflowException if it has no room
     * @throws IllegalStateException if none may be sent now
     */
    public void pong(long id, ByteBuffer out) {
        begin(out, FrameType.PONG, Long.BYTES);
        out.putLong(FrameHeader.bigEndian(out, id));
    }

    /**
     * Writes an END: 4 bytes. No DATA may follow.
     *
     * @param out written at its position
     * @throws BufferOverflowException if it has no room
     * @throws IllegalStateException if none may be sent now
     */
    public void end(ByteBuffer out) {
        begin(out, FrameType.END, 0);
    }

    /**
     * Writes a CLOSE: 6 bytes. Nothing may follow.
     *
     * @param reason sent to the peer
     * @param out written at its position
     * @throws BufferOverflowException if it has no room
     * @throws IllegalStateException if none may be sent now
     */
    public void close(CloseReason reason, ByteBuffer out) {
        Objects.requireNonNull(reason, "reason");
        begin(out, FrameType.CLOSE, Short.BYTES);
        out.put((byte) (reason.code() >> 8)).put((byte) reason.code());
    }

    /** Room first, then the order: what throws has changed nothing. */
    private void begin(ByteBuffer out, FrameType type, int length) {
        int bytes = type == FrameType.DATA ? FrameHeader.BYTES : FrameHeader.BYTES + length;
        if (out.remaining() < bytes) {
            throw new BufferOverflowException();
        }
        int header = header(type, length);
        order.onSend(header);
        FrameHeader.put(out, header);
    }

    private static int header(FrameType type, int length) {
        if (length < 0 || length > FrameHeader.LARGEST_LENGTH) {
            throw new IllegalArgumentException(
                    "length: " + length + " (expected: 1 to " + FrameHeader.LARGEST_LENGTH + ")");
        }
        return FrameHeader.of(type, length);
    }
}

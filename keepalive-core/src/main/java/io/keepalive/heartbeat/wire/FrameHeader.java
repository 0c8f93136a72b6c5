package io.keepalive.heartbeat.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The four bytes in front of each payload, as an {@code int} in network byte order.
 *
 * <pre>
 *   31           24 23                                            0
 *  +---------------+-----------------------------------------------+
 *  |  type (8 bit) |        length of the payload (24 bit)         |
 *  +---------------+-----------------------------------------------+
 * </pre>
 *
 * <p>Nothing here checks a rule: {@link FrameOrder} does.
 *
 * @since 0.1
 */
public final class FrameHeader {
    /** The length of a header: 4 bytes. */
    public static final int BYTES = 4;

    /** The greatest length that 24 bits can hold: 16,777,215 bytes. */
    public static final int LARGEST_LENGTH = 0xFF_FFFF;

    /**
     * The greatest payload before the peer's HELLO, which has its own limit: 512 bytes. Also the limit of a HELLO itself, and
     * the least limit that a HELLO may have, so that every receiver takes such a frame.
     */
    public static final int SMALL_FRAME_BYTES = 512;

    private FrameHeader() {}

    /**
     * Puts a header together.
     *
     * @param type what follows
     * @param length of the payload in bytes, 0 to {@link #LARGEST_LENGTH}; not checked
     * @return the header
     */
    public static int of(FrameType type, int length) {
        return type.code() << 24 | length;
    }

    /**
     * The first byte.
     *
     * @param header any
     * @return 0 to 255
     */
    public static int code(int header) {
        return header >>> 24;
    }

    /**
     * The kind of frame.
     *
     * @param header any
     * @return null if version 1 does not know it
     */
    public static @Nullable FrameType type(int header) {
        return FrameType.of(code(header));
    }

    /**
     * How many bytes of payload follow.
     *
     * @param header any
     * @return 0 to {@link #LARGEST_LENGTH}
     */
    public static int length(int header) {
        return header & LARGEST_LENGTH;
    }

    /**
     * Whether a receiver that does not know the type skips the frame, instead of closing: the highest bit.
     *
     * @param header any
     * @return true for the types 128 to 255
     */
    public static boolean isOptional(int header) {
        return header < 0;
    }

    /** Reads a header at the position, whatever the buffer's byte order. */
    static int get(ByteBuffer in) {
        return bigEndian(in, in.getInt());
    }

    /** Writes a header at the position, whatever the buffer's byte order. */
    static void put(ByteBuffer out, int header) {
        out.putInt(bigEndian(out, header));
    }

    static int bigEndian(ByteBuffer buffer, int value) {
        return buffer.order() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
    }

    static long bigEndian(ByteBuffer buffer, long value) {
        return buffer.order() == ByteOrder.BIG_ENDIAN ? value : Long.reverseBytes(value);
    }
}

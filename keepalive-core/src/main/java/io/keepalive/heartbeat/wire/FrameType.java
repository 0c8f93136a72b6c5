package io.keepalive.heartbeat.wire;

import org.jspecify.annotations.Nullable;

/**
 * The kinds of frames, with the first byte of their header and the lengths that their payload may have.
 *
 * @since 0.1
 */
public enum FrameType {
    /** The first frame in each direction: what its sender can do and wants. */
    HELLO(0x01, 0, FrameHeader.SMALL_FRAME_BYTES),

    /** Bytes of the application. Never empty: a frame without content is a {@link #BEAT}. */
    DATA(0x02, 1, FrameHeader.LARGEST_LENGTH),

    /** A proof of life that needs no PONG. */
    BEAT(0x03, 0, 0),

    /** Eight bytes to be sent back in a {@link #PONG} as soon as possible. */
    PING(0x04, Long.BYTES, Long.BYTES),

    /** The eight bytes of a {@link #PING}. One without a PING is a proof of life like a {@link #BEAT}. */
    PONG(0x05, Long.BYTES, Long.BYTES),

    /** The sender has no more {@link #DATA}. Its other frames go on. */
    END(0x06, 0, 0),

    /** The last frame of a direction: two bytes with a {@link CloseReason}. */
    CLOSE(0x07, Short.BYTES, Short.BYTES);

    private static final FrameType[] TYPES = values();

    private final int code;
    private final int minPayload;
    private final int maxPayload;

    FrameType(int code, int minPayload, int maxPayload) {
        this.code = code;
        this.minPayload = minPayload;
        this.maxPayload = maxPayload;
    }

    /**
     * Finds a type by the first byte of a header.
     *
     * @param code 0 to 255
     * @return the type, or null if version 1 has none of this code
     */
    public static @Nullable FrameType of(int code) {
        return code >= 1 && code <= TYPES.length ? TYPES[code - 1] : null;
    }

    /**
     * The first byte of this type's headers.
     *
     * @return 1 to 7
     */
    public int code() {
        return code;
    }

    /**
     * The least length of a payload.
     *
     * @return bytes
     */
    public int minPayload() {
        return minPayload;
    }

    /**
     * The greatest length of a payload; a receiver of {@link #DATA} may take less.
     *
     * @return bytes
     */
    public int maxPayload() {
        return maxPayload;
    }
}

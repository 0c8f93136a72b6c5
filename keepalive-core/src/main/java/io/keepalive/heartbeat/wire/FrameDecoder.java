package io.keepalive.heartbeat.wire;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds the frames in what is received: a cursor in the stream that takes numbers and knows no kind of buffer. However the
 * stream is cut, the same frames come out; a DATA frame may come in several pieces.
 *
 * <pre>
 *            header complete                    payload complete
 *   HEADER ──────────────────▶ CONTROL payload ──────────────────▶ a frame: {@link #type()}, then HEADER
 *   (missing() 1 to 4)    │    (missing() 1 to 512)
 *                         ├──▶ DATA (dataRemaining())        {@link #consumed} of all of it: HEADER
 *                         └──▶ skipped (skipRemaining())     {@link #consumed} of all of it: HEADER
 * </pre>
 *
 * <p>A caller with its own kind of buffer offers what {@link #missing()} asks for, whole numbers if they are there
 * ({@link #offerHeader}, {@link #offerLong}) or single bytes, and takes DATA out of its buffer itself. {@link #next} does it
 * for a {@link ByteBuffer}. Not thread-safe.
 *
 * @since 0.1
 */
public final class FrameDecoder {
    private final FrameOrder order;

    /** The bytes of an incomplete header, and how many are missing. */
    private int header;

    private int missing = FrameHeader.BYTES;

    /** Of the frame that the cursor is in or has just left; null while one is skipped, and before the first. */
    private @Nullable FrameType type;

    /** Bytes of the payload that are still to come. */
    private int remaining;

    /** What a PING, PONG or CLOSE carries. */
    private long value;

    /** The payload of a HELLO while it comes in, no more than 512 bytes. */
    private @Nullable ByteBuffer helloBytes;

    private @Nullable Hello hello;
    private @Nullable ProtocolException failure;

    /** A decoder for one connection; every header is checked against its order. */
    public FrameDecoder(FrameOrder order) {
        this.order = Objects.requireNonNull(order, "order");
    }

    // ---- numbers and bytes

    /**
     * How many bytes of a header or of a control frame's payload are to be offered next.
     *
     * @return 0 inside DATA or a skipped frame: {@link #dataRemaining}, {@link #skipRemaining}
     */
    public int missing() {
        if (missing > 0) {
            return missing;
        }
        return type == null || type == FrameType.DATA ? 0 : remaining;
    }

    /**
     * Takes a whole header. Only {@linkplain #isBetweenFrames between two frames}.
     *
     * @param whole four bytes in network byte order
     * @return true if a control frame is complete by it
     * @throws ProtocolException if the peer broke the protocol; every further call throws the same
     */
    public boolean offerHeader(int whole) throws ProtocolException {
        requireSound();
        header = whole;
        missing = 0;
        return begin();
    }

    /**
     * Takes a whole payload of eight bytes. Only if {@link #missing()} is 8 and nothing of it was offered.
     *
     * @param whole eight bytes in network byte order
     * @return true: a control frame is complete
     */
    public boolean offerLong(long whole) {
        value = whole;
        complete();
        return true;
    }

    /**
     * Takes one byte of a header or of a control frame's payload.
     *
     * @param next the next byte of the stream
     * @return true if a control frame is complete by it
     * @throws ProtocolException if the peer broke the protocol; every further call throws the same
     */
    public boolean offer(byte next) throws ProtocolException {
        requireSound();
        if (missing > 0) {
            header = header << 8 | (next & 0xFF);
            return --missing == 0 && begin();
        }
        if (type == FrameType.HELLO) {
            return offerHello(next);
        }
        value = value << 8 | (next & 0xFF);
        if (--remaining > 0) {
            return false;
        }
        complete();
        return true;
    }

    /** The header is complete: checks it. */
    private boolean begin() throws ProtocolException {
        try {
            type = order.onReceive(header);
        } catch (ProtocolException e) {
            throw failed(e);
        }
        remaining = FrameHeader.length(header);
        value = 0;
        if (remaining > 0) {
            return false;
        }
        if (type == FrameType.HELLO) {
            completeHello(ByteBuffer.allocate(0)); // throws: it has no version
        }
        missing = FrameHeader.BYTES;
        return type != null;
    }

    private void complete() {
        remaining = 0;
        missing = FrameHeader.BYTES;
    }

    private boolean offerHello(byte next) throws ProtocolException {
        ByteBuffer bytes = helloBytes;
        if (bytes == null) {
            bytes = ByteBuffer.allocate(remaining); // checked by the order: at most 512
            helloBytes = bytes;
        }
        bytes.put(next);
        remaining--;
        if (bytes.hasRemaining()) {
            return false;
        }
        helloBytes = null;
        completeHello(bytes.flip());
        return true;
    }

    private void completeHello(ByteBuffer payload) throws ProtocolException {
        try {
            Hello peer = Hello.decode(payload);
            order.onHello(peer);
            hello = peer;
        } catch (ProtocolException e) {
            throw failed(e);
        }
        complete();
    }

    private ProtocolException failed(ProtocolException e) {
        failure = e;
        return e;
    }

    private void requireSound() throws ProtocolException {
        if (failure != null) {
            throw failure;
        }
    }

    // ---- a ByteBuffer

    /**
     * Moves to the next frame, or to the next piece of the current DATA frame. Control frames are found when they are
     * complete; frames to be skipped are never found.
     *
     * @param in read from its position on; DATA is left in it
     * @return true if there is something: see {@link #type}; false if all of {@code in} has been read
     * @throws ProtocolException if the peer broke the protocol; every further call throws the same
     */
    public boolean next(ByteBuffer in) throws ProtocolException {
        requireSound();
        while (true) {
            if (isBetweenFrames() && order.isInputClosed()) {
                in.position(in.limit());
                return false;
            }
            if (type == FrameType.DATA && missing == 0) {
                return in.hasRemaining();
            }
            if (!in.hasRemaining()) {
                return false;
            }
            if (take(in)) {
                return true;
            }
        }
    }

    /** Takes as much of what is missing as is there; returns whether a control frame is complete. */
    private boolean take(ByteBuffer in) throws ProtocolException {
        if (missing == FrameHeader.BYTES && in.remaining() >= FrameHeader.BYTES) {
            return offerHeader(FrameHeader.get(in));
        }
        if (missing == 0 && type == null) {
            int skipped = Math.min(remaining, in.remaining());
            in.position(in.position() + skipped);
            consumed(skipped);
            return false;
        }
        boolean isId = type == FrameType.PING || type == FrameType.PONG;
        if (missing == 0 && isId && remaining == Long.BYTES && in.remaining() >= Long.BYTES) {
            offerLong(FrameHeader.bigEndian(in, in.getLong()));
            return true;
        }
        return offer(in.get());
    }

    // ---- what was found

    /**
     * The frame that was found.
     *
     * @return the type of the frame
     * @throws IllegalStateException if nothing was found yet
     */
    public FrameType type() {
        FrameType current = type;
        if (current == null) {
            throw new IllegalStateException("type: none (expected: a call that returned true)");
        }
        return current;
    }

    /**
     * The eight bytes of a PING or PONG, as a number in network byte order.
     *
     * @return any number
     */
    public long id() {
        require(type == FrameType.PING || type == FrameType.PONG, "id");
        return value;
    }

    /**
     * The number in a CLOSE.
     *
     * @return 0 to 65535; see {@link CloseReason#of}
     */
    public int closeCode() {
        require(type == FrameType.CLOSE, "closeCode");
        return (int) value;
    }

    /**
     * The peer's HELLO. What follows from it is {@link FrameOrder#agreement}.
     *
     * @return the HELLO
     * @throws IllegalStateException if it has not come yet
     */
    public Hello hello() {
        Hello peer = hello;
        if (peer == null) {
            throw new IllegalStateException("hello: none (expected: a call that found a HELLO)");
        }
        return peer;
    }

    /**
     * How much of the current DATA frame is still to be taken.
     *
     * @return bytes; 0 outside a DATA frame
     */
    public int dataRemaining() {
        return type == FrameType.DATA ? remaining : 0;
    }

    /**
     * How much of a frame that is to be skipped is still to come.
     *
     * @return bytes; 0 outside such a frame
     */
    public int skipRemaining() {
        return type == null && missing == 0 ? remaining : 0;
    }

    /**
     * Whether the stream, as far as it was read, ends where a frame ends: the next byte is the first of a header.
     *
     * @return true before the first frame, too
     */
    public boolean isBetweenFrames() {
        return missing == FrameHeader.BYTES;
    }

    /**
     * Bytes of the current DATA frame, or of a skipped one, have been taken from the front of the stream.
     *
     * @param bytes how many, 0 to {@link #dataRemaining()} or {@link #skipRemaining()}
     * @throws IllegalArgumentException if it is more than that
     */
    public void consumed(int bytes) {
        int most = dataRemaining() + skipRemaining();
        if (bytes < 0 || bytes > most) {
            throw new IllegalArgumentException("bytes: " + bytes + " (expected: 0 to " + most + ")");
        }
        remaining -= bytes;
        if (most > 0 && remaining == 0) {
            missing = FrameHeader.BYTES;
        }
    }

    /**
     * Moves DATA from one buffer to another one: as much as is there and has room.
     *
     * @param in as given to {@link #next}
     * @param target written at its position
     * @return how many bytes; 0 if the target is full
     */
    public int transfer(ByteBuffer in, ByteBuffer target) {
        int length = Math.min(Math.min(dataRemaining(), in.remaining()), target.remaining());
        target.put(target.position(), in, in.position(), length).position(target.position() + length);
        in.position(in.position() + length);
        consumed(length);
        return length;
    }

    /**
     * Takes DATA without copying it: a new view of all that is there. The one method that allocates.
     *
     * @param in as given to {@link #next}
     * @return valid as long as the content of {@code in} is
     */
    public ByteBuffer slice(ByteBuffer in) {
        int length = Math.min(dataRemaining(), in.remaining());
        ByteBuffer view = in.slice(in.position(), length);
        in.position(in.position() + length);
        consumed(length);
        return view;
    }

    private void require(boolean there, String name) {
        if (!there) {
            throw new IllegalStateException(name + ": none in a frame of type " + type);
        }
    }
}

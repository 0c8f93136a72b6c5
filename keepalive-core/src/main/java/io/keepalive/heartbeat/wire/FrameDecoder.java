package io.keepalive.heartbeat.wire;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds the frames in what is received: a cursor that is moved by {@link #next}. However the stream is cut into buffers,
 * the same frames come out; a DATA frame may come in several pieces, for nothing waits for its end.
 *
 * <pre>{@code
 * while (decoder.next(in)) {
 *     switch (decoder.type()) {
 *         case DATA -> decoder.transfer(in, target); // leave the loop when target is full
 *         case PING -> encoder.pong(out, decoder.id());
 *         ...
 *     }
 * }
 * in.compact();
 * }</pre>
 *
 * <p>DATA is not touched: it lies in the caller's buffer from its position on, and is taken by {@link #transfer}, by
 * {@link #slice}, or in any other way and reported by {@link #consumed}. Not thread-safe; one thread at a time.
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

    /**
     * A decoder for one connection.
     *
     * @param order of the same connection; asked about every header
     */
    public FrameDecoder(FrameOrder order) {
        this.order = Objects.requireNonNull(order, "order");
    }

    /**
     * Moves to the next frame, or to the next piece of the current DATA frame. Control frames are complete when they are
     * told; frames that are to be skipped are not told.
     *
     * @param in read from its position on; what belongs to DATA is left in it
     * @return true if there is something: see {@link #type}; false if all of {@code in} has been read
     * @throws ProtocolException if the peer broke the protocol; every further call throws the same
     */
    public boolean next(ByteBuffer in) throws ProtocolException {
        if (failure != null) {
            throw failure;
        }
        try {
            return advance(in);
        } catch (ProtocolException e) {
            failure = e;
            throw e;
        }
    }

    private boolean advance(ByteBuffer in) throws ProtocolException {
        while (true) {
            if (missing > 0 && !begin(in)) {
                return false;
            }
            if (type == FrameType.DATA) {
                return in.hasRemaining();
            }
            if (!collect(in)) {
                return false;
            }
            missing = FrameHeader.BYTES;
            if (type != null) {
                return true;
            }
        }
    }

    /** Reads a header and asks the order; false if it is not complete. */
    private boolean begin(ByteBuffer in) throws ProtocolException {
        if (order.isInputClosed()) {
            in.position(in.limit());
            return false;
        }
        if (missing == FrameHeader.BYTES && in.remaining() >= FrameHeader.BYTES) {
            header = FrameHeader.get(in);
            missing = 0;
        }
        while (missing > 0) {
            if (!in.hasRemaining()) {
                return false;
            }
            header = header << 8 | (in.get() & 0xFF);
            missing--;
        }
        type = order.onReceive(header);
        remaining = FrameHeader.length(header);
        value = 0;
        return true;
    }

    /** Reads what is there of a payload other than DATA; false if it is not complete. */
    private boolean collect(ByteBuffer in) throws ProtocolException {
        if (type == FrameType.HELLO) {
            return collectHello(in);
        }
        if (type == null) {
            int skipped = Math.min(remaining, in.remaining());
            in.position(in.position() + skipped);
            remaining -= skipped;
            return remaining == 0;
        }
        if (remaining == Long.BYTES && in.remaining() >= Long.BYTES) {
            value = FrameHeader.bigEndian(in, in.getLong());
            remaining = 0;
        }
        while (remaining > 0) {
            if (!in.hasRemaining()) {
                return false;
            }
            value = value << 8 | (in.get() & 0xFF);
            remaining--;
        }
        return true;
    }

    private boolean collectHello(ByteBuffer in) throws ProtocolException {
        ByteBuffer bytes = helloBytes;
        if (bytes == null) {
            bytes = ByteBuffer.allocate(remaining); // the order have checked it: at most 512
            helloBytes = bytes;
        }
        while (bytes.hasRemaining()) {
            if (!in.hasRemaining()) {
                return false;
            }
            bytes.put(in.get());
        }
        helloBytes = null;
        remaining = 0;
        Hello peer = Hello.decode(bytes.flip());
        order.onHello(peer);
        hello = peer;
        return true;
    }

    /**
     * What {@link #next} has found.
     *
     * @return the type of the frame
     * @throws IllegalStateException if the last call of {@link #next} found nothing before any frame
     */
    public FrameType type() {
        FrameType current = type;
        if (current == null) {
            throw new IllegalStateException("type: none (expected: a call of next that returned true)");
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
     * @return what the peer said
     * @throws IllegalStateException if it has not come yet
     */
    public Hello hello() {
        Hello peer = hello;
        if (peer == null) {
            throw new IllegalStateException("hello: none (expected: a call of next that found a HELLO)");
        }
        return peer;
    }

    /**
     * How much of the current DATA frame is still to be taken, in the buffer given to {@link #next} or not yet received.
     *
     * @return bytes; 0 outside a DATA frame
     */
    public int dataRemaining() {
        return type == FrameType.DATA ? remaining : 0;
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
     * Bytes of the current DATA frame have been taken from the front of the stream.
     *
     * @param bytes how many, 0 to {@link #dataRemaining()}
     * @throws IllegalArgumentException if it is more than that
     */
    public void consumed(int bytes) {
        if (bytes < 0 || bytes > dataRemaining()) {
            throw new IllegalArgumentException("bytes: " + bytes + " (expected: 0 to " + dataRemaining() + ")");
        }
        remaining -= bytes;
        if (type == FrameType.DATA && remaining == 0) {
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

package io.keepalive.nio;

import io.keepalive.heartbeat.wire.FrameHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;
import java.util.Arrays;

/**
 * Several frames for one gathering write or one scattering read: bulk costs no more system calls than without frames, and
 * no copy.
 *
 * <pre>
 *   | header | payload | header | payload | ...
 *     loop's   the application's buffer, and views of it
 * </pre>
 *
 * <p>Two for a loop. Remembers the application's buffer until the next tick, so that who uses one again and again gets no
 * new views of it.
 */
@SuppressWarnings("ReferenceEquality") // the same buffer is meant, not one of equal content
final class FrameVector {
    /** 256 KiB: more at once is hardly cheaper. */
    private static final int MOST_FRAMES = 4;

    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private final ByteBuffer[] headers = new ByteBuffer[MOST_FRAMES];
    private final ByteBuffer[] views = new ByteBuffer[MOST_FRAMES];
    private final ByteBuffer[] buffers = new ByteBuffer[2 * MOST_FRAMES];
    private ByteBuffer viewed = NONE;
    private int count;
    private int written;
    private int taken;

    FrameVector() {
        ByteBuffer memory = ByteBuffer.allocateDirect(MOST_FRAMES * FrameHeader.BYTES);
        for (int i = 0; i < MOST_FRAMES; i++) {
            headers[i] = memory.slice(i * FrameHeader.BYTES, FrameHeader.BYTES);
        }
        forget();
    }

    /** Begins with the first frame, whose header may be missing or have control frames in front of it. */
    void start(ByteBuffer head, ByteBuffer payload) {
        buffers[0] = head;
        buffers[1] = payload;
        count = 2;
    }

    boolean isFull() {
        return count == buffers.length;
    }

    /**
     * Adds a frame.
     *
     * @param application the buffer that the payload is in, from one index to another
     * @return room for its header
     */
    ByteBuffer add(ByteBuffer application, int from, int to) {
        if (viewed != application) {
            Arrays.setAll(views, i -> application.duplicate());
            viewed = application;
        }
        ByteBuffer header = headers[count / 2].clear();
        buffers[count] = header;
        buffers[count + 1] = views[count / 2].limit(to).position(from);
        count += 2;
        return header;
    }

    /** Forgets the application's buffer. */
    void forget() {
        if (buffers[1] != NONE) {
            viewed = NONE;
            Arrays.fill(views, NONE);
            Arrays.fill(buffers, NONE);
        }
    }

    // ---- a write, of headers that were put

    /**
     * Writes as much as the channel takes. A frame of which it took nothing is not sent, but for the first one, in front of
     * which control frames may be.
     */
    void writeTo(GatheringByteChannel channel) throws IOException {
        for (int i = 2; i < count; i += 2) {
            buffers[i].flip(); // the first one is
        }
        channel.write(buffers, 0, count);
        written = 0;
        while (written < count && !buffers[written + 1].hasRemaining()) {
            written += 2;
        }
        boolean isBegun = written < count && (written == 0 || buffers[written].remaining() < FrameHeader.BYTES);
        taken = isBegun ? written + 2 : written;
    }

    /** How much is left of the frame in the midst of which the channel stopped. */
    int restBytes() {
        return taken == written ? 0 : buffers[written].remaining() + buffers[written + 1].remaining();
    }

    void putRest(ByteBuffer target) {
        target.put(buffers[written]).put(buffers[written + 1]);
    }

    /** The index in the application's buffer behind what is sent. */
    int end() {
        return buffers[taken - 1].limit();
    }

    // ---- a read

    /**
     * Fills a buffer with places for frames.
     *
     * @param target the application's; its limit is moved
     * @param rest how much is to come of the current frame; 0 between two
     * @param largest how long a frame may be
     */
    void makeRoom(ByteBuffer target, int rest, int largest) {
        int limit = target.limit();
        int to = target.position() + Math.min(target.remaining(), rest > 0 ? rest : largest);
        start(headers[0].clear().limit(rest > 0 ? 0 : FrameHeader.BYTES), target.limit(to));
        while (to < limit && !isFull()) {
            int from = to;
            to = from + Math.min(limit - from, largest);
            add(target, from, to);
        }
    }

    /** Reads once; {@link #squeezeInto} afterwards. */
    long readFrom(ScatteringByteChannel channel) throws IOException {
        return channel.read(buffers, 0, count);
    }

    /**
     * Takes apart what was read. If each frame was as long as its place, nothing is moved. If one was shorter, what follows
     * lies askew: DATA in places for headers, which goes where it belongs, and headers in payloads. That overwrites nothing
     * which is still to be looked at: no frame is longer than its place, so that any part of the stream has at least as many
     * headers as places for them.
     *
     * @param inbound of the connection
     * @param target the application's buffer; afterwards its position is where DATA ends
     * @param start where the first payload began
     * @param limit the target's
     */
    void squeezeInto(Inbound inbound, ByteBuffer target, int start, int limit) {
        int from = start;
        int end = start;
        for (int i = 0; i < count; i += 2) {
            ByteBuffer header = buffers[i].flip();
            inbound.squeeze(header);
            end = move(header, 0, target, end);

            ByteBuffer payload = buffers[i + 1];
            int next = payload.limit();
            payload.limit(payload.position()).position(from);
            inbound.squeeze(payload);
            if (from == end) {
                end = payload.position();
            } else {
                end = move(payload, from, target, end);
            }
            target.limit(limit); // the first payload is the target
            from = next;
        }
        target.position(end);
    }

    /** Moves DATA that ends at the position. */
    private static int move(ByteBuffer squeezed, int from, ByteBuffer target, int end) {
        int length = squeezed.position() - from;
        target.put(end, squeezed, from, length);
        return end + length;
    }
}

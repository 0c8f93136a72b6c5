package io.keepalive.nio;

import io.keepalive.heartbeat.wire.FrameHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.Arrays;

/**
 * Several frames for one gathering write: a mebibyte costs no more system calls than without frames, and no copy.
 *
 * <pre>
 *   | control, header | payload | header | payload | ...
 *     the loop's        the application's buffer, and views of it
 * </pre>
 *
 * <p>One for a loop. Remembers the application's buffer until the next tick, so that who writes from one buffer again and
 * again gets no new views of it.
 */
final class Gather {
    /** 256 KiB, from where on more at once is hardly cheaper. */
    private static final int MOST_FRAMES = 4;

    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private final ByteBuffer[] headers = new ByteBuffer[MOST_FRAMES];
    private final ByteBuffer[] views = new ByteBuffer[MOST_FRAMES];
    private final ByteBuffer[] buffers = new ByteBuffer[2 * MOST_FRAMES];
    private ByteBuffer viewed = NONE;
    private int count;
    private int written;
    private int taken;

    Gather() {
        ByteBuffer memory = ByteBuffer.allocateDirect(MOST_FRAMES * FrameHeader.BYTES);
        for (int i = 0; i < MOST_FRAMES; i++) {
            headers[i] = memory.slice(i * FrameHeader.BYTES, FrameHeader.BYTES);
        }
        forget();
    }

    /** Begins with the first frame. */
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
     * @param source the buffer that the payload is in, from one index to another
     * @return where its header is to be put
     */
    ByteBuffer add(ByteBuffer source, int from, int to) {
        if (viewed != source) {
            Arrays.setAll(views, i -> source.duplicate());
            viewed = source;
        }
        ByteBuffer header = headers[count / 2].clear();
        buffers[count] = header;
        buffers[count + 1] = views[count / 2].limit(to).position(from);
        count += 2;
        return header;
    }

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

    /** The index in the source behind what is sent. */
    int end() {
        return buffers[taken - 1].limit();
    }

    /** Of the application's buffers. */
    void forget() {
        if (viewed != NONE || buffers[1] != NONE) {
            viewed = NONE;
            Arrays.fill(views, NONE);
            Arrays.fill(buffers, NONE);
        }
    }
}

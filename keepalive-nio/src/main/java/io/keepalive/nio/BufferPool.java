package io.keepalive.nio;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Direct buffers for what a short write left over: one for each connection whose peer is slow at the moment. Kept for the
 * next one, up to a limit. Confined to one thread.
 */
final class BufferPool {
    /** A DATA frame, and the control frames in front of it and behind it. */
    static final int BUFFER_BYTES = HeartbeatChannel.LARGEST_DATA + 2 * HeartbeatChannel.CONTROL_BYTES;

    /** 4 MiB at most for a loop: more connections than that wait at the same time only where something is wrong. */
    private static final int MOST_KEPT = 64;

    private final ArrayDeque<ByteBuffer> kept = new ArrayDeque<>();

    /** An empty buffer with room for so much, and for control frames behind it. */
    ByteBuffer take(int bytes) {
        if (bytes > BUFFER_BYTES - HeartbeatChannel.CONTROL_BYTES) {
            return ByteBuffer.allocateDirect(bytes + HeartbeatChannel.CONTROL_BYTES);
        }
        ByteBuffer buffer = kept.poll();
        return buffer != null ? buffer.clear() : ByteBuffer.allocateDirect(BUFFER_BYTES);
    }

    void give(ByteBuffer buffer) {
        if (buffer.capacity() == BUFFER_BYTES && kept.size() < MOST_KEPT) {
            kept.push(buffer);
        }
    }

    int size() {
        return kept.size();
    }
}

package io.keepalive.cli.relay.tls;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The buffers that all encrypted channels of a loop share. A channel has buffers of its own only while it holds a part of a
 * record, or what the kernel did not take. Confined to the loop's thread.
 */
public final class TlsBuffers {
    /** The largest record of TLS 1.3 is 5 + 16384 + 256 bytes (RFC 8446, 5.2); the JDK asks for somewhat more. */
    static final int RECORD = 17 * 1024;

    /** Several records go with one system call. */
    private static final int RECORDS = 4;

    /** 1 MiB at most for a loop. */
    private static final int MOST_KEPT = 64;

    final ByteBuffer received = ByteBuffer.allocateDirect(RECORDS * RECORD);
    /** With room for a close_notify behind the rest of a write. */
    final ByteBuffer encrypted = ByteBuffer.allocateDirect((RECORDS + 1) * RECORD);

    final ByteBuffer decrypted = ByteBuffer.allocateDirect(RECORD);
    private final ArrayDeque<ByteBuffer> kept = new ArrayDeque<>();

    /** What remains in a buffer, in one of its own. */
    ByteBuffer copy(ByteBuffer rest) {
        ByteBuffer pooled = rest.remaining() <= RECORD ? kept.poll() : null;
        ByteBuffer copy = pooled == null ? ByteBuffer.allocate(Math.max(RECORD, rest.remaining())) : pooled.clear();
        return copy.put(rest).flip();
    }

    void release(ByteBuffer copy) {
        if (copy.capacity() == RECORD && kept.size() < MOST_KEPT) {
            kept.push(copy);
        }
    }

    /** What remains in some buffers. */
    static long sum(ByteBuffer[] buffers, int offset, int length) {
        long sum = 0;
        for (int i = offset; i < offset + length; i++) {
            sum += buffers[i].remaining();
        }
        return sum;
    }

    /**
     * Moves bytes as far as there is room.
     *
     * @return their number
     */
    static int move(ByteBuffer from, ByteBuffer[] targets, int offset, int length) {
        int before = from.remaining();
        for (int i = offset; i < offset + length && from.hasRemaining(); i++) {
            ByteBuffer target = targets[i];
            int count = Math.min(from.remaining(), target.remaining());
            target.put(target.position(), from, from.position(), count);
            target.position(target.position() + count);
            from.position(from.position() + count);
        }
        return before - from.remaining();
    }
}

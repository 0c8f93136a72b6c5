package io.keepalive.cli.relay.io;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The buffers of one loop. All connections share one; a connection gets a buffer of its own only while a peer does not
 * take what was read for it.
 *
 * <p>Memory is bounded: up to a budget a slow connection takes the shared buffer with it, and another one takes its
 * place; over it, less is read at a time, and the rest is copied to a buffer of its size.
 */
final class Buffers {
    /** Larger ones bring nothing on loopback, 64 KiB costs a tenth of the throughput. */
    static final int SIZE = 256 * 1024;

    /** What may wait for a slow peer when the budget is spent. */
    static final int SCARCE = 16 * 1024;

    private final int most;
    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
    private int lent;
    private ByteBuffer shared = ByteBuffer.allocateDirect(SIZE);

    Buffers(long budgetBytes) {
        most = (int) Math.max(1, budgetBytes / SIZE);
    }

    /** The shared buffer, empty. */
    ByteBuffer shared() {
        shared.clear();
        return lent < most ? shared : shared.limit(SCARCE);
    }

    /** Keeps what remains in the shared buffer for one connection. */
    ByteBuffer keepRest() {
        if (shared.remaining() <= SCARCE || lent >= most) {
            ByteBuffer copy = ByteBuffer.allocate(shared.remaining());
            return copy.put(shared).flip();
        }
        ByteBuffer rest = shared;
        lent++;
        ByteBuffer next = free.pollLast();
        shared = next == null ? ByteBuffer.allocateDirect(SIZE) : next;
        return rest;
    }

    /** Takes a connection's buffer back. */
    void release(ByteBuffer rest) {
        if (rest.isDirect()) {
            lent--;
            free.addLast(rest);
        }
    }
}

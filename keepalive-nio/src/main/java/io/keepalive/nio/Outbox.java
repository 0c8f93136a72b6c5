package io.keepalive.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a non-blocking channel and keeps what did not fit: never more than one message and the control frames behind
 * it. While something waits, the key has {@code OP_WRITE}. Confined to one thread.
 */
final class Outbox {
    private final SelectionKey key;
    private final SocketChannel channel;
    private final BufferPool pool;
    private @Nullable ByteBuffer waiting;
    private int appendedTo;
    private long progress;

    Outbox(SelectionKey key, BufferPool pool) {
        this.key = key;
        this.channel = (SocketChannel) key.channel();
        this.pool = pool;
    }

    boolean isEmpty() {
        return waiting == null;
    }

    /** Changes whenever some of what waits was written. */
    long progress() {
        return progress;
    }

    /**
     * Writes a buffer, or keeps its rest; only while nothing waits.
     *
     * @return whether all was written
     */
    boolean write(ByteBuffer bytes) throws IOException {
        channel.write(bytes);
        if (!bytes.hasRemaining()) {
            return true;
        }
        keep(bytes.remaining()).put(bytes).flip();
        return false;
    }

    /**
     * Writes frames at once, and keeps the rest of the one in the midst of which the channel stopped; those behind it are
     * not sent.
     *
     * @return whether nothing is kept
     */
    boolean write(FrameVector frames) throws IOException {
        frames.writeTo(channel);
        int rest = frames.restBytes();
        if (rest == 0) {
            return true;
        }
        ByteBuffer kept = keep(rest);
        frames.putRest(kept);
        kept.flip();
        return false;
    }

    private ByteBuffer keep(int bytes) {
        ByteBuffer rest = pool.take(bytes);
        waiting = rest;
        key.interestOpsOr(SelectionKey.OP_WRITE);
        return rest;
    }

    /**
     * Writes what waits, as far as it goes.
     *
     * @return whether nothing waits any more
     */
    boolean flush() throws IOException {
        ByteBuffer bytes = waiting;
        if (bytes == null) {
            return true;
        }
        if (channel.write(bytes) > 0) {
            progress++;
        }
        if (bytes.hasRemaining()) {
            return false;
        }
        release();
        clearInterest();
        return true;
    }

    /** The selector is to report the channel as writable, though nothing waits here. */
    void setInterest() {
        key.interestOpsOr(SelectionKey.OP_WRITE);
    }

    void clearInterest() {
        key.interestOpsAnd(~SelectionKey.OP_WRITE);
    }

    /** Room behind what waits; {@link #endAppend} afterwards. */
    ByteBuffer beginAppend() {
        ByteBuffer bytes = waiting;
        if (bytes == null) {
            throw new IllegalStateException("append: nothing waits");
        }
        appendedTo = bytes.position();
        return bytes.position(bytes.limit()).limit(bytes.capacity());
    }

    void endAppend() {
        ByteBuffer bytes = waiting;
        if (bytes != null) {
            bytes.limit(bytes.position()).position(appendedTo);
        }
    }

    /** Forgets what waits. */
    void release() {
        ByteBuffer bytes = waiting;
        waiting = null;
        if (bytes != null) {
            pool.give(bytes);
        }
    }
}

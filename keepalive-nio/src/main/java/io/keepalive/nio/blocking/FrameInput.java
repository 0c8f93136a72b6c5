package io.keepalive.nio.blocking;

import java.io.IOException;
import java.io.InputStream;

/** The input of a {@link HeartbeatSocket}, in one of its modes. */
abstract class FrameInput extends InputStream {
    final BlockingConnection link;

    FrameInput(BlockingConnection link) {
        this.link = link;
    }

    /** The connection is complete. */
    void start() {}

    /** Bytes were read from the socket, and are about to be taken apart. */
    void onBytes() {}

    /** Whether a thread reads from the socket, or waits to. */
    abstract boolean isReading();

    /** Whether a thread that {@link #isReading} had a processor since the last tick, as far as can be told. By the thread that ticks. */
    boolean hadProcessor() {
        return true;
    }

    /**
     * At the end of a tick.
     *
     * @param isSuspect whether the next tick may find that the peer is dead, unless the reader has something by then
     */
    void onTicked(boolean isSuspect) {}

    /** The connection has ended: who waits otherwise than in the socket is to look. */
    void wake() {}

    @Override
    public abstract int read(byte[] bytes, int offset, int length) throws IOException;

    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public final void close() {
        link.close();
    }
}

package io.keepalive.nio.blocking;

import io.keepalive.heartbeat.wire.FrameHeader;
import io.keepalive.heartbeat.wire.FrameSession;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.nio.HeartbeatChannel;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The output of a {@link HeartbeatSocket}. Control frames are collected by whoever finds them due, and written by whoever
 * holds the {@code writing} lock: by the application's thread between two of its frames, or, if it is not writing, by a
 * thread for the purpose. A virtual thread's writes are made by an I/O worker ({@link VirtualWriter}), so that no virtual
 * thread ever holds the lock. The reader never writes: two peers whose readers both wait for room to answer would never
 * read again.
 */
final class FrameOutput extends OutputStream {
    /**
     * A frame with its header: the largest record of TLS, and as {@code GuardedOutputStream} has it, since each frame that
     * is taken is progress, and a slow peer is not stalled.
     */
    private static final int FRAME_BYTES = 16 * 1024;

    private final BlockingConnection link;
    private final OutputStream raw;
    private final FrameSession session;
    private final StateLock state;

    private final ReentrantLock writing = new ReentrantLock();
    /** What goes out now; guarded by {@link #writing}. Small until the application writes. */
    private ByteBuffer out = ByteBuffer.allocate(HeartbeatChannel.CONTROL_BYTES);

    /** Control frames that nobody writes yet; guarded by {@link #state}. */
    private final ByteBuffer control = ByteBuffer.allocate(HeartbeatChannel.CONTROL_BYTES);

    private volatile boolean isControlDue;
    private final AtomicBoolean isKicked = new AtomicBoolean();

    private volatile boolean isWriting;
    private volatile long written;

    FrameOutput(BlockingConnection link, OutputStream raw, FrameSession session, StateLock state) {
        this.link = link;
        this.raw = raw;
        this.session = session;
        this.state = state;
    }

    // ---- the application

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        carryOut(() -> writeAll(bytes, offset, length));
    }

    private void carryOut(VirtualWriter.Write write) throws ConnectionLostException {
        if (VirtualThreads.isCurrent()) {
            VirtualWriter.write(link, write);
        } else {
            write.run();
        }
    }

    private void writeAll(byte[] bytes, int offset, int length) throws ConnectionLostException {
        writing.lock();
        try {
            for (int done = 0; done < length; ) {
                done += writeFrame(bytes, offset + done, length - done);
            }
        } finally {
            writing.unlock();
        }
        writeDue();
    }

    private int writeFrame(byte[] bytes, int offset, int length) throws ConnectionLostException {
        if (out.capacity() < FRAME_BYTES) {
            out = ByteBuffer.allocate(FRAME_BYTES);
        }
        int taken = 0;
        boolean isLost;
        IllegalStateException refused = null;
        state.lock();
        try {
            link.end().requireNone();
            takeControl();
            // Lost a moment ago, perhaps, and not ended yet: then what was just taken is the CLOSE, and nothing may
            // follow.
            isLost = link.isLost() || link.isClosing();
            if (!isLost) {
                int room = out.remaining() - FrameHeader.BYTES;
                taken = Math.min(length, Math.min(room, session.order().maxSendPayload()));
                out.putInt(session.begin(taken, out)).put(bytes, offset, taken);
            }
        } catch (IllegalStateException e) {
            isLost = false;
            refused = e; // after END; the control frames that were taken go out all the same
        } finally {
            state.unlock();
        }
        send();
        if (refused != null) {
            throw refused;
        }
        if (isLost) {
            throw link.end().bySession();
        }
        return taken;
    }

    @Override
    public void flush() throws IOException {
        link.end().requireNone();
    }

    @Override
    public void close() {
        link.close();
    }

    // ---- control frames

    /** Collects what is due; with the state lock. If nothing is, and nobody writes, all that was written has left. */
    void settle() {
        collect();
        if (!isControlDue && !isWriting) {
            flushed();
        }
    }

    private void collect() {
        while (session.write(control)) {
            isControlDue = true;
        }
    }

    /** If something was collected, and nobody is writing who will find it, it is written by a thread for the purpose. */
    void kick() {
        if (isControlDue && !writing.isLocked() && isKicked.compareAndSet(false, true)) {
            link.run(() -> {
                isKicked.set(false);
                writeDue();
            });
        }
    }

    private void writeDue() {
        // Who finds the lock taken leaves it to its holder, who comes here after unlocking.
        while (isControlDue && !link.end().isCloseOrdered() && writing.tryLock()) {
            try {
                sendCollected();
            } catch (ConnectionLostException e) {
                return; // recorded
            } finally {
                writing.unlock();
            }
        }
    }

    /** Writes what is due, and returns when it is written. */
    void sendControl() throws ConnectionLostException {
        carryOut(this::sendControlHere);
    }

    private void sendControlHere() throws ConnectionLostException {
        writing.lock();
        try {
            sendCollected();
        } finally {
            writing.unlock();
        }
        writeDue();
    }

    private void sendCollected() throws ConnectionLostException {
        state.lock();
        try {
            takeControl();
        } finally {
            state.unlock();
        }
        send();
    }

    /** With both locks. From here on something is being written, until {@link #send} is done. */
    private void takeControl() {
        isWriting = true;
        collect();
        out.clear().put(control.flip());
        control.clear();
        isControlDue = false;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // with the writing lock
    private void send() throws ConnectionLostException {
        try {
            if (out.position() > 0) {
                raw.write(out.array(), 0, out.position());
            }
        } catch (IOException e) {
            throw link.end().because(e);
        } finally {
            written++;
            isWriting = false;
        }
        boolean isClosing;
        state.lock();
        try {
            if (!isControlDue) {
                flushed();
            }
            isClosing = session.closing() != null;
        } finally {
            state.unlock();
        }
        if (isClosing) {
            link.end().carryOn();
        }
    }

    /** Nothing waits to be written; with the state lock. */
    private void flushed() {
        if (session.isPingQueued()
                || session.closing() != null
                || session.order().mayCloseOutput()) {
            session.onFlushed(System.nanoTime());
        }
    }

    // ---- for the heartbeat

    /** Whether a thread is in a write that may be blocked. */
    boolean isWriting() {
        return isWriting;
    }

    /** Changes with every frame that is taken. */
    long written() {
        return written;
    }
}

package io.keepalive.nio;

import io.keepalive.heartbeat.wire.CloseReason;
import io.keepalive.heartbeat.wire.ConnectionEnd;
import io.keepalive.heartbeat.wire.FrameEncoder;
import io.keepalive.heartbeat.wire.FrameSession;
import io.keepalive.loss.ConnectionLostException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;

/**
 * A non-blocking connection that speaks the heartbeat protocol. Made by {@link HeartbeatLoop#add}; read from and written
 * to as the {@code SocketChannel} below it, which must be left alone.
 *
 * <p>Reading needs no buffer but the application's: frames are taken apart in it. Writing goes straight from the
 * application's buffer into the kernel; what does not fit of the last frame is copied, and waits. Beats and answers go
 * between two DATA frames of at most 64 KiB. Nothing is allocated for a message.
 *
 * <p>Confined to the loop's thread.
 *
 * @since 0.1
 */
public final class HeartbeatChannel extends LoopChannel implements ByteChannel {
    /** The largest DATA frame that is sent, so that a control frame never waits behind more. */
    static final int LARGEST_DATA = 64 * 1024;

    /** More than all the control frames that are due at once (40 + 4 + 12 + 4 × 12 + 4 + 6), and the header of DATA. */
    public static final int CONTROL_BYTES = FrameSession.CONTROL_BYTES;

    /** Up to this size copying behind the header is cheaper than a gathering write. */
    static final int COPIED_BYTES = 4096;

    /** Up to this size moving a frame in memory is cheaper than a scattering read. */
    private static final int MOVED_BYTES = 32 * 1024;

    private final FrameSession session;
    private final Inbound inbound;
    private final FrameEncoder encoder;

    HeartbeatChannel(HeartbeatLoop loop, SelectionKey key, FrameSession session) {
        super(loop, key, session);
        this.session = session;
        this.inbound = new Inbound(session);
        this.encoder = new FrameEncoder(session.order());
    }

    void start(long nowNanos) throws ConnectionLostException {
        try {
            sendDue(nowNanos);
        } catch (IOException e) {
            throw fail(e);
        }
    }

    /**
     * Reads what the peer's application sent.
     *
     * @param target gets it from its position on; the room behind is used, too, and left with any content
     * @return how many bytes; 0 if there are none now, or only a part of a frame, or beats; -1 if the peer sends no more
     *     (END). END may come along with the last bytes: look at {@link #isInputEnded}. A loop that reads until 0 or -1 can be
     *     held by one peer
     * @throws ConnectionLostException if the connection is lost; everything received before has been returned by then
     */
    @Override
    public int read(ByteBuffer target) throws ConnectionLostException {
        requireAlive();
        int start = target.position();
        if (start == target.limit()) {
            return 0;
        }
        int limit = target.limit();
        int count;
        try {
            if (inbound.dataRemaining() > COPIED_BYTES || inbound.nextLength() > MOVED_BYTES) {
                count = receiveFrames(target);
            } else {
                count = receive(target);
                if (count > 0) {
                    target.limit(start + count).position(start);
                    inbound.squeeze(target);
                }
            }
        } finally {
            target.limit(limit);
        }
        if (count <= 0) {
            return count == 0 ? nothing() : endOfStream();
        }
        int data = target.position() - start;
        if (inbound.sawControl()) {
            answer();
            if (loss().isPresent() && data == 0) {
                throw end(null);
            }
        }
        return data > 0 ? data : nothing();
    }

    /** Reads large frames into the target, and their headers into the loop's own buffers. */
    private int receiveFrames(ByteBuffer target) throws ConnectionLostException {
        FrameVector frames = loop.incoming;
        int start = target.position();
        int limit = target.limit();
        int largest = session.order().localHello().largestFrame();
        frames.makeRoom(target, inbound.dataRemaining(), largest);
        int count = receive(frames);
        if (count > 0) {
            frames.squeezeInto(inbound, target, start, limit);
        }
        return count;
    }

    private int nothing() {
        return isInputEnded() ? -1 : 0;
    }

    private void answer() throws ConnectionLostException {
        long nowNanos = System.nanoTime();
        try {
            sendDue(nowNanos);
        } catch (IOException e) {
            throw fail(e);
        }
        if (loss().isPresent()) {
            heartbeat().tickNoLaterThan(nowNanos); // if the application has DATA to take first and does not read again
        }
    }

    private int endOfStream() throws ConnectionLostException {
        session.onInputEnded(System.nanoTime());
        ConnectionEnd over = session.end();
        if (over != null && !over.inOrder()) {
            throw end(null);
        }
        close(); // both sides have said all
        return -1;
    }

    /**
     * Whether the peer has said that it sends no more (END), and all of it was read.
     *
     * @return true from then on
     */
    public boolean isInputEnded() {
        return inbound.isInputEnded();
    }

    /**
     * Writes as much as there is room for. What was taken has been written or waits; the key has {@code OP_WRITE} as long as
     * something waits: {@link #flush} then, and write the rest.
     *
     * @param source read from its position on
     * @return how many bytes were taken; less than there are only if the key has {@code OP_WRITE} now
     * @throws ConnectionLostException if the connection is lost
     * @throws IllegalStateException after {@link #end}
     */
    @Override
    public int write(ByteBuffer source) throws ConnectionLostException {
        requireAlive();
        int start = source.position();
        int limit = source.limit();
        try {
            if (!out.isEmpty() && !flush()) {
                return 0;
            }
            while (source.position() < limit && writeFrames(source, limit)) {
                // as long as the kernel takes whole frames
            }
        } catch (IOException e) {
            throw fail(e);
        } finally {
            source.limit(limit);
        }
        return source.position() - start;
    }

    private boolean writeFrames(ByteBuffer source, int limit) throws IOException {
        ByteBuffer head = loop.head.clear();
        int largest = Math.min(session.order().maxSendPayload(), LARGEST_DATA);
        int from = source.position();
        int to = from + Math.min(limit - from, largest);
        int header = session.begin(to - from, head);
        head.putInt(header);
        source.limit(to);
        boolean all;
        if (to - from <= COPIED_BYTES) {
            all = out.write(head.put(source).flip());
        } else {
            FrameVector frames = loop.outgoing;
            frames.start(head.flip(), source);
            while (to < limit && !frames.isFull()) {
                from = to;
                to = from + Math.min(limit - from, largest);
                encoder.dataHeader(to - from, frames.add(source, from, to));
            }
            all = out.write(frames);
            int end = frames.end(); // before the limit is changed, which may be it
            source.limit(limit).position(end);
        }
        if (all && session.isPingQueued()) {
            onFlushed(System.nanoTime());
        }
        return all;
    }

    /**
     * Says that no more will be written (END). Reading goes on, and so do the beats of both sides. When both have said so,
     * either may {@link #close}; the other's channel closes itself when it reads that. Idempotent.
     *
     * @throws ConnectionLostException if the connection is lost
     */
    public void end() throws ConnectionLostException {
        requireAlive();
        session.endOutput();
        try {
            sendDue(System.nanoTime());
        } catch (IOException e) {
            throw fail(e);
        }
    }

    /**
     * Closes the connection in order, without waiting: what was taken for writing leaves, then the close, and the loop reads and
     * discards in its ticks until the peer has closed, too, or made no progress for {@code closeTimeout}. Nothing that was
     * written is lost, unless the program exits before: see {@link HeartbeatLoop#awaitClosed}. Idempotent.
     */
    @Override
    public void close() {
        close(CloseReason.NORMAL);
    }

    /**
     * The same with another reason.
     *
     * @param reason sent to the peer
     */
    public void close(CloseReason reason) {
        if (!isEnded()) {
            long nowNanos = System.nanoTime();
            session.close(reason, nowNanos);
            beginClose(nowNanos);
        }
    }

    @Override
    void sendDue(long nowNanos) throws IOException {
        if (out.isEmpty()) {
            ByteBuffer head = loop.head.clear();
            while (session.write(head)) {
                // all there is
            }
            if (head.flip().hasRemaining() && out.write(head)) {
                onFlushed(nowNanos);
            }
        } else {
            ByteBuffer tail = out.beginAppend();
            while (session.write(tail)) {
                // as much as has room
            }
            out.endAppend();
        }
        if (out.isEmpty() && session.closing() != null) {
            flushedAll(nowNanos);
        }
    }

    @Override
    void onFlushed(long nowNanos) throws IOException {
        flushedAll(nowNanos);
    }

    @Override
    public String toString() {
        return "HeartbeatChannel[" + socket + ", " + heartbeat() + "]";
    }
}

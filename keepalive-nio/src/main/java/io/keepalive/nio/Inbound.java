package io.keepalive.nio;

import io.keepalive.heartbeat.wire.FrameDecoder;
import io.keepalive.heartbeat.wire.FrameSession;
import io.keepalive.heartbeat.wire.FrameType;
import io.keepalive.heartbeat.wire.ProtocolException;
import java.nio.ByteBuffer;

/**
 * Takes the frames apart where they were read: in the application's own buffer, out of which headers and control frames
 * are squeezed. So no connection needs a buffer to read into, and no byte is copied but over the gap of a header.
 *
 * <pre>
 *   read:      | h | data       | beat | h | data ...    |
 *   squeezed:  | data       | data ...    |              | (room)
 * </pre>
 */
public final class Inbound {
    private final FrameSession session;
    private final FrameDecoder decoder;
    private boolean sawControl;
    private int usualLength;

    public Inbound(FrameSession session) {
        this.session = session;
        this.decoder = new FrameDecoder(session.order());
    }

    /**
     * Compacts what was read, and passes control frames to the session.
     *
     * @param bytes from the position to the limit; afterwards the position is where DATA ends
     */
    public void squeeze(ByteBuffer bytes) {
        int end = bytes.position();
        try {
            while (nextIn(bytes)) {
                if (decoder.type() == FrameType.DATA) {
                    int from = bytes.position();
                    int length = Math.min(decoder.dataRemaining(), bytes.remaining());
                    if (from != end) {
                        bytes.put(end, bytes, from, length);
                    }
                    end += length;
                    bytes.position(from + length);
                    decoder.consumed(length);
                } else {
                    sawControl = true;
                    session.onFrame(decoder, System.nanoTime());
                }
            }
        } catch (ProtocolException e) {
            sawControl = true;
            session.onViolation(e, System.nanoTime());
        }
        bytes.position(end);
    }

    private boolean nextIn(ByteBuffer bytes) throws ProtocolException {
        boolean isNew = decoder.isBetweenFrames();
        boolean found = decoder.next(bytes);
        if (isNew && !decoder.isBetweenFrames()) {
            // Follows the large ones, and forgets them within a few small ones.
            usualLength = Math.max(decoder.dataRemaining(), usualLength - (usualLength >> 3));
        }
        return found;
    }

    /** Whether there was a control frame since the last call: then there may be something to send. */
    public boolean sawControl() {
        boolean saw = sawControl;
        sawControl = false;
        return saw;
    }

    /** How long the next frame will be, if it is like the last ones; 0 in the midst of one. A guess. */
    int nextLength() {
        return decoder.isBetweenFrames() ? usualLength : 0;
    }

    /** Whether the peer has sent its last frame, END or CLOSE, and the whole of it was read. */
    public boolean isInputEnded() {
        return session.order().isInputEnded() && decoder.isBetweenFrames();
    }

    /** How much of the current DATA frame has not been read yet. */
    public int dataRemaining() {
        return decoder.dataRemaining();
    }
}

package io.keepalive.heartbeat.wire;

import java.io.IOException;

/**
 * The peer broke the protocol: the message names what came, what was expected and at which byte of the stream. Send a
 * CLOSE with {@link #reason()} and close.
 *
 * @since 0.1
 */
public final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1;

    /** Sent to the peer. */
    private final CloseReason reason;

    /** Bytes of the stream before what is wrong. */
    private final long offset;

    ProtocolException(CloseReason reason, long offset, String came, String expected) {
        super(came + " at byte " + offset + " of the stream (expected: " + expected + ")");
        this.reason = reason;
        this.offset = offset;
    }

    /**
     * The reason to be sent to the peer in a CLOSE.
     *
     * @return the reason to close with
     */
    public CloseReason reason() {
        return reason;
    }

    /**
     * Where it happened.
     *
     * @return bytes received on this connection before the frame, or the entry of a HELLO, that broke the rule
     */
    public long offset() {
        return offset;
    }
}

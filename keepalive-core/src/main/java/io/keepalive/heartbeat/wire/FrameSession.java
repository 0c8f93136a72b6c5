package io.keepalive.heartbeat.wire;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.wire.ConnectionEnd.By;
import io.keepalive.loss.Confidence;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.LossCause;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One connection that speaks the heartbeat protocol: its {@link Heartbeat} and its {@link FrameOrder}. Decides which control
 * frame is to be sent next and what a received one means; carries no bytes of the application. Made by
 * {@link HeartbeatProtocol#session}.
 *
 * <ul>
 *   <li>Received: a {@link FrameDecoder} of this session's {@link #order()}; each control frame to {@link #onFrame}, a
 *       {@link ProtocolException} to {@link #onViolation}.
 *   <li>To send: {@link #begin} for each DATA frame, {@link #writeAll} after everything else. The first frame is HELLO.
 * </ul>
 *
 * @since 0.1
 */
public final class FrameSession extends HeartbeatSession {
    /** Room for all the control frames that are due at once, and a header: 40 + 4 + 12 + 4 × 12 + 4 + 6 + 40 + 4. */
    public static final int CONTROL_BYTES = 192;

    private final HeartbeatProtocol protocol;
    private final FrameOrder order;
    private boolean helloSent;
    private boolean endWanted;
    private boolean endSent;
    private boolean peerEndedFirst;
    private boolean helloSuspected;
    private boolean closeSent;

    FrameSession(HeartbeatProtocol protocol, Heartbeat heartbeat, long nowNanos) {
        super(heartbeat);
        this.protocol = protocol;
        this.order = new FrameOrder(protocol, nowNanos);
        heartbeat.peerMustAnswer();
        heartbeat.tickNoLaterThan(order.helloDeadlineNanos());
    }

    /** The order of frames, which every frame that is not written by this session is checked against. */
    public FrameOrder order() {
        return order;
    }

    // ---- received

    /**
     * A decoder found a frame.
     *
     * @param decoder of the same order, at a complete frame; DATA is ignored
     * @param nowNanos the time
     */
    public void onFrame(FrameDecoder decoder, long nowNanos) {
        FrameType type = decoder.type();
        onFrame(
                type,
                switch (type) {
                    case PING, PONG -> decoder.id();
                    case CLOSE -> decoder.closeCode();
                    default -> 0;
                },
                nowNanos);
    }

    /**
     * A control frame was received that the order allows.
     *
     * @param type HELLO once {@link FrameOrder#onHello} has agreed; DATA is ignored
     * @param value the id of a PING or PONG, the code of a CLOSE; otherwise any number
     * @param nowNanos the time
     */
    public void onFrame(FrameType type, long value, long nowNanos) {
        switch (type) {
            case HELLO -> {
                order.agreement().ifPresent(agreed -> heartbeat.reconfigure(protocol.agreedConfig(agreed), nowNanos));
            }
            case PING -> heartbeat.onPing(value, nowNanos);
            case PONG -> heartbeat.onPong(value, nowNanos);
            case CLOSE -> onClose((int) value, nowNanos);
            case END -> onEnd(nowNanos);
            case BEAT, DATA -> {} // their bytes are the proof of life, and every peer of this protocol beats
        }
        if (type != FrameType.BEAT) { // which ends nothing
            settle(nowNanos);
        }
    }

    private void onEnd(long nowNanos) {
        peerEndedFirst = !endSent;
        heartbeat.onInputEnded(nowNanos);
        lingerIfBothEnded(nowNanos);
    }

    private void lingerIfBothEnded(long nowNanos) {
        if (order.mayCloseOutput()) {
            linger(null, false, false, nowNanos);
        }
    }

    private void onClose(int code, long nowNanos) {
        CloseReason reason = CloseReason.of(code).orElse(null);
        boolean inOrder = reason == CloseReason.NORMAL || reason == CloseReason.GOING_AWAY;
        String why = reason == null ? "close reason " + code : reason.description();
        if (closing() == null) {
            recordEarly(By.PEER, LossCause.PEER_CLOSED, "closed by the peer: " + why, inOrder, nowNanos);
            linger(null, false, false, nowNanos);
        }
    }

    /**
     * The peer broke the protocol: it is sent a CLOSE with the reason.
     *
     * @param violation thrown by the order or the decoder
     * @param nowNanos the time
     */
    public void onViolation(ProtocolException violation, long nowNanos) {
        breakOff(String.valueOf(violation.getMessage()), violation.reason(), nowNanos);
    }

    private void breakOff(String evidence, CloseReason reason, long nowNanos) {
        recordEarly(By.THIS_SIDE, LossCause.PROTOCOL, evidence, false, nowNanos);
        linger(reason, true, true, nowNanos);
    }

    /**
     * The end of the stream was read, which may be no FIN: a thread gets it, too, when an error was delivered to another one,
     * and when this side has closed the socket.
     *
     * @param known what the transport knows of its end; null if nothing
     * @param nowNanos the time
     */
    public void onEndOfStream(@Nullable ConnectionLoss known, long nowNanos) {
        if (known != null && known.cause() != LossCause.PEER_CLOSED && !order.isOrderlyEnd() && !isOwnEnd(known)) {
            fail(known, nowNanos);
        }
        onInputEnded(nowNanos);
    }

    /** While this side closes, the end may be that of its own close, of which the transport knows nothing any more. */
    private boolean isOwnEnd(ConnectionLoss known) {
        return closing() != null && known.cause() == LossCause.UNKNOWN;
    }

    @Override
    void onFin(long nowNanos) {
        if (order.isOrderlyEnd()) {
            linger(null, false, false, nowNanos);
        } else {
            endBy(
                    By.PEER,
                    LossCause.PEER_CLOSED,
                    Confidence.HIGH,
                    "the stream ended without END or CLOSE",
                    false,
                    nowNanos);
        }
    }

    // ---- time

    @Override
    void checkStart(long nowNanos, boolean wasLate, boolean reading) {
        if (order.agreement().isPresent() || heartbeat.isDead()) {
            return;
        }
        long tickNanos = heartbeat.config().tick().toNanos();
        if (!order.isHelloOverdue(nowNanos)) {
            heartbeat.tickNoLaterThan(order.helloDeadlineNanos());
        } else if (!heartbeat.hasReceived()) {
            helloSuspected = false; // silence: the heartbeat decides
        } else if (!helloSuspected || wasLate || !reading) {
            // A HELLO that waits in the kernel's buffer gets one chance to be read.
            helloSuspected = true;
            heartbeat.tickNoLaterThan(nowNanos + tickNanos);
        } else {
            breakOff("no HELLO came within " + FrameOrder.HELLO_TIMEOUT, CloseReason.HELLO_TIMEOUT, nowNanos);
        }
    }

    @Override
    void onDeath(ConnectionLoss loss, long nowNanos) {
        if (heartbeat.isFlooded()) {
            breakOff(loss.evidence(), CloseReason.TOO_MANY_PINGS, nowNanos);
        } else {
            super.onDeath(loss, nowNanos);
        }
    }

    // ---- to send

    /** Ends this side's output in order: {@link #write} has the END, and no DATA may follow. */
    public void endOutput() {
        endWanted = true;
    }

    /**
     * Closes the connection in order: {@link #write} has the CLOSE, behind all that was accepted for writing; see
     * {@link LingeringClose}. After the END of both sides there is nothing left to send, and no CLOSE.
     *
     * @param reason sent to the peer
     * @param nowNanos the time
     */
    public void close(CloseReason reason, long nowNanos) {
        Objects.requireNonNull(reason, "reason");
        boolean beats =
                order.agreement().map(agreed -> !agreed.hearEvery().isZero()).orElse(false);
        linger(reason, false, beats && !order.isInputEnded(), nowNanos);
    }

    /**
     * Begins a DATA frame: checks that it may be sent now, then writes the control frames that are due. A frame that is
     * refused loses no control frame.
     *
     * @param length of the payload, 1 to {@link FrameOrder#maxSendPayload()}; exactly so many bytes must follow
     * @param control gets the control frames, if there is room; they are sent before the header
     * @return the header, in network byte order
     * @throws IllegalStateException if no DATA may be sent now
     * @throws IllegalArgumentException if the length is out of its range
     */
    public int begin(int length, ByteBuffer control) {
        int header = FrameHeader.of(FrameType.DATA, length);
        if (!helloSent) {
            write(control);
        }
        if (endWanted || closing() != null) {
            throw new IllegalStateException(
                    "send: DATA of " + length + " bytes (expected: nothing after END or CLOSE)");
        }
        order.onSend(header);
        writeAll(control);
        heartbeat.onSent();
        return header;
    }

    /**
     * Writes all the control frames that are due and have room.
     *
     * @param out written at its position
     * @return whether there was one
     */
    public boolean writeAll(ByteBuffer out) {
        boolean any = false;
        while (write(out)) {
            any = true;
        }
        return any;
    }

    /**
     * Writes the next control frame, if one is due and there is room for any: {@link FrameEncoder#CONTROL_FRAME_BYTES}.
     *
     * @param out written at its position
     * @return whether one was written; call it again then
     */
    public boolean write(ByteBuffer out) {
        if (out.remaining() < FrameEncoder.CONTROL_FRAME_BYTES) {
            return false;
        }
        FrameEncoder encoder = new FrameEncoder(order); // a field would cost every idle connection 16 bytes
        if (!helloSent) {
            helloSent = true;
            encoder.hello(out);
            heartbeat.onSent();
            return true;
        }
        LingeringClose close = closing();
        if (close != null) {
            return writeClose(close, encoder, out);
        }
        switch (heartbeat.poll()) {
            case SEND_BEAT -> encoder.beat(out);
            case SEND_PONG -> encoder.pong(heartbeat.id(), out);
            case SEND_PING -> {
                encoder.ping(heartbeat.id(), out);
                heartbeat.onPingQueued();
            }
            case DEAD, NONE -> {
                return writeEnd(encoder, out);
            }
        }
        return true;
    }

    private boolean writeClose(LingeringClose close, FrameEncoder encoder, ByteBuffer out) {
        CloseReason reason = close.reason();
        if (reason == null || !close.isFlushing() || order.mayCloseOutput()) {
            return false;
        }
        closeSent = true;
        encoder.close(reason, out);
        return true;
    }

    private boolean writeEnd(FrameEncoder encoder, ByteBuffer out) {
        if (!endWanted || endSent || heartbeat.isDead()) {
            return false;
        }
        endSent = true;
        encoder.end(out);
        heartbeat.onSent();
        return true;
    }

    @Override
    void beforeFlushed(long nowNanos) {
        if (closing() == null) {
            lingerIfBothEnded(nowNanos); // this side's END was the second one
        }
    }

    @Override
    boolean peerCloses() {
        return true;
    }

    @Override
    boolean isCloseWritten(LingeringClose close) {
        return close.reason() == null || order.mayCloseOutput();
    }

    // ---- the end

    @Override
    By orderlyBy() {
        return peerEndedFirst && !closeSent ? By.PEER : By.THIS_SIDE;
    }

    @Override
    ConnectionLoss orderlyLoss(LingeringClose close) {
        if (closeSent) {
            return super.orderlyLoss(close);
        }
        LossCause cause = peerEndedFirst ? LossCause.PEER_CLOSED : LossCause.LOCAL_CLOSED;
        return new ConnectionLoss(cause, Confidence.HIGH, "both sides sent END");
    }
}

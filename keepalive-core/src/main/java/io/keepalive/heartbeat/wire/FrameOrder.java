package io.keepalive.heartbeat.wire;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which frames may come next, in both directions of one connection, and whether the peer's HELLO is overdue.
 *
 * <pre>
 *  each direction:
 *
 *            HELLO               END
 *    new ───────────▶  open  ───────────▶  ended      DATA: only while open
 *                        │                   │        BEAT, PING, PONG: while open or ended
 *                        └──── CLOSE ────┬───┘        a second HELLO or END: never
 *                                        ▼
 *                                     closed          nothing
 * </pre>
 *
 * <p>Not thread-safe; one thread at a time.
 *
 * @since 0.1
 */
public final class FrameOrder {
    /** How long a peer may take for its HELLO: 10 s. */
    public static final Duration HELLO_TIMEOUT = Duration.ofSeconds(10);

    private enum State {
        NEW,
        OPEN,
        ENDED,
        CLOSED
    }

    private final HeartbeatProtocol protocol;
    private Handshake handshake;
    private State receiving = State.NEW;
    private State sending = State.NEW;
    private long received;

    /**
     * The rules of a connection that has just been made.
     *
     * @param protocol shared by any number of connections
     * @param nowNanos the time, when the way to the peer is free
     */
    public FrameOrder(HeartbeatProtocol protocol, long nowNanos) {
        this.protocol = Objects.requireNonNull(protocol, "protocol");
        this.handshake = new Handshake(null, nowNanos + HELLO_TIMEOUT.toNanos());
    }

    /**
     * A header has been received. Call it before the payload is read, skipped or given memory.
     *
     * @param header any four bytes
     * @return the type; null if the frame is to be skipped, {@link FrameHeader#length} bytes of it
     * @throws ProtocolException if such a frame may not come now; nothing more may be received then
     * @throws IllegalStateException if a CLOSE has been received: whatever follows it is to be discarded unread
     */
    public @Nullable FrameType onReceive(int header) throws ProtocolException {
        FrameType type = FrameHeader.type(header);
        int largest = localHello().largestFrame();
        CloseReason violation = violation(receiving, type, header, largest);
        if (violation != null) {
            throw new ProtocolException(
                    violation, received, describe(type, header), expectation(violation, type, largest));
        }
        if (receiving == State.CLOSED) {
            throw new IllegalStateException(
                    "receive: " + describe(type, header) + " (expected: nothing after CLOSE; discard what follows it)");
        }
        received += FrameHeader.BYTES + FrameHeader.length(header);
        receiving = after(receiving, type);
        return type;
    }

    /**
     * The peer's HELLO has been received and read. From now on frames may be as large as the peer takes.
     *
     * @param peer its HELLO
     * @return what both sides agree on
     * @throws ProtocolException {@link CloseReason#INTERVAL_CONFLICT} if they can't
     */
    public Agreement onHello(Hello peer) throws ProtocolException {
        Agreement agreement = Agreement.of(localHello(), peer);
        handshake = protocol.agreed(new Handshake(agreement, 0));
        return agreement;
    }

    /**
     * A frame is about to be sent. Throws without any effect if the rules forbid it now.
     *
     * @param header of {@link FrameHeader#of}
     * @throws IllegalStateException if such a frame may not be sent now
     * @throws IllegalArgumentException if the length is wrong for the type, or more than {@link #maxSendPayload()}
     */
    public void onSend(int header) {
        FrameType type = FrameHeader.type(header);
        if (sending == State.CLOSED) {
            throw new IllegalStateException("send: " + describe(type, header) + " (expected: nothing after CLOSE)");
        }
        CloseReason violation = violation(sending, type, header, maxSendPayload());
        if (violation != null) {
            String message = "send: " + describe(type, header) + " (expected: "
                    + expectation(violation, type, maxSendPayload()) + ")";
            throw switch (violation) {
                case HELLO_EXPECTED, HELLO_REPEATED, AFTER_END -> new IllegalStateException(message);
                default -> new IllegalArgumentException(message);
            };
        }
        sending = after(sending, type);
    }

    /**
     * The largest payload that may be sent now.
     *
     * @return bytes: {@link FrameHeader#SMALL_FRAME_BYTES} until the peer's HELLO is there, then what the peer takes
     */
    public int maxSendPayload() {
        Agreement agreed = handshake.agreement();
        return agreed == null ? FrameHeader.SMALL_FRAME_BYTES : agreed.maxSendPayload();
    }

    /**
     * The HELLO of this side.
     *
     * @return as given to the constructor
     */
    public Hello localHello() {
        return protocol.hello();
    }

    /**
     * What both sides agree on.
     *
     * @return empty until the peer's HELLO is there
     */
    public Optional<Agreement> agreement() {
        return Optional.ofNullable(handshake.agreement());
    }

    /**
     * When a HELLO is overdue.
     *
     * @return 10 s after the start, of {@link System#nanoTime}; meaningless once the HELLO is there
     */
    public long helloDeadlineNanos() {
        return handshake.deadlineNanos();
    }

    /**
     * Whether to close with {@link CloseReason#HELLO_TIMEOUT}. To be called after what has been received is decoded: a HELLO that
     * waits in a buffer while this process was stopped is not late.
     *
     * @param nowNanos the time of {@link System#nanoTime}
     * @return true from 10 s after the start on, as long as no valid HELLO is there
     */
    public boolean isHelloOverdue(long nowNanos) {
        // By subtraction: nanoTime may overflow.
        return handshake.agreement() == null && nowNanos - handshake.deadlineNanos() >= 0;
    }

    /**
     * Whether a CLOSE has been received: whatever follows is to be discarded.
     *
     * @return true after a CLOSE
     */
    public boolean isInputClosed() {
        return receiving == State.CLOSED;
    }

    /**
     * Whether no more DATA will come: an END or a CLOSE has been received.
     *
     * @return true from then on
     */
    public boolean isInputEnded() {
        return receiving == State.ENDED || receiving == State.CLOSED;
    }

    /**
     * Whether this side may close its output (FIN) now: after its CLOSE, or after the END of both sides.
     *
     * @return false as long as frames may have to be sent
     */
    public boolean mayCloseOutput() {
        return sending == State.CLOSED || bothEnded();
    }

    /**
     * Whether an end of stream (FIN) that is received now is in order: after the peer's CLOSE, or after the END of both
     * sides. Otherwise the peer is lost: {@link io.keepalive.loss.LossCause#PEER_CLOSED}.
     *
     * @return false if something is missing
     */
    public boolean isOrderlyEnd() {
        return receiving == State.CLOSED || bothEnded();
    }

    private boolean bothEnded() {
        return sending == State.ENDED && receiving == State.ENDED;
    }

    /** What is wrong with a frame in a state; null if nothing. The order of these checks is a part of the protocol. */
    private static @Nullable CloseReason violation(
            State state, @Nullable FrameType type, int header, int largestFrame) {
        int length = FrameHeader.length(header);
        if (state == State.NEW && type != FrameType.HELLO) {
            return CloseReason.HELLO_EXPECTED;
        }
        if (type == null) {
            if (!FrameHeader.isOptional(header)) {
                return CloseReason.UNKNOWN_TYPE;
            }
            return length > largestFrame ? CloseReason.FRAME_TOO_LONG : null;
        }
        boolean bounded = type == FrameType.HELLO || type == FrameType.DATA;
        if (bounded && length > Math.min(type.maxPayload(), largestFrame)) {
            return CloseReason.FRAME_TOO_LONG;
        }
        if (length < type.minPayload() || length > type.maxPayload()) {
            return CloseReason.FRAME_LENGTH;
        }
        if (type == FrameType.HELLO && state != State.NEW) {
            return CloseReason.HELLO_REPEATED;
        }
        if (state == State.ENDED && (type == FrameType.DATA || type == FrameType.END)) {
            return CloseReason.AFTER_END;
        }
        return null;
    }

    private static State after(State state, @Nullable FrameType type) {
        if (type == FrameType.HELLO) {
            return State.OPEN;
        }
        if (type == FrameType.END) {
            return State.ENDED;
        }
        return type == FrameType.CLOSE ? State.CLOSED : state;
    }

    private static String describe(@Nullable FrameType type, int header) {
        return (type == null ? String.format("frame type 0x%02x", FrameHeader.code(header)) : type.name()) + " of "
                + FrameHeader.length(header) + " bytes";
    }

    private static String expectation(CloseReason violation, @Nullable FrameType type, int largestFrame) {
        return switch (violation) {
            case HELLO_EXPECTED -> "HELLO first";
            case HELLO_REPEATED -> "one HELLO";
            case AFTER_END -> "neither DATA nor END after END";
            case UNKNOWN_TYPE -> "0x01 to 0x07, or an optional one from 0x80 on";
            case FRAME_TOO_LONG ->
                "at most " + (type == FrameType.HELLO ? FrameHeader.SMALL_FRAME_BYTES : largestFrame) + " bytes";
            default ->
                type == FrameType.DATA || type == null ? "at least 1 byte" : "exactly " + type.maxPayload() + " bytes";
        };
    }
}

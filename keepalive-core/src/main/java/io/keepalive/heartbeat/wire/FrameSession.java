package io.keepalive.heartbeat.wire;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatListener;
import io.keepalive.loss.Confidence;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.LossCause;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One connection that speaks the heartbeat protocol: its {@link Heartbeat} and its {@link FrameOrder}, put together.
 * Decides which control frame is to be sent next, and what a received one means; carries no bytes of the application.
 *
 * <ul>
 *   <li>Received: ask {@link #rules()} about each header, by a {@link FrameDecoder} or directly, and tell each control
 *       frame to {@link #onFrame}; a {@link ProtocolException} to {@link #onViolation}; the end of the stream to
 *       {@link #onEndOfStream}. Each read of at least a byte to {@link Heartbeat#onReceived}.
 *   <li>Time: {@link #onTick} when {@link Heartbeat#dueNanos} says so.
 *   <li>To send: {@link #write} after any of these, and before the first DATA: the first frame is this side's HELLO.
 *       Control frames may go between any two DATA frames. Each DATA frame to {@link Heartbeat#onSent}.
 *   <li>The end: once {@link #loss()} is there, {@link #write} the last frame, and close.
 * </ul>
 *
 * <p>Confined to one thread at a time, like its heartbeat.
 *
 * @since 0.1
 */
public final class FrameSession {
    /** The least that a HELLO may say. */
    private static final Duration FLOOR = Duration.ofSeconds(1);

    /** The most that a configuration may say. A peer that wants to hear less often hears more: that is allowed. */
    private static final Duration CEILING = Duration.ofDays(1);

    /** The configuration agreed on last: connections of a fleet mostly agree alike, and so they share it. */
    private static volatile @Nullable AgreedConfig lastAgreed;

    private record AgreedConfig(HeartbeatConfig own, HeartbeatConfig agreed) {}

    private final Heartbeat heartbeat;
    private final FrameOrder rules;
    private boolean helloSent;
    private boolean endWanted;
    private boolean endSent;
    private boolean pingQueued;
    private boolean helloSuspected;
    private @Nullable CloseReason closing;
    private boolean closeSent;

    /**
     * A session on a connection that has just been made.
     *
     * @param config when to do what; how often to beat is negotiated from it
     * @param mine what this side says: {@link #helloOf}, perhaps with a known box or another largest frame
     * @param seed makes the jitter of this connection
     * @param listener is told what happens on the way
     * @param nowNanos the time
     */
    public FrameSession(HeartbeatConfig config, Hello mine, long seed, HeartbeatListener listener, long nowNanos) {
        this.heartbeat = new Heartbeat(config, seed, listener, nowNanos);
        this.rules = new FrameOrder(mine, nowNanos);
        heartbeat.tickNoLaterThan(rules.helloDeadlineNanos());
    }

    /**
     * What a configuration has to say to a peer: it can send every beatInterval, wants to hear twice as often as it would
     * ask, both at least 1 s; and gives up after its detection time. Knows of no box.
     *
     * @param config the configuration
     * @return to be shared by all its connections
     */
    public static Hello helloOf(HeartbeatConfig config) {
        return new Hello(
                Hello.VERSION,
                wholeMillis(config.beatInterval()),
                wholeMillis(config.pingIdle().dividedBy(2)),
                wholeMillis(config.detectionTime()),
                Duration.ZERO,
                Hello.DEFAULT_LARGEST_FRAME);
    }

    /**
     * The heartbeat, which is to be told of every read and every DATA frame, and put on a wheel.
     *
     * @return the same for ever
     */
    public Heartbeat heartbeat() {
        return heartbeat;
    }

    /**
     * The rules, which are to be asked about every frame that this session does not write itself.
     *
     * @return the same for ever
     */
    public FrameOrder rules() {
        return rules;
    }

    // ---- received

    /**
     * A decoder found a frame.
     *
     * @param decoder of the same rules, after {@link FrameDecoder#next} returned true; DATA is ignored
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
     * A control frame was received, and the rules had nothing against it.
     *
     * @param type HELLO once {@link FrameOrder#receivedHello} has agreed; DATA is ignored
     * @param value the id of a PING or PONG, the code of a CLOSE; of the others, anything
     * @param nowNanos the time
     */
    public void onFrame(FrameType type, long value, long nowNanos) {
        switch (type) {
            case HELLO -> {
                rules.agreement()
                        .ifPresent(agreed -> heartbeat.reconfigure(agreedOn(heartbeat.config(), agreed), nowNanos));
                heartbeat.onBeat();
            }
            case BEAT -> heartbeat.onBeat();
            case PING -> heartbeat.onPing(value, nowNanos);
            case PONG -> heartbeat.onPong(value, nowNanos);
            case CLOSE ->
                lose(
                        LossCause.PEER_CLOSED,
                        "the peer said: "
                                + CloseReason.of((int) value)
                                        .map(CloseReason::description)
                                        .orElse("close reason " + value),
                        null);
            case DATA, END -> {}
        }
    }

    /** A beat interval below what HELLO can say is this side's own affair. */
    private static HeartbeatConfig agreedOn(HeartbeatConfig own, Agreement agreement) {
        Duration wanted = agreement.sendEvery();
        Duration every = wanted.compareTo(CEILING) > 0 ? CEILING : wanted;
        boolean isOurAffair = every.equals(FLOOR) && own.beatInterval().compareTo(FLOOR) < 0;
        return every.isZero() || isOurAffair || every.equals(own.beatInterval()) ? own : withBeatInterval(every, own);
    }

    @SuppressWarnings("ReferenceEquality") // comparing the values would cost more than making another one
    private static HeartbeatConfig withBeatInterval(Duration every, HeartbeatConfig own) {
        AgreedConfig last = lastAgreed;
        if (last == null || last.own() != own || !every.equals(last.agreed().beatInterval())) {
            last = new AgreedConfig(own, own.toBuilder().beatInterval(every).build());
            lastAgreed = last;
        }
        return last.agreed();
    }

    /**
     * The peer broke the protocol.
     *
     * @param violation what the rules or the decoder said
     */
    public void onViolation(ProtocolException violation) {
        lose(LossCause.PROTOCOL, String.valueOf(violation.getMessage()), violation.reason());
    }

    /**
     * The stream ended (FIN).
     *
     * @return whether that is in order: after a CLOSE, or after the END of both sides. Otherwise the peer is
     *     {@linkplain #loss() lost}
     */
    public boolean onEndOfStream() {
        if (rules.isOrderlyEnd()) {
            return true;
        }
        lose(LossCause.PEER_CLOSED, "the stream ended without END or CLOSE", null);
        return false;
    }

    // ---- time

    /**
     * Ticks the heartbeat, and looks whether the peer's HELLO is overdue.
     *
     * @param nowNanos the time
     * @param reading as {@link Heartbeat#onTick} has it
     * @param writing as {@link Heartbeat#onTick} has it
     * @param written as {@link Heartbeat#onTick} has it
     */
    public void onTick(long nowNanos, boolean reading, boolean writing, long written) {
        if (rules.agreement().isPresent()) {
            heartbeat.onTick(nowNanos, reading, writing, written);
            return;
        }
        long tickNanos = heartbeat.config().tick().toNanos();
        boolean wasLate = nowNanos - heartbeat.dueNanos() > tickNanos;
        heartbeat.onTick(nowNanos, reading, writing, written);
        if (loss().isPresent()) {
            return;
        }
        if (!rules.isHelloOverdue(nowNanos)) {
            heartbeat.tickNoLaterThan(rules.helloDeadlineNanos());
        } else if (!helloSuspected || wasLate || !reading) {
            // As with silence: what may lie in the kernel's buffer gets one chance to be read.
            helloSuspected = true;
            heartbeat.tickNoLaterThan(nowNanos + tickNanos);
        } else {
            lose(LossCause.PROTOCOL, "no HELLO came within " + FrameOrder.HELLO_TIMEOUT, CloseReason.HELLO_TIMEOUT);
        }
    }

    // ---- to send

    /** No more DATA will be sent; {@link #write} has the END. */
    public void end() {
        endWanted = true;
    }

    /**
     * Ends the connection in order: {@link #write} has the CLOSE, after which the output may be closed. After the END of
     * both sides there is nothing left to say, and no CLOSE.
     *
     * @param reason told to the peer
     */
    public void close(CloseReason reason) {
        Objects.requireNonNull(reason, "reason");
        lose(LossCause.LOCAL_CLOSED, "closed here: " + reason.description(), rules.mayCloseOutput() ? null : reason);
    }

    /**
     * Writes the next control frame, if there is one to be sent and room for any: {@link FrameEncoder#CONTROL_FRAME_BYTES}.
     *
     * @param out written at its position
     * @return whether one was written; call it again then
     */
    public boolean write(ByteBuffer out) {
        if (out.remaining() < FrameEncoder.CONTROL_FRAME_BYTES || closeSent) {
            return false;
        }
        FrameEncoder encoder = new FrameEncoder(rules); // a field would cost every idle connection 16 bytes
        if (!helloSent) {
            helloSent = true;
            encoder.hello(out);
            heartbeat.onSent();
            return true;
        }
        switch (heartbeat.poll()) {
            case SEND_BEAT -> encoder.beat(out);
            case SEND_PONG -> encoder.pong(heartbeat.id(), out);
            case SEND_PING -> {
                encoder.ping(heartbeat.id(), out);
                pingQueued = true;
                heartbeat.onPingQueued();
            }
            case LOST -> {
                if (closing == null && heartbeat.isFlooded()) {
                    closing = CloseReason.TOO_MANY_PINGS;
                }
                return writeClose(out, encoder);
            }
            case NONE -> {
                return writeEnd(out, encoder);
            }
        }
        return true;
    }

    /** A peer that does not answer is not told either: nothing would leave. */
    private boolean writeClose(ByteBuffer out, FrameEncoder encoder) {
        closeSent = true;
        if (closing == null) {
            return false;
        }
        encoder.close(closing, out);
        return true;
    }

    private boolean writeEnd(ByteBuffer out, FrameEncoder encoder) {
        if (!endWanted || endSent) {
            return false;
        }
        endSent = true;
        encoder.end(out);
        heartbeat.onSent();
        return true;
    }

    /**
     * Whether a PING was written that {@link #onFlushed} has to be told of.
     *
     * @return false nearly always
     */
    public boolean isPingQueued() {
        return pingQueued;
    }

    /**
     * All that was written has left this process.
     *
     * @param nowNanos the time
     */
    public void onFlushed(long nowNanos) {
        if (pingQueued) {
            pingQueued = false;
            heartbeat.onPingWritten(nowNanos);
        }
    }

    // ---- the end

    /**
     * Why the connection is over.
     *
     * @return empty as long as it is not, and if it ended in order after both ENDs
     */
    public Optional<ConnectionLoss> loss() {
        return heartbeat.loss();
    }

    /**
     * Whether the connection is to be closed without waiting (a reset, {@code SO_LINGER} 0): it is lost, and there is
     * neither anything left that the peer should be told, nor any use in what waits to be sent.
     *
     * @return false as long as it is not lost; then true, unless one of the two sides closed it
     */
    public boolean closesWithReset() {
        return loss().isPresent()
                && closing == null
                && !heartbeat.isFlooded()
                && loss().get().cause() != LossCause.LOCAL_CLOSED
                && loss().get().cause() != LossCause.PEER_CLOSED;
    }

    private void lose(LossCause cause, String evidence, @Nullable CloseReason told) {
        if (heartbeat.onLost(new ConnectionLoss(cause, Confidence.HIGH, evidence))) {
            closing = told;
        }
    }

    /** What fits into a HELLO. */
    private static Duration wholeMillis(Duration duration) {
        return Duration.ofMillis(Math.max(FLOOR.toMillis(), Math.min(Integer.MAX_VALUE, duration.toMillis())));
    }
}

package io.keepalive.heartbeat.wire;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.HeartbeatAction;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a protocol that brings its own heartbeat: its {@link Heartbeat} and a {@link HeartbeatFormat}. Decides
 * which message is to be sent next, and carries no bytes of the application.
 *
 * <ul>
 *   <li>Received: {@link Heartbeat#onReceived} for everything that comes in, then {@link #read} for each message; or
 *       {@link #at} for callers that have parsed it already.
 *   <li>To send: {@link #next} after that and after a tick, at a border between two messages.
 * </ul>
 *
 * @param <M> a message, as its format has it
 * @since 0.1
 */
public final class MessageSession<M> extends HeartbeatSession implements HeartbeatFormat.Signals {
    /** Id of a PING sent instead of a BEAT; its PONG is ignored. */
    private static final long IGNORED_ID = 0;

    private final HeartbeatFormat<M> format;
    private long nowNanos;
    private boolean closeWritten;

    /**
     * A session on a connection whose way to the peer is free.
     *
     * @param config when to do what
     * @param format of the protocol
     * @param nowNanos the time
     */
    public MessageSession(HeartbeatConfig config, HeartbeatFormat<M> format, long nowNanos) {
        this(new Heartbeat(config, nowNanos), format);
        if (format.beatsAtStart()) {
            heartbeat.beatAtStart();
        }
    }

    /**
     * A session around a heartbeat that the caller has made, and for which it decides about {@link Heartbeat#beatAtStart}.
     *
     * @param heartbeat of the connection
     * @param format of the protocol
     */
    public MessageSession(Heartbeat heartbeat, HeartbeatFormat<M> format) {
        super(heartbeat);
        this.format = Objects.requireNonNull(format, "format");
        if (format.peersMustAnswer()) {
            heartbeat.peerMustAnswer();
        }
    }

    // ---- received

    /**
     * Reads a message, if it belongs to the heartbeat.
     *
     * @param message received
     * @param nowNanos the time
     * @return whether it is for the heartbeat alone, and the application must not see it
     */
    public boolean read(M message, long nowNanos) {
        return format.read(message, at(nowNanos));
    }

    /**
     * Where to report what was received.
     *
     * @param nowNanos the time
     * @return this
     */
    public HeartbeatFormat.Signals at(long nowNanos) {
        this.nowNanos = nowNanos;
        return this;
    }

    @Override
    public void onBeat() {
        heartbeat.onBeat();
    }

    @Override
    public void onPing(long id) {
        heartbeat.onPing(id, nowNanos);
        settle(nowNanos);
    }

    @Override
    public void onPong(long id) {
        heartbeat.onPong(id, nowNanos);
    }

    @Override
    public void onPong() {
        heartbeat.onPong(nowNanos);
    }

    @Override
    void onFin(long nowNanos) {
        heartbeat.onInputEnded(nowNanos); // half-closed: the application decides what follows
    }

    // ---- to send

    /**
     * The next message to send. Messages that the protocol lacks are left out; a PING takes the place of a BEAT.
     *
     * @return null if there is nothing to send
     */
    public @Nullable M next() {
        LingeringClose close = closing();
        if (close != null) {
            return close.isLingering() ? nextClose() : null;
        }
        while (true) {
            HeartbeatAction action = heartbeat.poll();
            M message = switch (action) {
                case SEND_BEAT -> beat();
                case SEND_PONG -> format.pong(heartbeat.id());
                case SEND_PING -> ping();
                case NONE, DEAD -> null;
            };
            if (message != null || action == HeartbeatAction.NONE || action == HeartbeatAction.DEAD) {
                return message;
            }
        }
    }

    private @Nullable M nextClose() {
        if (closeWritten) {
            return null;
        }
        closeWritten = true;
        return format.close();
    }

    private @Nullable M ping() {
        M ping = format.ping(heartbeat.id());
        if (ping != null) {
            heartbeat.onPingQueued();
        }
        return ping;
    }

    private @Nullable M beat() {
        M beat = format.beat();
        return beat != null ? beat : format.ping(IGNORED_ID);
    }

    @Override
    boolean peerCloses() {
        return false; // it may stream for ever
    }

    @Override
    boolean isCloseWritten(LingeringClose close) {
        return closeWritten;
    }

    // ---- the end

    /**
     * Closes the connection in order: behind all that was written, the close message of the protocol, if it has one; see
     * {@link LingeringClose}.
     *
     * @param nowNanos the time
     */
    public void close(long nowNanos) {
        linger(null, false, false, nowNanos);
    }
}

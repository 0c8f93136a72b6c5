package io.keepalive.heartbeat;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a protocol that brings its own heartbeat: its {@link Heartbeat} and a {@link HeartbeatFormat}, put
 * together. Decides which message is to be sent next, and carries no bytes of the application.
 *
 * <ul>
 *   <li>Received: {@link Heartbeat#onReceived} for everything that comes in, then {@link #read} for each message; or
 *       {@link #at} for whoever has parsed it already.
 *   <li>To send: {@link #next} after that and after a tick, at a border between two messages.
 * </ul>
 *
 * <p>Confined to one thread at a time, like its heartbeat.
 *
 * @param <M> a message, as its format has it
 * @since 0.1
 */
public final class MessageSession<M> implements HeartbeatFormat.Signals {
    /** Of a question that is sent in place of a beat, and whose answer nobody waits for. */
    private static final long NOBODY = 0;

    private final Heartbeat heartbeat;
    private final HeartbeatFormat<M> format;
    private long nowNanos;
    private boolean pingQueued;

    /**
     * Puts the two together.
     *
     * @param heartbeat of the connection
     * @param format of the protocol
     */
    public MessageSession(Heartbeat heartbeat, HeartbeatFormat<M> format) {
        this.heartbeat = Objects.requireNonNull(heartbeat, "heartbeat");
        this.format = Objects.requireNonNull(format, "format");
    }

    /**
     * The heartbeat, which is to be told of every read and every message sent, and put on a wheel.
     *
     * @return as given to the constructor
     */
    public Heartbeat heartbeat() {
        return heartbeat;
    }

    /**
     * Looks whether a received message belongs to the heartbeat.
     *
     * @param message received
     * @param nowNanos the time
     * @return whether it is for the heartbeat alone, and the application must not see it
     */
    public boolean read(M message, long nowNanos) {
        return format.read(message, at(nowNanos));
    }

    /**
     * Where to say what was received.
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
    }

    @Override
    public void onPong(long id) {
        heartbeat.onPong(id, nowNanos);
    }

    @Override
    public void onPong() {
        heartbeat.onPong(nowNanos);
    }

    /**
     * The next message to send. What the protocol has no words for is left out; a question takes the place of a beat.
     *
     * @return null if there is nothing to send, or the connection is {@linkplain Heartbeat#loss() lost}
     */
    public @Nullable M next() {
        while (true) {
            HeartbeatAction action = heartbeat.poll();
            M message = switch (action) {
                case SEND_BEAT -> beat();
                case SEND_PONG -> format.pong(heartbeat.id());
                case SEND_PING -> ping();
                case NONE, LOST -> null;
            };
            if (message != null || action == HeartbeatAction.NONE || action == HeartbeatAction.LOST) {
                return message;
            }
        }
    }

    private @Nullable M ping() {
        M ping = format.ping(heartbeat.id());
        if (ping != null) {
            pingQueued = true;
            heartbeat.onPingQueued();
        }
        return ping;
    }

    private @Nullable M beat() {
        M beat = format.beat();
        return beat != null ? beat : format.ping(NOBODY);
    }

    /**
     * Whether a question was given out that {@link #onFlushed} has to be told of.
     *
     * @return false nearly always
     */
    public boolean isPingQueued() {
        return pingQueued;
    }

    /**
     * All that was given out has left this process.
     *
     * @param nowNanos the time
     */
    public void onFlushed(long nowNanos) {
        if (pingQueued) {
            pingQueued = false;
            heartbeat.onPingWritten(nowNanos);
        }
    }
}

package io.keepalive.netty.heartbeat;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.HeartbeatAction;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatConfigBuilder;
import io.keepalive.heartbeat.HeartbeatEvent;
import io.keepalive.heartbeat.HeartbeatFormat;
import io.keepalive.heartbeat.wire.CloseReason;
import io.keepalive.heartbeat.wire.HeartbeatSession;
import io.keepalive.heartbeat.wire.MessageSession;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.timeout.IdleStateEvent;
import java.time.Duration;

/**
 * Fires the {@link IdleStateEvent}s of Netty's {@code IdleStateHandler}, for a pipeline that is to keep its own reaction to
 * them, without the false alarms: not after this process was stopped, not while the application does not read, not while
 * a large write makes progress.
 *
 * <ul>
 *   <li>READER_IDLE comes when nothing was received for {@code readerIdle}, up to a quarter of that later; and again for
 *       each such time.
 *   <li>WRITER_IDLE comes when nothing was written for {@code writerIdle}, up to half of that earlier: it is for sending
 *       something in time.
 *   <li>ALL_IDLE is {@link #all}'s: it comes when nothing was received or written, and no waiting bytes made progress, up to
 *       a quarter later.
 * </ul>
 *
 * <p>It does nothing else. A {@link HeartbeatHandler} would send BEATs and PINGs and report why a connection is dead.
 *
 * @since 0.1
 */
@SuppressWarnings("FutureReturnValueIgnored") // what is written has its promise
public final class IdleEventHandler extends HeartbeatInPipeline<HeartbeatSession> {
    private static final Duration NEVER = Duration.ofDays(1);
    private static final Duration LONGEST_PATIENCE = Duration.ofDays(365);

    /** Only silence and idleness matter: no message is a heartbeat. */
    private static final HeartbeatFormat<Object> NO_FORMAT = (message, signals) -> false;

    private final boolean reader;
    private final boolean writer;
    /** What is written counts as if it was received. */
    private final boolean all;

    private long writtenBefore;
    private boolean readSince = true;
    private boolean writtenSince = true;

    /**
     * A handler for one channel.
     *
     * @param readerIdle 40 ms to 1 day; zero for no such events
     * @param writerIdle 10 ms to 1 day; zero for no such events
     * @throws IllegalArgumentException if out of range
     */
    public IdleEventHandler(Duration readerIdle, Duration writerIdle) {
        this(readerIdle, writerIdle, false);
    }

    private IdleEventHandler(Duration readerIdle, Duration writerIdle, boolean all) {
        super(config(readerIdle, writerIdle));
        this.reader = !readerIdle.isZero();
        this.writer = !writerIdle.isZero();
        this.all = all;
    }

    /**
     * A handler for one channel that fires ALL_IDLE, and nothing else; another one may stand beside it.
     *
     * @param idle 40 ms to 1 day
     * @return a new handler
     * @throws IllegalArgumentException if out of range
     */
    public static IdleEventHandler all(Duration idle) {
        if (idle.isZero()) {
            throw new IllegalArgumentException("idle: 0 (expected: 40 ms to 1 day)");
        }
        return new IdleEventHandler(idle, Duration.ZERO, true);
    }

    /** A quarter until it is noticed, then all of it without a byte: never early. */
    private static HeartbeatConfig config(Duration readerIdle, Duration writerIdle) {
        HeartbeatConfigBuilder config = HeartbeatConfig.builder()
                .oneWay() // and never proven: what it misses is reported, and not fatal
                .maxMissedPongs(1)
                .jitterPercent(0)
                .readPauseTimeout(LONGEST_PATIENCE)
                .writeStallTimeout(LONGEST_PATIENCE)
                .pingIdle(NEVER)
                .pongTimeout(NEVER)
                .beatInterval(writerIdle.isZero() ? NEVER : writerIdle);
        return readerIdle.isZero()
                ? config.build()
                : config.pingIdle(readerIdle.dividedBy(4))
                        .pongTimeout(readerIdle)
                        .build();
    }

    @Override
    boolean beginClose(CloseReason reason, long nowNanos) {
        return false;
    }

    @Override
    boolean writesBytes() {
        return false;
    }

    @Override
    HeartbeatSession newSession(long nowNanos) {
        return new MessageSession<>(new Heartbeat(config, nowNanos), NO_FORMAT);
    }

    @Override
    void fireEvents() {
        for (HeartbeatEvent event = heartbeat().pollEvent();
                event != null;
                event = heartbeat().pollEvent()) {
            if (event instanceof HeartbeatEvent.PongMissed) {
                onSilence();
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        onActivity();
        passedOn();
        ctx.fireChannelRead(message);
    }

    private void onActivity() {
        if (hasBegun()) {
            heartbeat().onReceived();
        }
        readSince = true;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (hasBegun()) {
            heartbeat().onSent();
        }
        if (all) {
            onActivity();
        }
        writtenSince = true;
        ctx.write(message, promise);
    }

    @Override
    void onTick(long nowNanos, boolean reading, boolean writing, long written) {
        if (all && writing && written != writtenBefore) {
            writtenBefore = written;
            onActivity();
        }
        super.onTick(nowNanos, reading, writing, written);
    }

    @Override
    boolean writeDue(ChannelHandlerContext ctx) {
        for (HeartbeatAction action = heartbeat().poll();
                action == HeartbeatAction.SEND_BEAT;
                action = heartbeat().poll()) {
            if (writer) {
                boolean first = writtenSince;
                writtenSince = false;
                ctx.fireUserEventTriggered(
                        first ? IdleStateEvent.FIRST_WRITER_IDLE_STATE_EVENT : IdleStateEvent.WRITER_IDLE_STATE_EVENT);
            }
        }
        return false;
    }

    private void onSilence() {
        boolean first = readSince;
        readSince = false;
        if (all) {
            fire(first ? IdleStateEvent.FIRST_ALL_IDLE_STATE_EVENT : IdleStateEvent.ALL_IDLE_STATE_EVENT);
        } else if (reader) {
            fire(first ? IdleStateEvent.FIRST_READER_IDLE_STATE_EVENT : IdleStateEvent.READER_IDLE_STATE_EVENT);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
        ctx.fireExceptionCaught(thrown);
    }
}

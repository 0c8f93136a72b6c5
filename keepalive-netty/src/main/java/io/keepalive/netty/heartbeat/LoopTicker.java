package io.keepalive.netty.heartbeat;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatWheel;
import io.keepalive.heartbeat.wire.HeartbeatProtocol;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ticks all the heartbeats of one event loop: a wheel, and one scheduled task that is there only while the wheel has
 * something to do. A scheduled task, since only between two of those a loop is sure to have looked at its sockets.
 *
 * <p>There is one for each resolution that the loop's configurations ask for, nearly always one. Confined to its loop.
 */
final class LoopTicker implements Runnable, HeartbeatWheel.Ticker<HeartbeatInPipeline<?>> {
    /**
     * Of the loops that a thread runs: one, but for embedded ones. They end with the thread, since a loop that is shut down
     * does not always notify its channels.
     */
    private static final FastThreadLocal<Map<Key, LoopTicker>> TICKERS = new FastThreadLocal<>() {
        @Override
        protected Map<Key, LoopTicker> initialValue() {
            return new HashMap<>();
        }
    };

    private record Key(EventExecutor loop, Duration resolution) {}

    private final Key key;
    private final HeartbeatWheel<HeartbeatInPipeline<?>> wheel;
    /** What the channels of one configuration share; gone with the last of this loop. */
    private final Map<HeartbeatConfig, HeartbeatProtocol> protocols = new HashMap<>();

    private @Nullable Future<?> task;
    private long taskNanos;
    private boolean running;

    private LoopTicker(Key key) {
        this.key = key;
        this.wheel = new HeartbeatWheel<>(key.resolution(), this, nanoTime());
    }

    /**
     * The ticker of a loop, called by it.
     *
     * @param loop the loop that the calling thread belongs to
     * @param config of the heartbeat that will be added
     */
    static LoopTicker of(EventExecutor loop, HeartbeatConfig config) {
        return TICKERS.get().computeIfAbsent(new Key(loop, resolution(config)), LoopTicker::new);
    }

    /** A power of two, which is what a wheel rounds it to: configurations that differ little share one. */
    private static Duration resolution(HeartbeatConfig config) {
        return Duration.ofNanos(Long.highestOneBit(config.resolution().toNanos()));
    }

    /** How many there are in the loops of this thread. */
    static int count() {
        return TICKERS.get().size();
    }

    long nanoTime() {
        return LoopClock.nanoTime(key.loop());
    }

    HeartbeatProtocol protocol(HeartbeatConfig config) {
        return protocols.computeIfAbsent(config, HeartbeatProtocol::of);
    }

    void add(HeartbeatInPipeline<?> handler) {
        TICKERS.get().putIfAbsent(key, this); // it may have been empty for a moment
        wheel.add(handler.heartbeat(), handler);
        arm();
    }

    void remove(Heartbeat heartbeat) {
        wheel.remove(heartbeat);
        if (wheel.size() == 0) {
            TICKERS.get().remove(key, this);
            protocols.clear();
            disarm();
        }
    }

    @Override
    public void tick(HeartbeatInPipeline<?> handler, long nowNanos) {
        handler.tick(nowNanos);
    }

    @Override
    public void onDueEarlier(long dueNanos) {
        if (task == null || dueNanos - taskNanos < 0) {
            arm();
        }
    }

    @Override
    public void run() {
        task = null;
        running = true;
        try {
            wheel.advance(nanoTime());
        } finally {
            running = false;
            arm();
        }
    }

    private void arm() {
        if (running || wheel.size() == 0) {
            return;
        }
        long nowNanos = nanoTime();
        long delayNanos = wheel.nanosToNext(nowNanos);
        long nextNanos = nowNanos + delayNanos;
        if (task == null || nextNanos - taskNanos < 0) {
            disarm();
            taskNanos = nextNanos;
            task = key.loop().schedule(this, delayNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void disarm() {
        if (task != null) {
            task.cancel(false);
            task = null;
        }
    }
}

package io.keepalive.heartbeat;

import io.keepalive.internal.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One heartbeat, driven by hand, and all that came of it as text: {@code "30s SEND_PING"}. Ticks come at their time and
 * PINGs leave at once unless set otherwise. Nothing is received by itself.
 */
final class Timeline {
    final Heartbeat heartbeat;
    boolean reading = true;
    boolean writing;
    /** What the kernel says that the peer acknowledged. */
    long acked;

    boolean asksKernel = true;
    long written;
    /** Whether it reports that a PING has left as soon as it is polled. */
    boolean tellsWritten = true;

    private final long originNanos;
    private long nanos;
    private long deathNanos = -1;
    private List<String> log = new ArrayList<>();

    Timeline(HeartbeatConfig config) {
        this(config, 1, 0);
    }

    Timeline(HeartbeatConfig config, long seed, long originNanos) {
        this.originNanos = originNanos;
        this.heartbeat = new Heartbeat(config, seed, originNanos);
    }

    /** 30 s / 10 s / 3, a beat each 15 s, no jitter; the peer is known to know heartbeats. A tick is 1 s. */
    static HeartbeatConfigBuilder plain() {
        return HeartbeatConfig.builder().jitterPercent(0).requireHeartbeats();
    }

    static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    long clock() {
        return originNanos + nanos;
    }

    Duration elapsed() {
        return Duration.ofNanos(nanos);
    }

    Duration due() {
        return Duration.ofNanos(heartbeat.dueNanos() - originNanos);
    }

    /** All ticks up to this time, itself included; then it is this time. Returns {@link #news}. */
    List<String> to(double seconds) {
        advance(seconds);
        return news();
    }

    /** As {@link #to}, leaving the news to be asked for. */
    void advance(double seconds) {
        long untilNanos = seconds(seconds).toNanos();
        while (heartbeat.loss().isEmpty() && due().toNanos() <= untilNanos) {
            nanos = Math.max(nanos, due().toNanos());
            tick();
        }
        if (heartbeat.loss().isPresent() && deathNanos < 0) {
            deathNanos = nanos;
        }
        nanos = Math.max(nanos, untilNanos);
    }

    /** When the heartbeat was found dead by {@link #advance}. */
    Duration deathAfter() {
        return Duration.ofNanos(deathNanos);
    }

    /** The process does nothing up to this time; then it ticks, before it reads. */
    List<String> stoppedTo(double seconds) {
        nanos = seconds(seconds).toNanos();
        tick();
        return news();
    }

    /** As {@link #to}, with each tick late. */
    List<String> lateTo(double seconds, Duration late) {
        long untilNanos = seconds(seconds).toNanos();
        while (heartbeat.loss().isEmpty() && due().plus(late).toNanos() <= untilNanos) {
            nanos = due().plus(late).toNanos();
            tick();
        }
        return news();
    }

    /** A tick now, due or not. */
    void tick() {
        heartbeat.onTick(clock(), reading, writing, written);
        if (asksKernel && heartbeat.isWriteWaiting()) {
            heartbeat.onWriteProgress(acked, clock());
        }
        drain();
        poll();
    }

    /** Does what is to be done. */
    void poll() {
        for (HeartbeatAction action = heartbeat.poll(); action != HeartbeatAction.NONE; action = heartbeat.poll()) {
            note(
                    action == HeartbeatAction.DEAD
                            ? "DEAD " + heartbeat.loss().orElseThrow().cause()
                            : action.toString());
            if (action == HeartbeatAction.SEND_PING && tellsWritten) {
                heartbeat.onPingWritten(clock());
            }
        }
    }

    /** A byte of whatever. */
    void received() {
        heartbeat.onReceived();
    }

    /** The PONG for the PING polled last. */
    void ponged() {
        heartbeat.onReceived();
        heartbeat.onPong(heartbeat.id(), clock());
        drain();
    }

    /** A PING of the peer. */
    void pinged(long id) {
        heartbeat.onReceived();
        heartbeat.onPing(id, clock());
    }

    /** What was new since the last call. */
    List<String> news() {
        drain();
        List<String> news = log;
        log = new ArrayList<>();
        return news;
    }

    void note(String what) {
        log.add(DurationText.format(elapsed()) + " " + what);
    }

    /** Notes the events that wait. */
    void drain() {
        for (HeartbeatEvent event = heartbeat.pollEvent(); event != null; event = heartbeat.pollEvent()) {
            if (event instanceof HeartbeatEvent.RoundTrip rtt) {
                note("round trip " + DurationText.format(rtt.last()));
            } else if (event instanceof HeartbeatEvent.PongMissed missed) {
                note("missed " + missed.missedPongs());
            } else if (event instanceof HeartbeatEvent.Recovered recovered) {
                note("recovered after " + recovered.missedPongs());
            } else if (event instanceof HeartbeatEvent.LocalPause pause) {
                note("local pause " + DurationText.format(pause.late()));
            } else if (event instanceof HeartbeatEvent.PeerUnresponsive unresponsive) {
                note("unresponsive after " + unresponsive.missedPongs());
            } else {
                note("peer supports heartbeats");
            }
        }
    }
}

package io.keepalive.micrometer;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.HeartbeatAction;
import io.keepalive.heartbeat.HeartbeatConfig;
import java.time.Duration;

/** A heartbeat in virtual time. */
final class Conversation {
    private final Heartbeat heartbeat = new Heartbeat(HeartbeatConfig.defaults(), 1, 0);
    private long nowNanos;

    Conversation() {
        heartbeat.onBeat();
    }

    void pingAnsweredAfter(Duration rtt) {
        long id = ping();
        heartbeat.onPingWritten(nowNanos);
        nowNanos += rtt.toNanos();
        heartbeat.onReceived();
        heartbeat.onPong(id, nowNanos);
    }

    void pingUnanswered() {
        ping();
        heartbeat.onPingWritten(nowNanos);
        tickUntil(nowNanos + HeartbeatConfig.defaults().pongTimeout().toNanos() * 5 / 4);
    }

    void pause(Duration pause) {
        tickUntil(nowNanos + Duration.ofSeconds(5).toNanos());
        nowNanos = heartbeat.dueNanos() + pause.toNanos();
        heartbeat.onTick(nowNanos, true, false, 0);
    }

    private long ping() {
        heartbeat.pingNow(Duration.ofSeconds(5), nowNanos);
        for (int i = 0; i < 10; i++) {
            HeartbeatAction action = heartbeat.poll();
            if (action == HeartbeatAction.SEND_PING) {
                return heartbeat.id();
            }
        }
        throw new AssertionError("no PING");
    }

    private void tickUntil(long nanos) {
        while (heartbeat.dueNanos() <= nanos) {
            nowNanos = Math.max(nowNanos, heartbeat.dueNanos());
            heartbeat.onTick(nowNanos, true, false, 0);
        }
        nowNanos = nanos;
    }
}

package io.keepalive.heartbeat;

import java.time.Duration;

/** The owner of a heartbeat on a wheel. */
interface Ticked {
    Heartbeat heartbeat();

    void tick(long nowNanos);

    static HeartbeatWheel<Ticked> wheel(Duration resolution, long nowNanos) {
        return new HeartbeatWheel<>(resolution, Ticked::tick, nowNanos);
    }

    static HeartbeatTimer<Ticked> timer(String name) {
        return new HeartbeatTimer<>(name, Duration.ofMillis(5), Ticked::tick);
    }
}

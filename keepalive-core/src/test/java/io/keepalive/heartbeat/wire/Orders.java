package io.keepalive.heartbeat.wire;

import io.keepalive.heartbeat.HeartbeatConfig;

/** Orders of frames without a session. */
final class Orders {
    private Orders() {}

    static FrameOrder of(Hello hello, long nowNanos) {
        return new FrameOrder(HeartbeatProtocol.of(HeartbeatConfig.defaults(), hello), nowNanos);
    }
}

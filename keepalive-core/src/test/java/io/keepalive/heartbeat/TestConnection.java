package io.keepalive.heartbeat;

import java.util.function.LongConsumer;

/** Does at each tick what a test likes. */
record TestConnection(Heartbeat heartbeat, LongConsumer onTick) implements HeartbeatWheel.Connection {
    @Override
    public void tick(long nowNanos) {
        onTick.accept(nowNanos);
    }
}

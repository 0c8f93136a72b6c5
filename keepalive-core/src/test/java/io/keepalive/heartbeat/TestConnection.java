package io.keepalive.heartbeat;

import java.util.function.LongConsumer;

/** A connection that does at each tick what a test likes. */
record TestConnection(Heartbeat heartbeat, LongConsumer onTick) implements Ticked {
    @Override
    public void tick(long nowNanos) {
        onTick.accept(nowNanos);
    }
}

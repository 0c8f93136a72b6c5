package io.keepalive.cli.relay.io;

import io.keepalive.cli.relay.engine.Side;
import io.keepalive.cli.relay.io.Connection.End;
import io.keepalive.heartbeat.wire.HeartbeatProtocol;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.nio.HeartbeatLoop;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.Set;
import java.util.function.BiConsumer;

/** The heartbeats of one loop's legs to other relays. Confined to the loop's thread. */
final class HeartbeatLegs {
    /** How long the loop goes on at its end for closes that wait for the peer's FIN. */
    private static final Duration LAST_CLOSES = Duration.ofSeconds(1);

    private final Set<Side> framed;
    private final HeartbeatLoop loop;
    private final HeartbeatLoop.LossHandler onLost;

    /**
     * Heartbeats on the legs to these sides.
     *
     * @param onLost gets the legs that are lost otherwise than in a call on them
     */
    HeartbeatLegs(
            Set<Side> framed, HeartbeatProtocol protocol, BiConsumer<? super End, ConnectionLostException> onLost) {
        this.framed = framed;
        this.loop = new HeartbeatLoop(protocol, (channel, event) -> {});
        this.onLost = (channel, lost) -> onLost.accept((End) channel.key().attachment(), lost);
    }

    /** Starts heartbeats on a connected leg, if it leads to another relay. */
    void start(End end) throws IOException {
        SelectionKey key = end.key;
        if (key != null && framed.contains(end.side)) {
            key.interestOps(0);
            end.leg = new HeartbeatLeg(loop.add(key));
        }
    }

    /** How long to select at most; 0 is for ever. */
    long timeoutMillis() {
        return loop.timeoutMillis();
    }

    /** Sends what is due, finds dead peers, carries on closes. After everything selected was read. */
    void tick() {
        loop.tick(onLost);
    }

    /** Completes the closes under way, within a limit. */
    void finish() {
        try {
            loop.awaitClosed(LAST_CLOSES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

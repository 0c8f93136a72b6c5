package io.keepalive.cli.relay.io;

import io.keepalive.cli.relay.engine.Side;
import io.keepalive.cli.relay.io.Connection.End;
import io.keepalive.cli.relay.tls.TlsBuffers;
import io.keepalive.cli.relay.tls.TlsChannel;
import io.keepalive.cli.relay.tls.TlsContext;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.nio.HeartbeatLoop;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The heartbeats of one loop's legs to other relays. Confined to the loop's thread. */
final class HeartbeatLegs {
    /** How long the loop goes on at its end for closes that wait for the peer's FIN. */
    private static final Duration LAST_CLOSES = Duration.ofSeconds(1);

    private final Set<Side> framed;
    private final @Nullable TlsContext tls;
    private final TlsBuffers buffers = new TlsBuffers();
    private final HeartbeatLoop loop;
    private final HeartbeatLoop.LossHandler onLost;

    /**
     * Heartbeats on legs to other relays.
     *
     * @param onLost gets the legs that are lost otherwise than in a call on them
     */
    HeartbeatLegs(Framing framing, BiConsumer<? super End, ConnectionLostException> onLost) {
        this.framed = framing.sides();
        this.tls = framing.tls();
        this.loop = new HeartbeatLoop(framing.protocol(), (channel, event) -> {});
        this.onLost = (channel, lost) -> onLost.accept((End) channel.key().attachment(), lost);
    }

    /**
     * Puts TLS on a connected leg, if it leads to another relay and is to be encrypted.
     *
     * @return whether a handshake is to follow
     */
    boolean encrypt(End end) {
        SelectionKey key = end.key;
        if (key == null || tls == null || !framed.contains(end.side)) {
            return false;
        }
        TlsChannel channel = new TlsChannel(tls, key, buffers, end.side == Side.TARGET);
        end.tls = channel;
        end.key = channel.key();
        return true;
    }

    /** Starts heartbeats on a connected leg, if it leads to another relay. Behind the TLS handshake. */
    void start(End end) throws IOException {
        SelectionKey key = end.key;
        if (key != null && framed.contains(end.side)) {
            key.interestOps(0);
            end.leg = new HeartbeatLeg(loop.add(key), end.leg().channel(), end.tls);
        }
    }

    /** How long to select at most; 0 for no limit. */
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

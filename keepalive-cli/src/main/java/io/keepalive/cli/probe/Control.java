package io.keepalive.cli.probe;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A fresh connection that must work before a death is believed. */
final class Control {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private @Nullable SocketChannel channel;
    private long startedAt;
    private boolean started;
    private boolean worked;
    private long workedAt;

    void start(Selector selector, InetSocketAddress target, long now) throws IOException {
        started = true;
        startedAt = now;
        channel = SocketChannel.open();
        channel.configureBlocking(false);
        if (channel.connect(target)) {
            onConnected(now);
        } else {
            channel.register(selector, SelectionKey.OP_CONNECT, this);
        }
    }

    /** The selector reports that the attempt has ended. */
    void onReady(long now) throws NetworkLostException {
        try {
            if (channel != null && channel.finishConnect()) {
                onConnected(now);
            }
        } catch (IOException e) {
            close();
            throw new NetworkLostException("a fresh connection fails: " + e.getMessage());
        }
    }

    /** Fails if it takes too long. */
    void onTick(long now) throws NetworkLostException {
        if (started && !worked && now - startedAt > PATIENCE_NANOS) {
            close();
            throw new NetworkLostException("a fresh connection is not answered within "
                    + TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NANOS) + " s");
        }
    }

    boolean isStarted() {
        return started;
    }

    boolean hasWorked() {
        return worked;
    }

    long workedAtNanos() {
        return workedAt;
    }

    void close() {
        Channels.close(channel);
    }

    private void onConnected(long now) {
        worked = true;
        workedAt = now;
        close();
    }
}

package io.keepalive.cli.relay.io;

import io.keepalive.cli.relay.tls.TlsChannel;
import io.keepalive.nio.HeartbeatChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The leg to another relay, in the heartbeat protocol: END stands for the FIN, and a stream that ends without one for a
 * reset, so that a proxy between the relays can't turn a reset into a regular end.
 */
final class HeartbeatLeg implements Leg {
    private final HeartbeatChannel heartbeats;
    private final SocketChannel channel;

    /** Between the frames and the TCP connection; null without TLS. */
    private final @Nullable TlsChannel tls;

    /** Kept, because a lost channel is closed before its end is reported. */
    private final @Nullable SocketAddress remote;

    HeartbeatLeg(HeartbeatChannel heartbeats, SocketChannel channel, @Nullable TlsChannel tls) throws IOException {
        this.heartbeats = heartbeats;
        this.channel = channel;
        this.tls = tls;
        this.remote = channel.getRemoteAddress();
    }

    @Override
    public SocketChannel channel() {
        return channel;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return heartbeats.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return heartbeats.write(source);
    }

    @Override
    public boolean shutOutput() throws IOException {
        heartbeats.end();
        return heartbeats.flush(); // END has left when nothing waits
    }

    @Override
    public boolean isInputEnded() {
        return heartbeats.isInputEnded();
    }

    @Override
    public boolean hasBuffered() {
        return tls != null && tls.hasBuffered();
    }

    @Override
    public void flush() throws IOException {
        if (tls != null) {
            tls.flush();
        }
        heartbeats.flush();
    }

    @Override
    public boolean switchesWriteInterest() {
        return true;
    }

    @Override
    public @Nullable SocketAddress remoteAddress() {
        return remote;
    }

    /** The loop of the heartbeats does the rest: it reads beats until the peer's FIN, so that the kernel sends no reset. */
    @Override
    public void close() {
        heartbeats.close();
    }

    @Override
    public void reset() {
        heartbeats.abort();
    }
}

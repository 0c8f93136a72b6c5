package io.keepalive.nio;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.wire.ConnectionEnd;
import io.keepalive.heartbeat.wire.HeartbeatSession;
import io.keepalive.heartbeat.wire.LingeringClose;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import io.keepalive.loss.TcpInfo;
import io.keepalive.socket.KeepAliveStatistics;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of a {@link HeartbeatLoop}. Confined to the loop's thread.
 *
 * <p>Once it is lost, every call that would read or write throws a {@link ConnectionLostException} with the same cause.
 *
 * @since 0.1
 */
public abstract sealed class LoopChannel implements Channel permits HeartbeatChannel, MessageChannel {
    private static final Logger LOG = LoggerFactory.getLogger(LoopChannel.class);

    /** A peer that sends without end keeps the loop for so many reads at most. */
    private static final int DISCARDED_A_TURN = 16;

    final HeartbeatLoop loop;
    final SocketChannel socket;
    final Outbox out;
    private final SelectionKey key;
    private final HeartbeatSession session;
    private final Heartbeat heartbeat;
    private @Nullable Ending ending;

    LoopChannel(HeartbeatLoop loop, SelectionKey key, HeartbeatSession session) {
        this.loop = loop;
        this.key = key;
        this.socket = (SocketChannel) key.channel();
        this.out = new Outbox(key, loop.pool);
        this.session = session;
        this.heartbeat = session.heartbeat();
    }

    /**
     * The key that it was added with.
     *
     * @return with the application's attachment
     */
    public SelectionKey key() {
        return key;
    }

    /**
     * The heartbeat, to be asked for round-trip times, missedPongs and the like. Its inputs are the adapter's.
     *
     * @return the same for ever
     */
    public Heartbeat heartbeat() {
        return heartbeat;
    }

    /**
     * Why the connection is lost.
     *
     * @return empty if it is not; {@link LossCause#LOCAL_CLOSED} after {@link #close}
     */
    public Optional<ConnectionLoss> loss() {
        return session.loss().or(() -> Optional.ofNullable(ending).map(Ending::loss));
    }

    /**
     * Asks the peer at once: {@link Heartbeat#pingNow}. The verdict comes with a later {@link HeartbeatLoop#tick}.
     *
     * @param within how long it may take to answer; more than 0
     * @throws ConnectionLostException if the connection is lost
     * @throws IllegalArgumentException if out of range
     */
    public void pingNow(Duration within) throws ConnectionLostException {
        requireAlive();
        long nowNanos = System.nanoTime();
        heartbeat.pingNow(within, nowNanos);
        try {
            sendDue(nowNanos);
        } catch (IOException e) {
            throw fail(e);
        }
    }

    /**
     * Writes what waits; to be called when the key is writable.
     *
     * @return whether nothing waits any more: then more can be written
     * @throws ConnectionLostException if the connection is lost
     */
    public boolean flush() throws ConnectionLostException {
        requireAlive();
        if (out.isEmpty()) {
            out.clearInterest();
            return true;
        }
        try {
            return flushed(System.nanoTime());
        } catch (IOException e) {
            throw fail(e);
        }
    }

    /** Resets the connection at once: nothing that waits is sent. Idempotent. */
    public void abort() {
        if (ending == null) {
            session.abort(System.nanoTime());
            end(null);
        } else if (session.closing() != null && !session.closing().isClosed()) {
            session.abort(System.nanoTime());
            carryOn(System.nanoTime());
        }
    }

    @Override
    public boolean isOpen() {
        return ending == null && socket.isOpen();
    }

    final void tick(long nowNanos) {
        if (!key.isValid()) {
            release(); // closed by the application below us
            return;
        }
        if (ending != null) {
            session.onTick(nowNanos, true, !out.isEmpty(), out.progress());
            carryOn(nowNanos);
            return;
        }
        try {
            // A channel may take a little long before the selector calls it writable: that is progress, too.
            boolean waited = !out.isEmpty();
            if (flushed(nowNanos) && waited) {
                out.setInterest(); // the application waits for OP_WRITE to write the rest
            }
            boolean reading = (key.interestOps() & SelectionKey.OP_READ) != 0;
            session.onTick(nowNanos, reading, !out.isEmpty(), out.progress());
            if (heartbeat.isWriteWaiting()) {
                TcpInfo.of(socket)
                        .map(TcpInfo::ackedBytes)
                        .orElse(OptionalLong.empty())
                        .ifPresent(acked -> heartbeat.onWriteProgress(acked, nowNanos));
            }
            sendDue(nowNanos);
        } catch (IOException e) {
            loop.lost(this, fail(e));
            return;
        }
        loop.deliverEvents(this);
        if (session.loss().isPresent() && ending == null) {
            loop.lost(this, end(null));
        }
    }

    private boolean flushed(long nowNanos) throws IOException {
        if (out.isEmpty()) {
            return true;
        }
        if (!out.flush()) {
            return false;
        }
        onFlushed(nowNanos);
        sendDue(nowNanos); // what had no room before
        return out.isEmpty();
    }

    /** Reads from the socket; a loss ends the connection. */
    final int receive(ByteBuffer target) throws ConnectionLostException {
        try {
            int count = socket.read(target);
            if (count > 0) {
                heartbeat.onReceived();
            }
            return count;
        } catch (IOException e) {
            throw fail(e);
        }
    }

    /** The same for several frames at once. */
    final int receive(FrameVector frames) throws ConnectionLostException {
        try {
            int count = (int) frames.readFrom(socket);
            if (count > 0) {
                heartbeat.onReceived();
            }
            return count;
        } catch (IOException e) {
            throw fail(e);
        }
    }

    final void requireAlive() throws ConnectionLostException {
        if (ending != null) {
            throw ending.exception();
        }
        if (session.loss().isPresent()) {
            throw end(null); // found by an earlier call that had DATA to return
        }
    }

    /** The connection ends because a call on it failed. */
    final ConnectionLostException fail(IOException thrown) {
        if (ending != null) {
            return ending.exception();
        }
        session.fail(ConnectionLoss.orUnknown(ConnectionLoss.of(thrown, socket), thrown), System.nanoTime());
        return end(thrown);
    }

    /** The connection ends; its session knows why. */
    final ConnectionLostException end(@Nullable IOException thrown) {
        long nowNanos = System.nanoTime();
        ending = Ending.of(session, thrown, nowNanos);
        report();
        linger(nowNanos);
        return ending.exception();
    }

    /** This side closes in order: what was accepted for writing leaves, then the close, and the loop does the rest. */
    final void beginClose(long nowNanos) {
        ending = Ending.closedHere(session, nowNanos);
        linger(nowNanos);
    }

    private void report() {
        ConnectionEnd over = session.pollEnd();
        if (over != null) {
            ConnectionLostException lost = over.exception(null);
            LOG.debug("{} {}", socket, lost.getMessage());
            if (over.isLoss()) {
                KeepAliveStatistics.get().connectionLost(lost);
            }
        }
    }

    private void linger(long nowNanos) {
        LingeringClose close = session.closing();
        if (close != null && close.isLingering() && key.isValid()) {
            loop.linger(this);
        }
        carryOn(nowNanos);
    }

    /**
     * Carries a close on: flushes, shuts the output, reads and discards until the peer's FIN. The application is not to be
     * bothered with the key any more.
     */
    final void carryOn(long nowNanos) {
        try {
            if (key.isValid() && session.closing() != null && !session.closing().isClosed()) {
                if (out.flush()) {
                    sendDue(nowNanos);
                }
                discard(nowNanos);
                if (key.isValid()) {
                    key.interestOps(0);
                }
            }
        } catch (IOException e) {
            session.fail(ConnectionLoss.orUnknown(ConnectionLoss.of(e, socket), e), nowNanos);
        }
        report();
        LingeringClose close = session.closing();
        if (close == null || close.isClosed() || !key.isValid()) {
            ConnectionEnd over = session.end();
            closeSocket(over != null && over.resets());
        }
    }

    private void discard(long nowNanos) throws IOException {
        ByteBuffer scratch = loop.discarded;
        for (int turn = 0; turn < DISCARDED_A_TURN; turn++) {
            int count = socket.read(scratch.clear());
            if (count < 0) {
                session.onInputEnded(nowNanos);
            }
            if (count <= 0) {
                return;
            }
            session.onDiscarded(nowNanos);
        }
    }

    /** All that was written has left: a PING, and a close. */
    final void flushedAll(long nowNanos) throws IOException {
        if (session.isPingQueued() || session.closing() != null) {
            session.onFlushed(nowNanos);
        }
        if (session.pollClose() == LingeringClose.Action.SHUT_OUTPUT) {
            socket.shutdownOutput();
        }
    }

    private void closeSocket(boolean hard) {
        release();
        try {
            if (hard) {
                // Or the kernel would go on for a quarter of an hour to send what is not read.
                socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException e) {
            LOG.trace("no hard close", e);
        }
        try {
            socket.close();
        } catch (IOException e) {
            LOG.trace("the descriptor is gone all the same", e);
        }
    }

    /** Nothing is ticked, and nothing waits any more. */
    final void release() {
        loop.forget(this);
        out.release();
    }

    final boolean isEnded() {
        return ending != null;
    }

    /** Writes the control messages that are due. */
    abstract void sendDue(long nowNanos) throws IOException;

    /** Nothing waits any more. */
    abstract void onFlushed(long nowNanos) throws IOException;
}

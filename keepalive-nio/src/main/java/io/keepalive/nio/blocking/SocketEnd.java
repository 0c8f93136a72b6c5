package io.keepalive.nio.blocking;

import io.keepalive.heartbeat.wire.ConnectionEnd;
import io.keepalive.heartbeat.wire.FrameSession;
import io.keepalive.heartbeat.wire.LingeringClose;
import io.keepalive.internal.HardClose;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import io.keepalive.nio.Ending;
import io.keepalive.socket.KeepAliveStatistics;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a blocking connection ends: once, for a reason that is recorded before anything is closed, and that every later call
 * throws. What is done with the socket, and when, is the session's decision ({@link LingeringClose}); this class carries it
 * out, on threads that may block.
 */
final class SocketEnd {
    private static final Logger LOG = LoggerFactory.getLogger(HeartbeatSocket.class);

    /** How long a {@code close()} of the socket may take, TLS's close_notify included, before a reset frees it. */
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);

    private static final int DISCARD_BYTES = 8 * 1024;

    /** The kernel reports an error once; the next call gets a broken pipe or an end. So long the first may take to look. */
    private static final Duration FIRST_TOLD_WITHIN = Duration.ofMillis(500);

    private final BlockingConnection link;
    private final BlockingHeartbeats owner;
    private final Socket socket;
    private final FrameSession session;
    private final StateLock state;
    private final HardClose hardClose;
    private final CountDownLatch recorded = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Ending ending;
    /** By when the socket has to be closed, from the moment at which that was ordered. */
    private volatile long closeByNanos;

    private volatile boolean isCloseOrdered;
    /** The close was stuck, and is being freed; on the timer's thread. */
    private boolean isFreed;
    /** A thread has got an error that says why. */
    private volatile boolean isBeingTold;

    SocketEnd(BlockingConnection link, BlockingHeartbeats owner, FrameSession session, StateLock state) {
        this.link = link;
        this.owner = owner;
        this.socket = link.socket();
        this.session = session;
        this.state = state;
        this.hardClose = HardClose.of(socket);
    }

    boolean isThere() {
        return ending != null;
    }

    /** Whether the socket is closed, or about to be: nothing more can be written. */
    boolean isCloseOrdered() {
        return isCloseOrdered;
    }

    /** The session's word is the last one, which a close gets when it is complete. */
    Optional<ConnectionLoss> loss() {
        state.lock();
        try {
            return session.loss().or(() -> Optional.ofNullable(ending).map(Ending::loss));
        } finally {
            state.unlock();
        }
    }

    void requireNone() throws ConnectionLostException {
        if (ending != null) {
            throw lost();
        }
    }

    private ConnectionLostException lost() {
        Ending how = ending;
        if (how == null) {
            throw new IllegalStateException("lost: " + socket + " is not");
        }
        return how.exception();
    }

    // ---- how it comes

    /** The connection ends because a call on the socket failed; unless it has ended, and that is why the call failed. */
    ConnectionLostException because(IOException thrown) {
        if (ending == null) {
            if (ConnectionLoss.of(thrown).map(ConnectionLoss::cause).orElse(LossCause.UNKNOWN) != LossCause.UNKNOWN) {
                isBeingTold = true;
            }
            ConnectionLoss loss = ConnectionLoss.orUnknown(ConnectionLoss.of(thrown, socket), thrown);
            awaitFirstReported(loss);
            fail(loss);
        } else {
            transportFailed(thrown);
        }
        return finish(thrown);
    }

    /** What is left of the connection is a close under way, which has no transport any more. */
    private void transportFailed(IOException thrown) {
        fail(ConnectionLoss.orUnknown(ConnectionLoss.of(thrown, socket), thrown));
        carryOn();
    }

    private void fail(ConnectionLoss loss) {
        state.lock();
        try {
            session.fail(loss, System.nanoTime());
        } finally {
            state.unlock();
        }
    }

    /** If this is only what is left of an error that another thread was told: until that thread has recorded it. */
    void awaitFirstReported(ConnectionLoss loss) {
        if (loss.cause() == LossCause.UNKNOWN) {
            try {
                boolean told = recorded.await(FIRST_TOLD_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
                if (!told && isBeingTold) {
                    // It looks at what the kernel knows, which takes a while among thousands of connections.
                    recorded.await(10 * FIRST_TOLD_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The connection ends because its session says so, or because this side closes it. */
    ConnectionLostException bySession() {
        return finish(null);
    }

    private ConnectionLostException finish(@Nullable IOException thrown) {
        boolean first = false;
        state.lock();
        try {
            if (ending == null) {
                first = true;
                long nowNanos = System.nanoTime();
                ending = session.loss().isPresent()
                        ? Ending.of(session, thrown, nowNanos)
                        : Ending.closedHere(session, nowNanos);
            }
        } finally {
            state.unlock();
        }
        carryOn();
        if (first) {
            recorded.countDown();
            link.input().wake();
        }
        return lost();
    }

    // ---- carrying the close on

    /**
     * Does what the session says next about the socket, and reports the end. To be called, without locks, after anything that
     * may have changed it.
     */
    void carryOn() {
        LingeringClose.Action next;
        ConnectionEnd over;
        state.lock();
        try {
            link.output().settle();
            next = session.pollClose();
            over = session.pollEnd();
        } finally {
            state.unlock();
        }
        if (over != null) {
            report(over.exception(null), over.isLoss());
        }
        switch (next) {
            case NONE -> link.output().kick();
            case SHUT_OUTPUT -> owner.run(this::shutAndDiscard);
            case CLOSE -> order(this::closeInOrder);
            case RESET -> order(this::closeHard);
        }
    }

    private void report(ConnectionLostException lost, boolean isLoss) {
        LOG.debug("{} {}", socket, lost.getMessage());
        if (isLoss) {
            KeepAliveStatistics.get().connectionLost(lost);
        }
    }

    private void order(Runnable close) {
        closeByNanos = System.nanoTime() + CLOSE_WITHIN.toNanos();
        isCloseOrdered = true;
        state.lock();
        try {
            session.heartbeat().tickNoLaterThan(closeByNanos);
        } finally {
            state.unlock();
        }
        owner.run(close);
    }

    /** On the timer's thread. A close that is stuck is freed by a reset, on another thread. */
    void onTick(long nowNanos) {
        if (isCloseOrdered && nowNanos - closeByNanos >= 0 && !isFreed) {
            isFreed = true; // once: a class that hangs in its close costs two threads, and no more each second
            owner.run(this::closeHard);
        }
    }

    /**
     * Until the socket is closed: the session bounds the lingering, and a reset the close itself. One that even a reset does
     * not free is a foreign socket's fault, and is left alone.
     */
    void await() {
        try {
            while (!closed.await(CLOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                if (isCloseOrdered && System.nanoTime() - closeByNanos > 2 * CLOSE_WITHIN.toNanos()) {
                    LOG.debug("{} could not be closed in time", socket);
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the close goes on by itself
        }
    }

    /**
     * Shuts the output, then reads and discards until the peer's FIN: a beat that meets a closed socket would make the kernel
     * send a reset, and the peer's kernel would drop what its process has not read (RFC 9112, section 9.6).
     */
    private void shutAndDiscard() {
        try {
            if (!socket.isOutputShutdown()) {
                socket.shutdownOutput();
            }
        } catch (IOException | UnsupportedOperationException e) {
            LOG.trace("closed meanwhile", e);
        }
        carryOn(); // if the peer's FIN was read before
        byte[] discarded = new byte[DISCARD_BYTES];
        FloodBrake brake = new FloodBrake();
        while (!isCloseOrdered) {
            try {
                socket.setSoTimeout((int) CLOSE_WITHIN.toMillis());
                link.reader().discard(discarded);
            } catch (SocketTimeoutException e) {
                LOG.trace("nothing to discard", e);
            } catch (IOException e) {
                transportFailed(e);
                return;
            }
            brake.onRead(0, false);
        }
    }

    private void closeInOrder() {
        try {
            socket.close();
        } catch (IOException | RuntimeException e) {
            LOG.trace("no close in order", e);
        } finally {
            closeHard();
        }
    }

    private void closeHard() {
        hardClose.reset();
        owner.forget(link);
        closed.countDown();
        hardClose.release();
    }
}

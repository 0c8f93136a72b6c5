package io.keepalive.nio.blocking;

import io.keepalive.heartbeat.wire.ConnectionEnd;
import io.keepalive.heartbeat.wire.FrameSession;
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
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a blocking connection ends: once, for a reason that is recorded before anything is closed and told to whoever calls
 * then, and without hanging, whatever other threads are blocked in.
 */
final class SocketEnd {
    private static final Logger LOG = LoggerFactory.getLogger(HeartbeatSocket.class);

    /** How long the peer may take to take the last frame, and TLS its own farewell. */
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);

    private static final int DISCARD_BYTES = 8 * 1024;

    /** The kernel tells an error once; who calls next gets a broken pipe or an end. So long the first may take to look. */
    private static final Duration FIRST_TOLD_WITHIN = Duration.ofMillis(500);

    private final BlockingConnection link;
    private final BlockingHeartbeats owner;
    private final Socket socket;
    private final FrameSession session;
    private final ReentrantLock state;
    private final CountDownLatch recorded = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Ending ending;
    private volatile long closeByNanos;
    /** The lingering close of this side: how long it may make no progress. */
    private volatile long patienceNanos = CLOSE_WITHIN.toNanos();
    /** A thread has got an error that says why. */
    private volatile boolean isBeingTold;

    SocketEnd(BlockingConnection link, BlockingHeartbeats owner, FrameSession session, ReentrantLock state) {
        this.link = link;
        this.owner = owner;
        this.socket = link.socket();
        this.session = session;
        this.state = state;
    }

    boolean isThere() {
        return ending != null;
    }

    Optional<ConnectionLoss> loss() {
        return Optional.ofNullable(ending).map(Ending::loss);
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
            awaitFirstTold(loss);
            state.lock();
            try {
                session.fail(loss, System.nanoTime());
            } finally {
                state.unlock();
            }
        }
        return finish(thrown);
    }

    /** If this is only what is left of an error that another thread was told: until that thread has recorded it. */
    void awaitFirstTold(ConnectionLoss loss) {
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

    /** The connection ends because its session says so. */
    ConnectionLostException bySession() {
        return finish(null);
    }

    private ConnectionLostException finish(@Nullable IOException thrown) {
        boolean first = false;
        boolean hard = true;
        boolean isLoss = true;
        state.lock();
        try {
            if (ending == null) {
                first = true;
                long nowNanos = System.nanoTime();
                link.output().collect();
                boolean isLocal = session.end() == null;
                if (isLocal) {
                    patienceNanos = Math.max(
                            patienceNanos,
                            session.heartbeat().config().closeTimeout().toNanos());
                }
                if (isLocal) {
                    session.abort(nowNanos);
                }
                ConnectionEnd over = session.end();
                hard = !isLocal && over != null && over.resets();
                isLoss = over == null || over.isLoss();
                closeByNanos = nowNanos + patienceNanos;
                session.heartbeat().tickNoLaterThan(closeByNanos);
                ending = Ending.of(session, thrown, nowNanos);
            }
        } finally {
            state.unlock();
        }
        ConnectionLostException lost = lost();
        if (first) {
            recorded.countDown();
            LOG.debug("{} {}", socket, lost.getMessage());
            if (isLoss) {
                KeepAliveStatistics.get().connectionLost(lost);
            }
            link.input().wake();
            owner.run(hard ? this::closeHard : this::closeInOrder);
        }
        return lost;
    }

    // ---- closing

    /** On the timer's thread. A farewell that does not get through, or a close that is stuck, is freed by another one. */
    void onTick(long nowNanos) {
        if (nowNanos - closeByNanos >= 0) {
            closeByNanos = nowNanos + CLOSE_WITHIN.toNanos();
            owner.run(this::closeHard);
        }
    }

    /** Until the socket is closed, but not for ever. */
    void await() {
        try {
            while (!closed.await(CLOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                if (System.nanoTime() - closeByNanos > 2 * CLOSE_WITHIN.toNanos()) {
                    LOG.debug("{} could not be closed in time", socket);
                    return;
                }
            }
        } catch (InterruptedException e) {
            owner.run(this::closeHard);
            Thread.currentThread().interrupt();
        }
    }

    private void closeInOrder() {
        try {
            link.output().farewell(Duration.ofNanos(patienceNanos));
            linger();
            socket.close();
        } catch (IOException | InterruptedException | UnsupportedOperationException e) {
            LOG.trace("no close in order", e);
        } finally {
            closeHard();
        }
    }

    /**
     * Shuts the output, then reads and discards until the peer's FIN: a beat that meets a closed socket would make the kernel
     * send a reset, and the peer's kernel would drop what its process has not read (RFC 9112, section 9.6). What is
     * discarded is progress.
     */
    private void linger() throws IOException {
        shutOutput();
        socket.setSoTimeout((int) CLOSE_WITHIN.toMillis());
        byte[] discarded = new byte[DISCARD_BYTES];
        while (System.nanoTime() - closeByNanos < 0) {
            try {
                if (link.discard(discarded) < 0) {
                    return;
                }
                if (patienceNanos > CLOSE_WITHIN.toNanos()) {
                    closeByNanos = System.nanoTime() + patienceNanos;
                }
            } catch (SocketTimeoutException e) {
                LOG.trace("nothing to discard", e);
            }
        }
    }

    /** Nothing more is sent. Idempotent; on a thread that may block. */
    void shutOutput() {
        try {
            if (!socket.isOutputShutdown()) {
                socket.shutdownOutput();
            }
        } catch (IOException | UnsupportedOperationException e) {
            LOG.trace("closed meanwhile", e);
        }
    }

    private void closeHard() {
        try {
            // Without it SSLSocket.close() would wait for the lock that a blocked writer holds, for ever.
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            LOG.trace("closed meanwhile", e);
        }
        try {
            socket.close();
        } catch (IOException e) {
            LOG.trace("the descriptor is gone all the same", e);
        }
        owner.forget(link);
        closed.countDown();
    }
}

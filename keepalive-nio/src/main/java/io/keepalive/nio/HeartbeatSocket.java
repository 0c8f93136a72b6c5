package io.keepalive.nio;

import io.keepalive.ConnectionLostException;
import io.keepalive.KeepAliveStatistics;
import io.keepalive.Loss;
import io.keepalive.LossCause;
import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.HeartbeatWheel;
import io.keepalive.heartbeat.wire.CloseReason;
import io.keepalive.heartbeat.wire.HeartbeatSession;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A blocking connection that speaks the heartbeat protocol. Made by {@link HeartbeatSockets#wrap}.
 *
 * <p>Once it is lost, every call that blocks, and every later one, throws a {@link ConnectionLostException} with the same
 * cause; data that a {@link ReadMode#PUMPED} reader received before comes first.
 *
 * <p>Thread-safe. Readers wait for each other, and so do writers; platform and virtual threads are welcome alike. The
 * socket's read timeout works, and is no loss; with {@link ReadMode#INLINE} it may come up to once again as late, since
 * beats come in between.
 *
 * @since 0.1
 */
public final class HeartbeatSocket implements Closeable {
    /*
     * Locks, in the order in which they may be taken:
     *   reading, writing  one thread each that is in a blocking call of the socket;
     *   state             guards the session. Never held during I/O, so that the timer's thread never waits for a socket.
     */
    private static final Logger LOG = LoggerFactory.getLogger(HeartbeatSocket.class);

    /** How long the peer may take to take the last frame, and TLS its own farewell. */
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);

    /** The kernel tells an error once; who calls next gets a broken pipe or an end. So long the first may take to look. */
    private static final Duration FIRST_TOLD_WITHIN = Duration.ofMillis(500);

    private final HeartbeatSockets owner;
    private final Socket socket;
    private final InputStream rawInput;
    private final HeartbeatSession session;
    private final ReentrantLock state = new ReentrantLock();
    private final Inbound inbound;
    private final FrameInput input;
    private final FrameOutput output;
    private final CountDownLatch over = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Ending ending;
    private volatile long closeByNanos;
    /** A thread has got an error that says why. */
    private volatile boolean isBeingTold;

    HeartbeatSocket(HeartbeatSockets owner, Socket socket, HeartbeatSession session, ReadMode mode) throws IOException {
        this.owner = owner;
        this.socket = socket;
        this.rawInput = socket.getInputStream();
        this.session = session;
        this.inbound = new Inbound(session);
        this.output = new FrameOutput(this, socket.getOutputStream(), session, state);
        this.input = mode == ReadMode.PUMPED ? new PumpedInput(this) : new InlineInput(this);
    }

    void start() {
        input.start();
        sendDue();
    }

    // ---- the application

    /**
     * What the peer's application sends. Returns -1 when it has said that it sends no more (END).
     *
     * @return the same at each call; closing it closes the connection
     */
    public InputStream input() {
        return input;
    }

    /**
     * What is sent to the peer's application. Each write is at least a frame: put a {@code BufferedOutputStream} on it for
     * small pieces.
     *
     * @return the same at each call; closing it closes the connection
     */
    public OutputStream output() {
        return output;
    }

    /**
     * Says that no more will be written (END). Reading goes on, and so do the beats of both sides. Idempotent.
     *
     * @throws ConnectionLostException if the connection is lost
     */
    public void end() throws ConnectionLostException {
        state.lock();
        try {
            requireAlive();
            session.end();
        } finally {
            state.unlock();
        }
        output.sendControl();
    }

    /**
     * Asks the peer at once: {@link Heartbeat#checkNow}. If there is no answer in time, calls on this connection end. In
     * mode {@link ReadMode#INLINE} somebody has to be reading.
     *
     * @param within how long it may take to answer; more than 0
     * @throws ConnectionLostException if the connection is lost
     * @throws IllegalArgumentException if out of range
     */
    public void checkNow(Duration within) throws ConnectionLostException {
        state.lock();
        try {
            requireAlive();
            session.heartbeat().checkNow(within, System.nanoTime());
        } finally {
            state.unlock();
        }
        sendDue();
        owner.reschedule(this);
    }

    /**
     * The heartbeat, to be asked for round-trip times, strikes and the like, as an estimate: other threads change it. It is
     * not to be told anything.
     *
     * @return the same for ever
     */
    public Heartbeat heartbeat() {
        return session.heartbeat();
    }

    /**
     * Why the connection is over.
     *
     * @return empty if it is not; {@link LossCause#LOCAL_CLOSED} after {@link #close}
     */
    public Optional<Loss> loss() {
        return Optional.ofNullable(ending).map(Ending::loss);
    }

    /**
     * The socket below, for its options and addresses.
     *
     * @return not to be read from, written to or closed
     */
    public Socket socket() {
        return socket;
    }

    /**
     * Closes the connection: tells the peer, and waits up to a second until what was written has left this process. Blocked
     * calls end. Never hangs, whatever other threads are blocked in. Idempotent.
     */
    @Override
    public void close() {
        startClosing();
        try {
            if (!closed.await(2 * CLOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("{} could not be closed in time", socket);
            }
        } catch (InterruptedException e) {
            owner.run(this::closeHard);
            Thread.currentThread().interrupt();
        }
    }

    void startClosing() {
        state.lock();
        try {
            session.close(CloseReason.NORMAL);
        } finally {
            state.unlock();
        }
        finish(null);
    }

    @Override
    public String toString() {
        return "HeartbeatSocket[" + socket + ", " + session.heartbeat() + "]";
    }

    // ---- the timer

    /** For the timer; nobody else has to tick a connection. */
    final class Ticked implements HeartbeatWheel.Connection {
        @Override
        public Heartbeat heartbeat() {
            return session.heartbeat();
        }

        @Override
        public void tick(long nowNanos) {
            HeartbeatSocket.this.tick(nowNanos);
        }
    }

    /** On the timer's thread, which must not wait for this socket. */
    private void tick(long nowNanos) {
        if (ending != null) {
            if (nowNanos - closeByNanos >= 0) {
                // The farewell does not get through, or the close itself is stuck: another one at its side frees it.
                closeByNanos = nowNanos + CLOSE_WITHIN.toNanos();
                owner.run(this::closeHard);
            }
            return;
        }
        boolean isUnread = session.heartbeat().strikes() > 0 && isUnread(); // asked before the lock is taken
        boolean isOver;
        boolean isDue;
        state.lock();
        try {
            if (isUnread) {
                session.heartbeat().onReceived();
            }
            session.onTick(nowNanos, input.isReading(), output.isWriting(), output.written());
            isDue = output.collect();
            isOver = session.loss().isPresent();
        } finally {
            state.unlock();
        }
        if (isOver) {
            finish(null);
        } else if (isDue) {
            output.kick();
        }
    }

    /**
     * Whether bytes wait in the kernel for a reader that has not got a processor yet, on a machine that is too busy: the
     * timer's thread may well be ahead of it by more than a tick. TLS can't tell.
     */
    private boolean isUnread() {
        try {
            return input.isReading() && !(socket instanceof SSLSocket) && rawInput.available() > 0;
        } catch (IOException e) {
            return false; // the reader is about to be told
        }
    }

    // ---- reading

    /**
     * Reads once from the socket.
     *
     * @return how many bytes of DATA there are now; 0 if only control frames came; -1 at the end of the stream
     */
    int receive(byte[] bytes, int offset, int length) throws IOException {
        if (ending != null) {
            throw lost();
        }
        int count;
        try {
            count = rawInput.read(bytes, offset, length);
        } catch (SocketTimeoutException e) {
            throw e; // the application's own timeout: nothing is lost
        } catch (IOException e) {
            throw fail(e);
        }
        if (count < 0) {
            return endOfStream();
        }
        ByteBuffer received = ByteBuffer.wrap(bytes, offset, count);
        boolean isDue = false;
        boolean isOver = false;
        state.lock();
        try {
            session.heartbeat().onReceived();
            inbound.squeeze(received);
            if (inbound.sawControl()) {
                isDue = output.collect();
                isOver = session.loss().isPresent();
            }
        } finally {
            state.unlock();
        }
        int data = received.position() - offset;
        if (isOver) {
            finish(null);
            if (data == 0) {
                throw lost();
            }
        } else if (isDue) {
            output.kick();
        }
        return data;
    }

    private int endOfStream() throws ConnectionLostException {
        // What a thread gets, too, when the error was delivered to another one: the kernel knows.
        Optional<Loss> known = Loss.of(new EOFException("end of stream"), socket);
        known.ifPresent(this::awaitFirstTold);
        boolean isOrderly;
        state.lock();
        try {
            if (known.isPresent()
                    && known.get().cause() != LossCause.PEER_CLOSED
                    && !session.rules().isOrderlyEnd()) {
                session.heartbeat().onLost(known.get());
            }
            isOrderly = session.loss().isEmpty() && session.onEndOfStream();
        } finally {
            state.unlock();
        }
        if (isOrderly) {
            return -1;
        }
        throw finish(null);
    }

    /** Whether the peer has said that it sends no more. */
    boolean isInputEnded() {
        state.lock();
        try {
            return session.rules().isInputEnded();
        } finally {
            state.unlock();
        }
    }

    // ---- the end

    boolean isOver() {
        return ending != null;
    }

    void requireAlive() throws ConnectionLostException {
        if (ending != null) {
            throw lost();
        }
    }

    ConnectionLostException lost() {
        Ending how = ending;
        if (how == null) {
            throw new IllegalStateException("lost: " + this + " is not");
        }
        return how.exception();
    }

    /** The connection ends because its session says so. */
    ConnectionLostException ended() {
        return finish(null);
    }

    /** The connection ends because a call on the socket failed; unless it has ended, and that is why the call failed. */
    ConnectionLostException fail(IOException thrown) {
        if (ending == null) {
            if (Loss.of(thrown).map(Loss::cause).orElse(LossCause.UNKNOWN) != LossCause.UNKNOWN) {
                isBeingTold = true;
            }
            Loss loss = Ending.orUnknown(Loss.of(thrown, socket), thrown);
            awaitFirstTold(loss);
            state.lock();
            try {
                session.heartbeat().onLost(loss);
            } finally {
                state.unlock();
            }
        }
        return finish(thrown);
    }

    private void awaitFirstTold(Loss loss) {
        if (loss.cause() == LossCause.UNKNOWN) {
            try {
                boolean told = over.await(FIRST_TOLD_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
                if (!told && isBeingTold) {
                    // It looks at what the kernel knows, which takes a while among thousands of connections.
                    over.await(10 * FIRST_TOLD_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The connection ends; its session knows why. The cause is recorded before anything is closed. */
    private ConnectionLostException finish(@Nullable IOException thrown) {
        boolean first = false;
        boolean hard = true;
        state.lock();
        try {
            if (ending == null) {
                first = true;
                hard = session.isAbandoned();
                long nowNanos = System.nanoTime();
                closeByNanos = nowNanos + CLOSE_WITHIN.toNanos();
                session.heartbeat().tickBy(closeByNanos);
                ending = Ending.of(session.heartbeat(), thrown, nowNanos);
                output.collect();
            }
        } finally {
            state.unlock();
        }
        ConnectionLostException lost = lost();
        if (first) {
            over.countDown();
            LOG.debug("{} {}", socket, lost.getMessage());
            KeepAliveStatistics.get().connectionLost(lost);
            input.wake();
            owner.reschedule(this);
            owner.run(hard ? this::closeHard : this::closeInOrder);
        }
        return lost;
    }

    private void closeInOrder() {
        try {
            output.farewell(CLOSE_WITHIN);
            socket.close();
        } catch (IOException | InterruptedException e) {
            LOG.trace("no farewell", e);
        } finally {
            closeHard();
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
        owner.forget(this);
        closed.countDown();
    }

    private void sendDue() {
        boolean isDue;
        state.lock();
        try {
            isDue = output.collect();
        } finally {
            state.unlock();
        }
        if (isDue) {
            output.kick();
        }
    }

    /** Runs what may block. */
    void run(Runnable task) {
        owner.run(task);
    }

    void reschedule() {
        owner.reschedule(this);
    }

    /** The socket's, or 0 for none. */
    int readTimeoutMillis() {
        try {
            return socket.getSoTimeout();
        } catch (SocketException e) {
            return 0; // closed this moment: who reads is about to be told
        }
    }

    int available() throws IOException {
        return rawInput.available();
    }

    /** How much of the current DATA frame has not been read from the socket. */
    int dataRemaining() {
        state.lock();
        try {
            return inbound.dataRemaining();
        } finally {
            state.unlock();
        }
    }
}

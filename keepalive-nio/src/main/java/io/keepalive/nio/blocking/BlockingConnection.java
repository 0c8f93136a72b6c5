package io.keepalive.nio.blocking;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.HeartbeatEvent;
import io.keepalive.heartbeat.wire.CloseReason;
import io.keepalive.heartbeat.wire.ConnectionEnd;
import io.keepalive.heartbeat.wire.FrameSession;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import io.keepalive.loss.TcpInfo;
import io.keepalive.nio.Inbound;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** What is behind a {@link HeartbeatSocket}: a socket, its session, the two streams, and what the timer does with them. */
final class BlockingConnection {
    /*
     * Locks, in the order in which they may be taken:
     *   receiving, writing  one thread each that is in a blocking call of the socket: the application's or the pump, and then
     *                     the one that discards while the connection lingers;
     *   state             guards the session. Never held during I/O, so that the timer's thread never waits for a socket.
     */
    private final BlockingHeartbeats owner;
    private final Socket socket;
    private final InputStream rawInput;
    private final FrameSession session;
    private final ReentrantLock receiving = new ReentrantLock();
    private final ReentrantLock state = new ReentrantLock();
    private final Inbound inbound;
    private final FrameInput input;
    private final FrameOutput output;
    private final SocketEnd end;
    private final HeartbeatSocket facade = new HeartbeatSocket(this);
    /** This side closes; guarded by {@link #state}. */
    private boolean isClosing;
    /** Events for the listener, and whether a thread reports them; guarded by {@link #state}. */
    private @Nullable Queue<HeartbeatEvent> events;

    private boolean isReporting;

    BlockingConnection(BlockingHeartbeats owner, Socket socket, FrameSession session, ReadMode mode)
            throws IOException {
        this.owner = owner;
        this.socket = socket;
        this.rawInput = socket.getInputStream();
        this.session = session;
        this.inbound = new Inbound(session);
        this.output = new FrameOutput(this, socket.getOutputStream(), session, state);
        this.input = mode == ReadMode.PUMPED ? new PumpedInput(this) : new InlineInput(this);
        this.end = new SocketEnd(this, owner, session, state);
    }

    void start() {
        input.start();
        end.carryOn();
    }

    // ---- the application

    FrameInput input() {
        return input;
    }

    FrameOutput output() {
        return output;
    }

    /** No more DATA will be sent. */
    void sayEnd() throws ConnectionLostException {
        state.lock();
        try {
            end.requireNone();
            session.endOutput();
        } finally {
            state.unlock();
        }
        output.sendControl();
    }

    void pingNow(Duration within) throws ConnectionLostException {
        state.lock();
        try {
            end.requireNone();
            session.heartbeat().pingNow(within, System.nanoTime());
        } finally {
            state.unlock();
        }
        end.carryOn();
    }

    Optional<ConnectionLoss> loss() {
        return end.loss();
    }

    Socket socket() {
        return socket;
    }

    /** Whether this side has begun to close: with the state lock. */
    boolean isClosing() {
        return isClosing;
    }

    void close() {
        startClosing();
        end.await();
    }

    void startClosing() {
        state.lock();
        try {
            isClosing = true;
            session.close(CloseReason.NORMAL, System.nanoTime());
        } finally {
            state.unlock();
        }
        end.bySession();
    }

    void abort() {
        state.lock();
        try {
            isClosing = true;
            session.abort(System.nanoTime());
        } finally {
            state.unlock();
        }
        end.bySession();
        end.await();
    }

    // ---- the timer

    HeartbeatSocket facade() {
        return facade;
    }

    Heartbeat heartbeat() {
        return session.heartbeat();
    }

    /** On the timer's thread, which must not wait for this socket. */
    void tick(long nowNanos) {
        if (end.isCloseOrdered()) {
            end.onTick(nowNanos);
            return;
        }
        boolean isUnread = session.heartbeat().missedPongs() > 0 && isUnread(); // asked before the lock is taken
        boolean isOver;
        boolean areEventsDue;
        boolean isWriteWaiting;
        state.lock();
        try {
            if (isUnread) {
                session.heartbeat().onReceived();
            }
            session.onTick(nowNanos, input.isReading(), output.isWriting(), output.written());
            areEventsDue = collectEvents();
            isOver = isLost();
            isWriteWaiting = session.heartbeat().isWriteWaiting();
        } finally {
            state.unlock();
        }
        if (areEventsDue) {
            owner.run(this::reportEvents);
        }
        if (isWriteWaiting) {
            owner.run(this::reportWriteProgress);
        }
        if (isOver) {
            end.bySession();
        } else {
            end.carryOn();
        }
    }

    /** What the peer has acknowledged of a write that waits, where the kernel says: looking may take milliseconds. */
    private void reportWriteProgress() {
        OptionalLong acked = TcpInfo.of(socket).map(TcpInfo::ackedBytes).orElse(OptionalLong.empty());
        if (acked.isPresent()) {
            state.lock();
            try {
                session.heartbeat().onWriteProgress(acked.getAsLong(), System.nanoTime());
            } finally {
                state.unlock();
            }
        }
    }

    /** With the state lock. After the END of both sides there is nothing to throw: readers get an end of stream. */
    private boolean isLost() {
        ConnectionEnd over = session.end();
        return over != null && (!over.inOrder() || session.order().isInputClosed());
    }

    /** Takes the heartbeat's events, with the state lock; whether a thread has to be found that reports them. */
    private boolean collectEvents() {
        HeartbeatEvent event = session.heartbeat().pollEvent();
        if (event == null) {
            return false;
        }
        Queue<HeartbeatEvent> waiting = events == null ? new ArrayDeque<>(2) : events;
        events = waiting;
        for (; event != null; event = session.heartbeat().pollEvent()) {
            waiting.add(event);
        }
        boolean isFirst = !isReporting;
        isReporting = true;
        return isFirst;
    }

    /** In order, without a lock, and on a thread of its own: a listener may write, close and block. */
    private void reportEvents() {
        for (HeartbeatEvent event = nextEvent(); event != null; event = nextEvent()) {
            owner.report(this, event);
        }
    }

    private @Nullable HeartbeatEvent nextEvent() {
        state.lock();
        try {
            HeartbeatEvent event = events == null ? null : events.poll();
            isReporting = event != null;
            return event;
        } finally {
            state.unlock();
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
        receiving.lock();
        try {
            return receiveAlone(bytes, offset, length);
        } finally {
            receiving.unlock();
        }
    }

    private int receiveAlone(byte[] bytes, int offset, int length) throws IOException {
        end.requireNone();
        int count;
        try {
            count = rawInput.read(bytes, offset, length);
        } catch (SocketTimeoutException e) {
            end.requireNone();
            throw e; // the application's own timeout: nothing is lost
        } catch (IOException e) {
            throw end.because(e);
        }
        input.onBytes(); // before an end that came with them is recorded
        if (count < 0) {
            return endOfStream();
        }
        ByteBuffer received = ByteBuffer.wrap(bytes, offset, count);
        boolean sawControl;
        boolean areEventsDue = false;
        boolean isOver = false;
        state.lock();
        try {
            if (session.closing() != null) {
                session.onDiscarded(System.nanoTime());
                sawControl = true;
            } else {
                session.heartbeat().onReceived();
                inbound.squeeze(received);
                sawControl = inbound.sawControl();
            }
            if (sawControl) {
                areEventsDue = collectEvents();
                isOver = isLost();
            }
        } finally {
            state.unlock();
        }
        int data = received.position() - offset;
        if (areEventsDue) {
            owner.run(this::reportEvents);
        }
        if (isOver) {
            ConnectionLostException lost = end.bySession();
            if (data == 0) {
                throw lost;
            }
        } else if (sawControl) {
            end.carryOn();
        }
        return data;
    }

    /** Reads without looking at the bytes, while the connection lingers. */
    void discard(byte[] bytes) throws IOException {
        receiving.lock(); // a reader that is still blocked may get the peer's FIN
        try {
            if (end.isCloseOrdered()) {
                return;
            }
            int count = rawInput.read(bytes);
            state.lock();
            try {
                if (count < 0) {
                    session.onInputEnded(System.nanoTime());
                } else {
                    session.onDiscarded(System.nanoTime());
                }
            } finally {
                state.unlock();
            }
        } finally {
            receiving.unlock();
        }
        end.carryOn();
    }

    private int endOfStream() throws ConnectionLostException {
        // What a thread gets, too, when the error was delivered to another one: the kernel knows.
        Optional<ConnectionLoss> known = ConnectionLoss.of(new EOFException("end of stream"), socket);
        known.ifPresent(end::awaitFirstTold);
        boolean isOrderly;
        state.lock();
        try {
            // While this side closes, the end may be that of its own close, of which the kernel knows nothing any more.
            boolean isOwn = session.closing() != null
                    && known.map(ConnectionLoss::cause).orElse(LossCause.UNKNOWN) == LossCause.UNKNOWN;
            if (known.isPresent()
                    && known.get().cause() != LossCause.PEER_CLOSED
                    && !isOwn
                    && !session.order().isOrderlyEnd()) {
                session.fail(known.get(), System.nanoTime());
            }
            session.onInputEnded(System.nanoTime());
            isOrderly = !isLost();
        } finally {
            state.unlock();
        }
        if (isOrderly) {
            end.carryOn();
            end.requireNone(); // closed here meanwhile
            return -1;
        }
        throw end.bySession();
    }

    /** Whether the peer has said that it sends no more. */
    boolean isInputEnded() {
        state.lock();
        try {
            return inbound.isInputEnded();
        } finally {
            state.unlock();
        }
    }

    // ---- for the streams

    SocketEnd end() {
        return end;
    }

    /** Runs what may block. */
    void run(Runnable task) {
        owner.run(task);
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

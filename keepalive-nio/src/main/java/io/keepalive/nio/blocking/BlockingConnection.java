package io.keepalive.nio.blocking;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.wire.CloseReason;
import io.keepalive.heartbeat.wire.ConnectionEnd;
import io.keepalive.heartbeat.wire.FrameSession;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.TcpInfo;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** What is behind a {@link HeartbeatSocket}: a socket, its session, the two streams, and what the timer does with them. */
final class BlockingConnection {
    /*
     * Locks, in the order in which they may be taken:
     *   receiving, writing  one thread each that is in a blocking call of the socket: FrameReader's and FrameOutput's;
     *   state               guards the session. Never held during I/O, so that the timer's thread never waits for a socket.
     */
    private final BlockingHeartbeats owner;
    private final Socket socket;
    private final FrameSession session;
    private final StateLock state = new StateLock();
    private final FrameReader reader;
    private final EventReporter events;
    private final FrameInput input;
    private final FrameOutput output;
    private final SocketEnd end;
    private final HeartbeatSocket facade = new HeartbeatSocket(this);
    /** This side closes; guarded by {@link #state}. */
    private boolean isClosing;

    /** A tick waits for the lock, on an I/O worker; set by the timer's thread. */
    private volatile boolean isTickHandedOver;

    BlockingConnection(BlockingHeartbeats owner, Socket socket, FrameSession session, ReadMode mode)
            throws IOException {
        this.owner = owner;
        this.socket = socket;
        this.session = session;
        this.reader = new FrameReader(this, socket.getInputStream(), session, state);
        this.events = new EventReporter(this, owner, state);
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

    FrameReader reader() {
        return reader;
    }

    EventReporter events() {
        return events;
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

    /**
     * On the timer's thread, which waits neither for this socket nor for its reader: one that a peer keeps busy on a crowded
     * machine has the lock nearly all the time, and may be without a processor meanwhile.
     */
    void tick(long nowNanos) {
        if (end.isCloseOrdered()) {
            end.onTick(nowNanos);
            return;
        }
        if (isTickHandedOver) {
            return;
        }
        boolean isUnread = isUnread();
        if (state.tryLock()) {
            tickAndUnlock(nowNanos, isUnread);
        } else {
            handOverTick();
        }
    }

    private void handOverTick() {
        isTickHandedOver = true;
        try {
            owner.run(this::tickInTurn);
        } catch (RuntimeException | Error e) { // no thread could be started: the next tick tries again
            isTickHandedOver = false;
            throw e;
        }
    }

    /** In the place of the timer's thread. */
    private void tickInTurn() {
        try {
            boolean isUnread = isUnread();
            state.lock();
            tickAndUnlock(System.nanoTime(), isUnread);
        } finally {
            isTickHandedOver = false;
        }
    }

    private boolean isUnread() {
        return isSuspect() && reader.isUnread(); // asked before the lock is taken
    }

    private void tickAndUnlock(long nowNanos, boolean isUnread) {
        boolean isOver;
        boolean isEnding;
        boolean areEventsDue;
        boolean isWriteWaiting;
        boolean isSuspect;
        try {
            boolean isReading = input.isReading() && input.hadProcessor() && !isUnread;
            if (isUnread) {
                session.heartbeat().onReceived();
            }
            session.onTick(nowNanos, isReading, output.isWriting(), output.written());
            areEventsDue = events.collect(session.heartbeat());
            output.settle();
            isOver = isLost();
            isEnding = session.closing() != null || session.end() != null;
            isWriteWaiting = session.heartbeat().isWriteWaiting();
            isSuspect = isSuspect();
        } finally {
            state.unlock();
        }
        input.onTicked(isSuspect);
        if (areEventsDue) {
            events.start();
        }
        if (isWriteWaiting) {
            owner.run(this::reportWriteProgress);
        }
        // An end is logged, counted and passed to readers, which may wait for application threads.
        if (isOver) {
            owner.run(end::bySession);
        } else if (isEnding) {
            owner.run(end::carryOn);
        } else {
            output.kick();
        }
    }

    /** Whether the next tick may find that the peer is dead, or that it sent no HELLO: of what a reader may just not have read. */
    private boolean isSuspect() {
        return session.heartbeat().missedPongs() > 0
                || session.order().agreement().isEmpty();
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
    boolean isLost() {
        ConnectionEnd over = session.end();
        return over != null && (!over.inOrder() || session.order().isInputClosed());
    }

    // ---- for the streams

    SocketEnd end() {
        return end;
    }

    CarrierProbe carriers() {
        return owner.carriers();
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
}

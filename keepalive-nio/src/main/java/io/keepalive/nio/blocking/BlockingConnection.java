package io.keepalive.nio.blocking;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.HeartbeatEvent;
import io.keepalive.heartbeat.wire.CloseReason;
import io.keepalive.heartbeat.wire.FrameSession;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import io.keepalive.nio.Inbound;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLSocket;

/** What is behind a {@link HeartbeatSocket}: a socket, its session, the two streams, and what the timer does with them. */
final class BlockingConnection {
    /*
     * Locks, in the order in which they may be taken:
     *   reading, writing  one thread each that is in a blocking call of the socket;
     *   state             guards the session. Never held during I/O, so that the timer's thread never waits for a socket.
     */
    private final BlockingHeartbeats owner;
    private final Socket socket;
    private final InputStream rawInput;
    private final FrameSession session;
    private boolean closing;
    private final ReentrantLock state = new ReentrantLock();
    private final Inbound inbound;
    private final FrameInput input;
    private final FrameOutput output;
    private final SocketEnd end;
    private final HeartbeatSocket facade = new HeartbeatSocket(this);

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
        sendDue();
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
        sendDue();
    }

    Optional<ConnectionLoss> loss() {
        return end.loss();
    }

    Socket socket() {
        return socket;
    }

    /** Whether this side has begun to close: with the state lock. */
    boolean isClosing() {
        return closing;
    }

    void close() {
        startClosing();
        end.await();
    }

    void startClosing() {
        state.lock();
        try {
            closing = true;
            session.close(CloseReason.NORMAL, System.nanoTime());
        } finally {
            state.unlock();
        }
        end.bySession();
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
        if (end.isThere()) {
            end.onTick(nowNanos);
            return;
        }
        boolean isUnread = session.heartbeat().missedPongs() > 0 && isUnread(); // asked before the lock is taken
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
        reportEvents();
        if (isOver) {
            end.bySession();
        } else if (isDue) {
            output.kick();
        }
    }

    private void reportEvents() {
        while (true) {
            HeartbeatEvent event;
            state.lock();
            try {
                event = session.heartbeat().pollEvent();
            } finally {
                state.unlock();
            }
            if (event == null) {
                return;
            }
            owner.report(this, event);
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
        end.requireNone();
        int count;
        try {
            count = rawInput.read(bytes, offset, length);
        } catch (SocketTimeoutException e) {
            throw e; // the application's own timeout: nothing is lost
        } catch (IOException e) {
            throw end.because(e);
        }
        input.onBytes(); // before an end that came with them is recorded
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
                if (!isDue && !output.isWriting()) {
                    output.flushed(); // the peer's END was the second one
                }
            }
        } finally {
            state.unlock();
        }
        int data = received.position() - offset;
        reportEvents();
        if (isOver) {
            ConnectionLostException lost = end.bySession();
            if (data == 0) {
                throw lost;
            }
        } else if (isDue) {
            output.kick();
        }
        return data;
    }

    /** Reads without looking at the bytes, while the connection lingers. */
    int discard(byte[] bytes) throws IOException {
        return rawInput.read(bytes);
    }

    private int endOfStream() throws ConnectionLostException {
        // What a thread gets, too, when the error was delivered to another one: the kernel knows.
        Optional<ConnectionLoss> known = ConnectionLoss.of(new EOFException("end of stream"), socket);
        known.ifPresent(end::awaitFirstTold);
        boolean isOrderly;
        state.lock();
        try {
            if (known.isPresent()
                    && known.get().cause() != LossCause.PEER_CLOSED
                    && !session.order().isOrderlyEnd()) {
                session.fail(known.get(), System.nanoTime());
            }
            session.onInputEnded(System.nanoTime());
            isOrderly = session.loss().isEmpty();
        } finally {
            state.unlock();
        }
        if (isOrderly) {
            return -1;
        }
        throw end.bySession();
    }

    /** Whether the peer has said that it sends no more. */
    boolean isInputEnded() {
        state.lock();
        try {
            return session.order().isInputEnded();
        } finally {
            state.unlock();
        }
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

package io.keepalive.nio.blocking;

import io.keepalive.heartbeat.wire.FrameSession;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.nio.Inbound;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLSocket;

/** Reads from the socket, one thread at a time, and passes what comes to the session: for both kinds of input, and a close. */
final class FrameReader {
    private final BlockingConnection link;
    private final InputStream raw;
    private final FrameSession session;
    private final Inbound inbound;
    private final StateLock state;
    private final ReentrantLock receiving = new ReentrantLock();

    FrameReader(BlockingConnection link, InputStream raw, FrameSession session, StateLock state) {
        this.link = link;
        this.raw = raw;
        this.session = session;
        this.inbound = new Inbound(session);
        this.state = state;
    }

    /**
     * Whether bytes wait in the kernel for a reader that has not got a processor yet, on a machine that is too busy: the
     * timer's thread may well be ahead of it by more than a tick. TLS can't tell.
     */
    boolean isUnread() {
        try {
            return link.input().isReading() && !(link.socket() instanceof SSLSocket) && raw.available() > 0;
        } catch (IOException e) {
            return false; // the reader is about to be notified
        }
    }

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
        link.end().requireNone();
        int count;
        try {
            count = raw.read(bytes, offset, length);
        } catch (SocketTimeoutException e) {
            link.end().requireNone();
            throw e; // the application's own timeout: nothing is lost
        } catch (IOException e) {
            throw link.end().because(e);
        }
        link.input().onBytes(); // before an end that came with them is recorded
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
                areEventsDue = link.events().collect(session.heartbeat());
                isOver = link.isLost();
            }
        } finally {
            state.unlock();
        }
        int data = received.position() - offset;
        if (areEventsDue) {
            link.events().start();
        }
        if (isOver) {
            ConnectionLostException lost = link.end().bySession();
            if (data == 0) {
                throw lost;
            }
        } else if (sawControl) {
            link.end().carryOn();
        }
        return data;
    }

    /** Reads without looking at the bytes, while the connection lingers. */
    void discard(byte[] bytes) throws IOException {
        receiving.lock(); // a reader that is still blocked may get the peer's FIN
        try {
            if (link.end().isCloseOrdered()) {
                return;
            }
            int count = raw.read(bytes);
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
        link.end().carryOn();
    }

    private int endOfStream() throws ConnectionLostException {
        // What a thread gets, too, when the error was delivered to another one: the kernel knows.
        Optional<ConnectionLoss> known = ConnectionLoss.of(new EOFException("end of stream"), link.socket());
        known.ifPresent(link.end()::awaitFirstReported);
        boolean isOrderly;
        state.lock();
        try {
            session.onEndOfStream(known.orElse(null), System.nanoTime());
            isOrderly = !link.isLost();
        } finally {
            state.unlock();
        }
        if (isOrderly) {
            link.end().carryOn();
            link.end().requireNone(); // closed here meanwhile
            return -1;
        }
        throw link.end().bySession();
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

    int available() throws IOException {
        return raw.available();
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

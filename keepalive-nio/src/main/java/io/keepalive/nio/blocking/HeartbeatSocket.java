package io.keepalive.nio.blocking;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import java.io.Closeable;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;

/**
 * A blocking connection that speaks the heartbeat protocol. Made by {@link BlockingHeartbeats#wrap}.
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
    private final BlockingConnection link;

    HeartbeatSocket(BlockingConnection link) {
        this.link = link;
    }

    /**
     * What the peer's application sends. Returns -1 when it has said that it sends no more (END).
     *
     * @return the same at each call; closing it closes the connection
     */
    public InputStream input() {
        return link.input();
    }

    /**
     * What is sent to the peer's application. Each write is at least a frame: put a {@code BufferedOutputStream} on it for
     * small pieces.
     *
     * @return the same at each call; closing it closes the connection
     */
    public OutputStream output() {
        return link.output();
    }

    /**
     * Says that no more will be written (END). Reading goes on, and so do the beats of both sides. Idempotent.
     *
     * @throws ConnectionLostException if the connection is lost
     */
    public void end() throws ConnectionLostException {
        link.sayEnd();
    }

    /**
     * Asks the peer at once: {@link Heartbeat#pingNow}. If there is no answer in time, calls on this connection end. In
     * mode {@link ReadMode#INLINE} somebody has to be reading.
     *
     * @param within how long it may take to answer; more than 0
     * @throws ConnectionLostException if the connection is lost
     * @throws IllegalArgumentException if out of range
     */
    public void pingNow(Duration within) throws ConnectionLostException {
        link.pingNow(within);
    }

    /**
     * The heartbeat, to be asked for round-trip times, missedPongs and the like, as an estimate: other threads change it. It is
     * not to be told anything.
     *
     * @return the same for ever
     */
    public Heartbeat heartbeat() {
        return link.heartbeat();
    }

    /**
     * Why the connection is over.
     *
     * @return empty if it is not; {@link LossCause#LOCAL_CLOSED} after {@link #close}
     */
    public Optional<ConnectionLoss> loss() {
        return link.loss();
    }

    /**
     * The socket below, for its options and addresses.
     *
     * @return not to be read from, written to or closed
     */
    public Socket socket() {
        return link.socket();
    }

    /**
     * Closes the connection in order, and returns when nothing that was written can be lost any more: sends CLOSE behind it,
     * shuts the output, and discards input until the peer has closed, too. A program may exit right afterwards. Gives up, with
     * a reset, after {@link io.keepalive.heartbeat.HeartbeatConfig#closeTimeout()} without progress. Another thread's blocked
     * write is completed first, as far as its current frame; its blocked read ends with the peer's next byte, at the latest
     * with this call. If the thread is interrupted, the close goes on without it. Idempotent.
     */
    @Override
    public void close() {
        link.close();
    }

    /**
     * Resets the connection at once: what was written and has not left is lost, and every blocked call ends. Returns when the
     * socket is closed. Idempotent.
     */
    public void abort() {
        link.abort();
    }

    @Override
    public String toString() {
        return "HeartbeatSocket[" + link.socket() + ", " + link.heartbeat() + "]";
    }
}

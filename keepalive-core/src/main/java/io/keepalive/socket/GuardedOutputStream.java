package io.keepalive.socket;

import io.keepalive.internal.DurationText;
import io.keepalive.internal.HardClose;
import io.keepalive.loss.Confidence;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The output of a socket that a {@link WriteTimeouts} watches. Writes of several threads wait for each other.
 *
 * @since 0.1
 */
public final class GuardedOutputStream extends OutputStream {
    /**
     * A larger array is written in parts, since each part taken is progress: a slow peer is not stalled. The JDK itself
     * hands the kernel no more than 128 KiB at once.
     */
    private static final int PART_BYTES = 16 * 1024;

    private final Socket socket;
    private final OutputStream output;
    private final WriteStallWatch watch;
    private final HardClose hardClose;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile @Nullable Runnable onClose;
    private volatile @Nullable ConnectionLoss loss;

    GuardedOutputStream(Socket socket, OutputStream output, WriteStallWatch watch) {
        this.socket = socket;
        this.output = output;
        this.watch = watch;
        this.hardClose = HardClose.of(socket);
    }

    /** Runs an action before the application closes this stream. */
    void onClose(Runnable action) {
        onClose = action;
    }

    /**
     * Why the guard ended the connection.
     *
     * @return empty as long as it has not
     */
    public Optional<ConnectionLoss> loss() {
        return Optional.ofNullable(loss);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        writing.lock();
        try {
            for (int written = 0; written < length; written += PART_BYTES) {
                watched(bytes, offset + written, Math.min(PART_BYTES, length - written));
            }
        } finally {
            writing.unlock();
        }
    }

    private void watched(byte[] bytes, int offset, int length) throws IOException {
        watch.beginWrite();
        try {
            output.write(bytes, offset, length);
        } catch (IOException e) {
            ConnectionLoss stalled = loss;
            throw stalled == null ? e : new ConnectionLostException(stalled, e);
        } finally {
            watch.endWrite();
        }
    }

    @Override
    public void flush() throws IOException {
        output.flush();
    }

    @Override
    public void close() throws IOException {
        Runnable action = onClose;
        if (action != null) {
            action.run();
        }
        socket.close();
    }

    /**
     * Called by the guard's thread: calls nothing of the socket, whose class may block or throw.
     *
     * @return whether the connection is to be ended
     */
    boolean isStalled(long nowNanos) {
        return watch.tick(nowNanos);
    }

    /** Ends the connection; called on a thread of its own. */
    @SuppressWarnings("CatchingUnchecked")
    void end(Duration limit) {
        // The cause before the close, so that a thread woken by the close finds it.
        ConnectionLoss stalled = new ConnectionLoss(
                LossCause.WRITE_STALLED,
                Confidence.HIGH,
                "the operating system took nothing of a write for " + DurationText.format(limit));
        loss = stalled;
        try {
            Telemetry.lost(new ConnectionLostException(stalled, null));
        } catch (Throwable e) {
            // Counting must not keep the connection from being ended.
        }
        hardClose.run();
    }
}

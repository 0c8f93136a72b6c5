package io.keepalive.socket;

import io.keepalive.internal.DurationText;
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
import java.util.function.Consumer;
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
    private final Consumer<GuardedOutputStream> onEnd;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile @Nullable ConnectionLoss loss;

    GuardedOutputStream(
            Socket socket, OutputStream output, WriteStallWatch watch, Consumer<GuardedOutputStream> onEnd) {
        this.socket = socket;
        this.output = output;
        this.watch = watch;
        this.onEnd = onEnd;
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
        onEnd.accept(this);
        socket.close();
    }

    /** Called by the guard's thread. */
    void tick(long nowNanos, long limitNanos) {
        if (socket.isClosed()) {
            onEnd.accept(this);
        } else if (watch.tick(nowNanos)) {
            onEnd.accept(this);
            end(Duration.ofNanos(limitNanos));
        }
    }

    private void end(Duration limit) {
        // The cause before the close: whoever is woken by it is to find it.
        ConnectionLoss stalled = new ConnectionLoss(
                LossCause.WRITE_STALLED,
                Confidence.HIGH,
                "the operating system took nothing of a write for " + DurationText.format(limit));
        loss = stalled;
        Telemetry.lost(new ConnectionLostException(stalled, null));
        try {
            // Without it SSLSocket.close() would wait for the lock that the blocked writer holds.
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // Closed meanwhile: then there is nothing left to free.
        }
        try {
            socket.close();
        } catch (IOException e) {
            // The descriptor is gone all the same.
        }
    }
}

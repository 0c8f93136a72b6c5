package io.keepalive.nio.echo;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatFormat;
import io.keepalive.heartbeat.HeartbeatTimer;
import io.keepalive.heartbeat.wire.MessageSession;
import io.keepalive.loss.Confidence;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A protocol of lines, and a heartbeat in it, over a blocking socket: the least there is to write by hand. */
final class LineSocket implements Closeable {
    private final Socket socket;
    private final BufferedReader in;
    private final OutputStream out;
    private final HeartbeatTimer<LineSocket> timer;
    private final Executor threads;

    /** Guards the heartbeat; never held during I/O. */
    private final ReentrantLock state = new ReentrantLock();

    private final Heartbeat heartbeat;
    private final MessageSession<String> messages;
    private final Queue<String> due = new ArrayDeque<>();

    /** Held by who is in a write. */
    private final ReentrantLock writing = new ReentrantLock();

    private volatile boolean isReading;
    private volatile long written;

    LineSocket(
            Socket socket,
            HeartbeatConfig config,
            HeartbeatFormat<String> format,
            HeartbeatTimer<LineSocket> timer,
            Executor threads)
            throws IOException {
        this.socket = socket;
        this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        this.out = socket.getOutputStream();
        this.timer = timer;
        this.threads = threads;
        this.messages = new MessageSession<>(config, format, System.nanoTime());
        this.heartbeat = messages.heartbeat();
        timer.add(heartbeat, this);
    }

    Heartbeat heartbeat() {
        return heartbeat;
    }

    @Nullable
    String readLine() throws ConnectionLostException {
        while (true) {
            isReading = true;
            String line;
            try {
                line = in.readLine();
            } catch (IOException e) {
                throw lost(e);
            } finally {
                isReading = false;
            }
            if (line == null || !isHeartbeat(line)) {
                return line;
            }
        }
    }

    private boolean isHeartbeat(String line) {
        heartbeat.onReceived();
        state.lock();
        try {
            boolean isHeartbeat = messages.read(line, System.nanoTime());
            collect();
            return isHeartbeat;
        } finally {
            state.unlock();
        }
    }

    /** On the timer's thread, which must not wait for this socket. */
    void tick(long nowNanos) {
        state.lock();
        try {
            messages.onTick(nowNanos, isReading, writing.isLocked(), written);
            collect();
            if (heartbeat.loss().isPresent()) {
                threads.execute(this::abandon);
            }
        } finally {
            state.unlock();
        }
    }

    private void collect() {
        for (String line = messages.next(); line != null; line = messages.next()) {
            due.add(line);
        }
        if (!due.isEmpty()) {
            threads.execute(this::writeDue); // neither the reader nor the timer writes
        }
    }

    void writeLine(String line) throws ConnectionLostException {
        writing.lock();
        try {
            write(line);
            state.lock();
            try {
                heartbeat.onSent();
            } finally {
                state.unlock();
            }
        } finally {
            writing.unlock();
        }
    }

    private void writeDue() {
        writing.lock();
        try {
            for (String line = nextDue(); line != null; line = nextDue()) {
                write(line);
            }
            state.lock();
            try {
                messages.onFlushed(System.nanoTime());
            } finally {
                state.unlock();
            }
        } catch (ConnectionLostException e) {
            abandon();
        } finally {
            writing.unlock();
        }
    }

    private @Nullable String nextDue() {
        state.lock();
        try {
            return due.poll();
        } finally {
            state.unlock();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // with the writing lock
    private void write(String line) throws ConnectionLostException {
        try {
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw lost(e);
        }
        written++;
    }

    /** The first cause wins: what the heartbeat found, or what a call met. */
    private ConnectionLostException lost(IOException thrown) {
        ConnectionLoss loss = ConnectionLoss.of(thrown, socket)
                .orElseGet(() -> new ConnectionLoss(LossCause.UNKNOWN, Confidence.LOW, thrown.toString()));
        state.lock();
        try {
            messages.fail(loss, System.nanoTime());
            return Objects.requireNonNull(messages.end()).exception(thrown);
        } finally {
            state.unlock();
        }
    }

    /** Ends blocked calls; without linger 0 first, over TLS it would wait for a blocked writer. */
    private void abandon() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // closed meanwhile
        }
        timer.remove(heartbeat);
    }

    @Override
    public void close() throws IOException {
        state.lock();
        try {
            messages.abort(System.nanoTime());
        } finally {
            state.unlock();
        }
        timer.remove(heartbeat);
        socket.close();
    }
}

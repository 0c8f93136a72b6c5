package io.keepalive.nio.echo;

import io.keepalive.heartbeat.Heartbeat;
import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatFormat;
import io.keepalive.heartbeat.HeartbeatListener;
import io.keepalive.heartbeat.HeartbeatTimer;
import io.keepalive.heartbeat.HeartbeatWheel;
import io.keepalive.heartbeat.MessageSession;
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
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A protocol of lines, and a heartbeat in it, over a blocking socket: the least there is to write by hand. */
final class LineSocket implements HeartbeatWheel.Connection, Closeable {
    private final Socket socket;
    private final BufferedReader in;
    private final OutputStream out;
    private final HeartbeatTimer timer;
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
            HeartbeatTimer timer,
            Executor threads)
            throws IOException {
        this.socket = socket;
        this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        this.out = socket.getOutputStream();
        this.timer = timer;
        this.threads = threads;
        long seed = ThreadLocalRandom.current().nextLong();
        this.heartbeat = new Heartbeat(config, seed, HeartbeatListener.NONE, System.nanoTime());
        this.messages = new MessageSession<>(heartbeat, format);
        timer.add(this);
    }

    @Override
    public Heartbeat heartbeat() {
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
    @Override
    public void tick(long nowNanos) {
        state.lock();
        try {
            heartbeat.onTick(nowNanos, isReading, writing.isLocked(), written);
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
                timer.reschedule(heartbeat);
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
            heartbeat.onLost(loss);
            return new ConnectionLostException(heartbeat.loss().orElseThrow(), thrown);
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
            heartbeat.onLost(new ConnectionLoss(LossCause.LOCAL_CLOSED, Confidence.HIGH, "closed here"));
        } finally {
            state.unlock();
        }
        timer.remove(heartbeat);
        socket.close();
    }
}

package io.keepalive.nio.blocking;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatListener;
import io.keepalive.heartbeat.HeartbeatTimer;
import io.keepalive.heartbeat.wire.FrameSession;
import io.keepalive.heartbeat.wire.Hello;
import java.io.IOException;
import java.net.Socket;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;

/**
 * Heartbeats over blocking sockets, TLS included. One for the whole program, or for each configuration:
 *
 * <pre>{@code
 * BlockingHeartbeats heartbeats = new BlockingHeartbeats(HeartbeatConfig.defaults());
 * HeartbeatSocket connection = heartbeats.wrap(SocketKeeper.of(policy).client().connect("db", 7000), ReadMode.INLINE);
 * connection.output().write(request);
 * int count = connection.input().read(response);
 * }</pre>
 *
 * <p>One thread decides for all connections; it never reads, writes or closes, so that a connection that is stuck holds up
 * no other one. What may block (a beat, an answer, a close, the reader of {@link ReadMode#PUMPED}) has a thread of its own
 * while it lasts: a virtual one on JDK 21 and later, else a daemon from a pool.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class BlockingHeartbeats implements AutoCloseable {
    private final HeartbeatConfig config;
    private final Hello hello;
    private final HeartbeatListener listener;
    private final HeartbeatTimer timer;
    private final ExecutorService threads = Threads.start("keepalive-heartbeat-io");
    private final Set<BlockingConnection> open = ConcurrentHashMap.newKeySet();

    /**
     * Starts with no connection, and no thread yet.
     *
     * @param config when to do what, for all its connections
     */
    public BlockingHeartbeats(HeartbeatConfig config) {
        this(config, FrameSession.helloOf(config), HeartbeatListener.NONE);
    }

    /**
     * Starts with no connection, and no thread yet.
     *
     * @param config when to do what, for all its connections
     * @param hello what peers are told: {@link FrameSession#helloOf}, perhaps with a known box or another largest frame
     * @param listener is told what happens on the way, by several threads
     */
    public BlockingHeartbeats(HeartbeatConfig config, Hello hello, HeartbeatListener listener) {
        this.config = Objects.requireNonNull(config, "config");
        this.hello = Objects.requireNonNull(hello, "hello");
        this.listener = Objects.requireNonNull(listener, "listener");
        this.timer = new HeartbeatTimer("keepalive-heartbeat", config.tick().dividedBy(2));
    }

    /**
     * Starts the heartbeat protocol on a connection: this side's HELLO is sent, by another thread. On a TLS socket that
     * starts the handshake, if it has not taken place.
     *
     * @param socket connected, {@code SSLSocket} included; to be left alone from now on, but for its options
     * @param mode who reads
     * @return the connection to read from and write to instead
     * @throws IOException if the socket is closed or not connected
     * @throws IllegalStateException if this is closed
     */
    public HeartbeatSocket wrap(Socket socket, ReadMode mode) throws IOException {
        Objects.requireNonNull(mode, "mode");
        long nowNanos = System.nanoTime();
        FrameSession session = new FrameSession(config, hello, socket.hashCode(), listener, nowNanos);
        BlockingConnection link = new BlockingConnection(this, socket, session, mode);
        timer.add(link);
        open.add(link);
        link.start();
        return new HeartbeatSocket(link);
    }

    /**
     * How many connections are open.
     *
     * @return 0 or more
     */
    public int size() {
        return open.size();
    }

    /** Closes all connections, and ends the threads. Takes about a second at most. */
    @Override
    public void close() {
        open.forEach(BlockingConnection::startClosing);
        open.forEach(BlockingConnection::close);
        timer.close();
        threads.shutdown();
    }

    /** Runs what may block. */
    void run(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            new Thread(task, "keepalive-heartbeat-close")
                    .start(); // closed meanwhile: only the end of a connection is left
        }
    }

    void reschedule(BlockingConnection link) {
        timer.reschedule(link.heartbeat());
    }

    void forget(BlockingConnection link) {
        open.remove(link);
        timer.remove(link.heartbeat());
    }
}

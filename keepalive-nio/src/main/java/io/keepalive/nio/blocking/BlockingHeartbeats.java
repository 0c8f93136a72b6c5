package io.keepalive.nio.blocking;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatEvent;
import io.keepalive.heartbeat.HeartbeatTimer;
import io.keepalive.heartbeat.wire.HeartbeatProtocol;
import java.io.IOException;
import java.net.Socket;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 * no other one. What may block (a BEAT, a PONG, a close, the reader of {@link ReadMode#PUMPED}) has a platform thread of its own
 * while it lasts, a daemon from a pool.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class BlockingHeartbeats implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BlockingHeartbeats.class);

    private final HeartbeatProtocol protocol;
    private final BiConsumer<? super HeartbeatSocket, ? super HeartbeatEvent> onEvent;
    private final HeartbeatTimer<BlockingConnection> timer;
    private final IoWorkers workers = new IoWorkers("keepalive-heartbeat-io");
    private final CarrierProbe carriers = new CarrierProbe(workers);
    private final Set<BlockingConnection> open = ConcurrentHashMap.newKeySet();

    /**
     * Starts with no connection, and no thread yet.
     *
     * @param config when to do what, for all its connections
     */
    public BlockingHeartbeats(HeartbeatConfig config) {
        this(HeartbeatProtocol.of(config), (connection, event) -> {});
    }

    /**
     * Starts with no connection, and no thread yet.
     *
     * @param protocol shared by all its connections
     * @param onEvent gets what the heartbeats report: those of a connection in order, those of several at the same time, on
     *     threads that it may block; it may write to the connection and close it, and what it throws is logged
     */
    public BlockingHeartbeats(
            HeartbeatProtocol protocol, BiConsumer<? super HeartbeatSocket, ? super HeartbeatEvent> onEvent) {
        this.protocol = Objects.requireNonNull(protocol, "protocol");
        this.onEvent = Objects.requireNonNull(onEvent, "onEvent");
        this.timer =
                new HeartbeatTimer<>("keepalive-heartbeat", protocol.config().resolution(), BlockingConnection::tick);
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
        BlockingConnection link = new BlockingConnection(this, socket, protocol.session(nowNanos), mode);
        timer.add(link.heartbeat(), link);
        open.add(link);
        link.start();
        return link.facade();
    }

    /**
     * How many connections are open.
     *
     * @return 0 or more
     */
    public int size() {
        return open.size();
    }

    /**
     * Closes all connections in order, at the same time, and ends the threads. Returns when nothing that was written can be
     * lost any more: at once if the peers go along, at the latest after
     * {@link io.keepalive.heartbeat.HeartbeatConfig#closeTimeout()} without progress.
     */
    @Override
    public void close() {
        open.forEach(BlockingConnection::startClosing);
        open.forEach(BlockingConnection::close);
        timer.close();
        workers.shutDown();
    }

    /** Runs what may block. */
    void run(Runnable task) {
        workers.run(task);
    }

    CarrierProbe carriers() {
        return carriers;
    }

    /** Reports an event, without any lock. */
    void report(BlockingConnection link, HeartbeatEvent event) {
        try {
            onEvent.accept(link.facade(), event);
        } catch (Throwable e) {
            LOG.warn("the listener failed at {} of {}", event, link.socket(), e);
        }
    }

    void forget(BlockingConnection link) {
        open.remove(link);
        timer.remove(link.heartbeat());
    }
}

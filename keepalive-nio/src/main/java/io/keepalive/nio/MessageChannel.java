package io.keepalive.nio;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatFormat;
import io.keepalive.heartbeat.wire.MessageSession;
import io.keepalive.loss.ConnectionLostException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;

/**
 * A non-blocking connection whose protocol brings its own heartbeat. Made by
 * {@link HeartbeatLoop#add(SelectionKey, HeartbeatFormat)}.
 *
 * <p>The application parses what it reads, as ever, and says which messages were the heartbeat's: {@link #isHeartbeat}, or
 * {@link #signals}. It writes whole messages, so that a beat never comes in the midst of one.
 *
 * <p>Confined to the loop's thread.
 *
 * @since 0.1
 */
public final class MessageChannel extends LoopChannel {
    private final MessageSession<ByteBuffer> messages;

    MessageChannel(HeartbeatLoop loop, SelectionKey key, MessageSession<ByteBuffer> messages) {
        super(loop, key, messages);
        this.messages = messages;
    }

    /**
     * Reads as the {@code SocketChannel} does.
     *
     * @param target gets the bytes
     * @return how many; 0 if there are none now; -1 at the end of the stream, after which the peer is not expected to be
     *     heard: the application closes, or goes on to write
     * @throws ConnectionLostException if the connection is lost
     */
    public int read(ByteBuffer target) throws ConnectionLostException {
        requireAlive();
        int count = receive(target);
        if (count < 0) {
            messages.onInputEnded(System.nanoTime());
        }
        return count;
    }

    /**
     * Asks the format whether a message belongs to the heartbeat, and sends the answer if there is one.
     *
     * @param message a whole one, from its position to its limit
     * @return whether the application is to ignore it
     * @throws ConnectionLostException if the connection is lost
     */
    public boolean isHeartbeat(ByteBuffer message) throws ConnectionLostException {
        long nowNanos = System.nanoTime();
        boolean isHeartbeat = messages.read(message, nowNanos);
        if (isHeartbeat) {
            answer(nowNanos);
        }
        return isHeartbeat;
    }

    /**
     * Where to say what was read, for who has parsed it already. Call {@link #answer()} afterwards.
     *
     * @return good until the next call
     */
    public HeartbeatFormat.Signals signals() {
        return messages.at(System.nanoTime());
    }

    /**
     * Sends what {@link #signals} asked for.
     *
     * @throws ConnectionLostException if the connection is lost
     */
    public void answer() throws ConnectionLostException {
        answer(System.nanoTime());
    }

    private void answer(long nowNanos) throws ConnectionLostException {
        requireAlive();
        try {
            sendDue(nowNanos);
        } catch (IOException e) {
            throw fail(e);
        }
    }

    /**
     * Goes on with another configuration: for example when a greeting has shown what the peer supports.
     *
     * @param config when to do what from now on; its tick should not be shorter than that of the loop's configuration
     */
    public void reconfigure(HeartbeatConfig config) {
        heartbeat().reconfigure(config, System.nanoTime());
    }

    /**
     * Writes whole messages, one or more. What does not fit into the kernel is copied and waits.
     *
     * @param message from its position to its limit
     * @return true if it was taken; false, and nothing was, if something waits already: try again when the key is writable
     *     and {@link #flush} returns true
     * @throws ConnectionLostException if the connection is lost
     */
    public boolean write(ByteBuffer message) throws ConnectionLostException {
        requireAlive();
        try {
            if (!out.isEmpty() && !flush()) {
                return false;
            }
            heartbeat().onSent();
            out.write(message);
            return true;
        } catch (IOException e) {
            throw fail(e);
        }
    }

    /**
     * Closes the connection in order, without waiting, as {@link HeartbeatChannel#close} does; with the close message of the
     * protocol, if it has one. Idempotent.
     */
    @Override
    public void close() {
        if (!isEnded()) {
            long nowNanos = System.nanoTime();
            messages.close(nowNanos);
            beginClose(nowNanos);
        }
    }

    @Override
    void sendDue(long nowNanos) throws IOException {
        if (!out.isEmpty()) {
            return; // an engine keeps no more than six messages until there is room
        }
        while (out.isEmpty()) {
            ByteBuffer message = messages.next();
            if (message == null) {
                break;
            }
            out.write(message);
        }
        if (out.isEmpty()) {
            onFlushed(nowNanos);
        }
    }

    @Override
    void onFlushed(long nowNanos) throws IOException {
        flushedAll(nowNanos);
    }

    @Override
    public String toString() {
        return "MessageChannel[" + socket + ", " + heartbeat() + "]";
    }
}

package io.keepalive.cli.relay.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * TLS over a non-blocking TCP channel, as a channel: what is written to it is encrypted, what is read was decrypted. After
 * the {@linkplain #handshake handshake}.
 *
 * <ul>
 *   <li>{@link #write} takes nothing while encrypted bytes wait, so at most what one call encrypted is held here.
 *   <li>{@link #read} decrypts before it reads from the kernel, so at most what one read from the kernel brought is held
 *       here. {@link #hasBuffered} reports it: the selector can't.
 *   <li>{@link #shutdownOutput} sends close_notify and then the FIN, behind all that was written.
 *   <li>A FIN without close_notify is no end of the stream but an {@code EOFException}, unless this side has shut its output.
 * </ul>
 *
 * <p>Confined to one thread, but for the tasks of the handshake.
 */
public final class TlsChannel extends ChannelOverTcp {
    private final SSLEngine engine;
    private final TlsKey key;
    private final TlsInput input;
    private final TlsOutput output;
    private final TlsHandshake handshake;
    private final ByteBuffer[] single = new ByteBuffer[1];

    /** How a handshake goes on. */
    public enum Handshake {
        /** Both sides have proven who they are, or the peer is about to refuse this one. */
        DONE,
        /** When the key is ready. */
        WAITS,
        /** After {@link #runTasks}, which takes milliseconds. */
        TASK
    }

    /**
     * TLS on a connected channel.
     *
     * @param key of the TCP channel
     * @param isClient whether this side opened the TCP connection
     */
    public TlsChannel(TlsContext context, SelectionKey key, TlsBuffers shared, boolean isClient) {
        super((SocketChannel) key.channel());
        this.engine = context.engine(isClient);
        this.key = new TlsKey(key, this);
        this.output = new TlsOutput(engine, tcp, shared, this.key::update);
        this.input = new TlsInput(engine, tcp, shared, output);
        this.handshake = new TlsHandshake(engine, input, output, this.key);
    }

    /** To be used instead of the TCP channel's; with the same attachment. */
    public SelectionKey key() {
        return key;
    }

    /**
     * Goes on with the handshake as far as it goes.
     *
     * @throws IOException if it failed; the peer was sent an alert as far as the kernel took it
     */
    public Handshake handshake() throws IOException {
        return handshake.proceed();
    }

    /** Signs, and checks the peer's certificate. Any thread, one at a time. */
    public void runTasks() {
        TlsHandshake.runTasks(engine);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        single[0] = target;
        try {
            return (int) read(single, 0, 1);
        } finally {
            single[0] = TlsOutput.NOTHING[0];
        }
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        output.flush(); // a close that waits for the peer's FIN calls nothing else
        return input.read(targets, offset, length);
    }

    /** Whether a read may return something though the kernel has nothing. */
    public boolean hasBuffered() {
        return input.hasBuffered();
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        single[0] = source;
        try {
            return (int) write(single, 0, 1);
        } finally {
            single[0] = TlsOutput.NOTHING[0];
        }
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        if (output.isEnded()) {
            throw new ClosedChannelException();
        }
        try {
            return output.write(sources, offset, length);
        } catch (SSLException e) {
            throw e;
        } catch (IOException e) {
            throw input.refusalOr(e);
        }
    }

    /**
     * Writes what waits.
     *
     * @return whether nothing waits any more
     */
    public boolean flush() throws IOException {
        return output.flush();
    }

    boolean isWriteWaiting() {
        return output.isWaiting();
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        output.end();
        return this;
    }
}

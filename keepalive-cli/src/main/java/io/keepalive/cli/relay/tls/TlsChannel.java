package io.keepalive.cli.relay.tls;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.security.cert.CertPathBuilderException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * TLS over a non-blocking TCP channel, as a channel: what is written to it is encrypted, what is read was decrypted. After
 * the {@linkplain #handshake handshake}.
 *
 * <ul>
 *   <li>{@link #write} takes nothing while encrypted bytes wait, so at most what one call encrypted is held here.
 *   <li>{@link #read} decrypts before it reads from the kernel, so at most what one read from the kernel brought is held
 *       here. {@link #hasBuffered} reports it: the selector can't.
 *   <li>{@link #shutdownOutput} sends close_notify and then the FIN, behind all that was written.
 *   <li>A FIN without close_notify is no end of the stream but an {@link EOFException}, unless this side has shut its output.
 * </ul>
 *
 * <p>Confined to one thread, but for the tasks of the handshake.
 */
public final class TlsChannel extends ChannelOverTcp {
    private static final ByteBuffer[] NOTHING = {ByteBuffer.allocate(0)};

    private final SSLEngine engine;
    private final TlsBuffers shared;
    private final TlsKey key;
    private final ByteBuffer[] single = new ByteBuffer[1];

    /** Received and not decrypted: a part of a record, or records that had no room. */
    private @Nullable ByteBuffer received;

    /** Decrypted and not taken. */
    private @Nullable ByteBuffer decrypted;

    /** Encrypted and not written. */
    private @Nullable ByteBuffer encrypted;

    private boolean begun;
    private boolean heard;
    private boolean hasRecord;
    private boolean inputEnded;
    private boolean outputEnded;

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
        this.shared = shared;
        this.key = new TlsKey(key, this);
    }

    /** To be used instead of the TCP channel's; with the same attachment. */
    public SelectionKey key() {
        return key;
    }

    // ---- handshake

    /**
     * Goes on with the handshake as far as it goes.
     *
     * @throws IOException if it failed; the peer was sent an alert as far as the kernel took it
     */
    public Handshake handshake() throws IOException {
        if (!begun) {
            begun = true;
            engine.beginHandshake();
        }
        try {
            while (true) {
                if (!flush()) {
                    return Handshake.WAITS;
                }
                switch (engine.getHandshakeStatus()) {
                    case NEED_WRAP -> wrap(NOTHING, 0, 1);
                    case NEED_TASK -> {
                        key.interestOps(0);
                        return Handshake.TASK;
                    }
                    case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                        if (!receiveHandshake()) {
                            key.interestOps(SelectionKey.OP_READ);
                            return Handshake.WAITS;
                        }
                    }
                    default -> {
                        key.interestOps(0);
                        return Handshake.DONE;
                    }
                }
            }
        } catch (SSLException e) {
            sendAlert(e);
            throw readable(e);
        }
    }

    /** The provider's text for the most frequent mistake is about paths that it builds. */
    private static SSLException readable(SSLException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathBuilderException) {
                SSLException readable = new SSLHandshakeException("the other relay's certificate is not trusted here");
                readable.initCause(e);
                return readable;
            }
        }
        return e;
    }

    /** Signs, and checks the peer's certificate. Any thread, one at a time. */
    public void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    private boolean receiveHandshake() throws IOException {
        ByteBuffer in = input();
        try {
            while (true) {
                SSLEngineResult result = engine.unwrap(in, shared.decrypted.clear());
                if (result.getStatus() == Status.OK) {
                    return true;
                }
                if (result.getStatus() == Status.CLOSED) {
                    throw new EOFException("the peer closed within the TLS handshake");
                }
                int count = receive(in);
                if (count < 0) {
                    throw new EOFException("the peer closed within the TLS handshake");
                }
                if (count == 0) {
                    return false;
                }
            }
        } finally {
            keep(in);
        }
    }

    private void sendAlert(SSLException cause) {
        try {
            for (int i = 0; i < 2 && !engine.isOutboundDone() && flush(); i++) {
                wrap(NOTHING, 0, 1);
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    // ---- reading

    @Override
    public int read(ByteBuffer target) throws IOException {
        single[0] = target;
        try {
            return (int) read(single, 0, 1);
        } finally {
            single[0] = NOTHING[0];
        }
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        flush(); // a close that waits for the peer's FIN calls nothing else
        long count = takeDecrypted(targets, offset, length);
        if (decrypted != null) {
            return count;
        }
        ByteBuffer in = input();
        try {
            while (!inputEnded && room(targets, offset, length) > 0 && decrypted == null) {
                int produced = unwrap(in, targets, offset, length);
                if (produced >= 0) {
                    count += produced;
                } else if (count > 0 || !receiveMore(in)) {
                    break;
                }
            }
        } finally {
            hasRecord = in.hasRemaining() && room(targets, offset, length) == 0;
            keep(in);
        }
        return count == 0 && inputEnded ? -1 : count;
    }

    /** Decrypts a record, also a part of it that has no room; -1 if there is none. */
    private int unwrap(ByteBuffer in, ByteBuffer[] targets, int offset, int length) throws IOException {
        SSLEngineResult result = engine.unwrap(in, targets, offset, length);
        int produced = result.bytesProduced();
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            ByteBuffer whole = shared.decrypted.clear();
            result = engine.unwrap(in, whole);
            whole.flip();
            produced = move(whole, targets, offset, length);
            if (whole.hasRemaining()) {
                decrypted = shared.copy(whole);
            }
        }
        heard |= produced > 0;
        inputEnded |= engine.isInboundDone();
        afterHandshake(result);
        return result.getStatus() == Status.BUFFER_UNDERFLOW ? -1 : produced;
    }

    /** The peer has changed its key, say. */
    private void afterHandshake(SSLEngineResult result) throws IOException {
        if (inputEnded || outputEnded) {
            return;
        }
        switch (result.getHandshakeStatus()) {
            case NEED_TASK -> runTasks();
            case NEED_WRAP -> wrap(NOTHING, 0, 1);
            default -> {
                return;
            }
        }
    }

    private boolean receiveMore(ByteBuffer in) throws IOException {
        int count = receive(in);
        if (count < 0) {
            if (!outputEnded) {
                throw new EOFException("the TLS stream was cut off: a FIN without close_notify");
            }
            inputEnded = true;
        }
        return count > 0;
    }

    /** All that was received and not decrypted, ready to be taken. */
    private ByteBuffer input() {
        ByteBuffer in = shared.received.clear();
        ByteBuffer rest = received;
        if (rest != null) {
            in.put(rest);
            shared.release(rest);
            received = null;
        }
        return in.flip();
    }

    private int receive(ByteBuffer in) throws IOException {
        in.compact();
        try {
            return tcp.read(in);
        } finally {
            in.flip();
        }
    }

    private void keep(ByteBuffer in) {
        if (in.hasRemaining()) {
            received = shared.copy(in);
        }
    }

    private long takeDecrypted(ByteBuffer[] targets, int offset, int length) {
        ByteBuffer rest = decrypted;
        if (rest == null) {
            return 0;
        }
        int count = move(rest, targets, offset, length);
        if (!rest.hasRemaining()) {
            shared.release(rest);
            decrypted = null;
        }
        return count;
    }

    private static int move(ByteBuffer from, ByteBuffer[] targets, int offset, int length) {
        int before = from.remaining();
        for (int i = offset; i < offset + length && from.hasRemaining(); i++) {
            ByteBuffer target = targets[i];
            int count = Math.min(from.remaining(), target.remaining());
            target.put(target.position(), from, from.position(), count);
            target.position(target.position() + count);
            from.position(from.position() + count);
        }
        return before - from.remaining();
    }

    private static long room(ByteBuffer[] targets, int offset, int length) {
        long room = 0;
        for (int i = offset; i < offset + length; i++) {
            room += targets[i].remaining();
        }
        return room;
    }

    /** Whether a read may return something though the kernel has nothing. */
    public boolean hasBuffered() {
        return decrypted != null || hasRecord;
    }

    // ---- writing

    @Override
    public int write(ByteBuffer source) throws IOException {
        single[0] = source;
        try {
            return (int) write(single, 0, 1);
        } finally {
            single[0] = NOTHING[0];
        }
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        if (outputEnded) {
            throw new ClosedChannelException();
        }
        try {
            flush();
            long count = 0;
            long encryptedNow = 1;
            while (encryptedNow > 0 && encrypted == null && room(sources, offset, length) > 0) {
                encryptedNow = wrap(sources, offset, length);
                count += encryptedNow;
            }
            return count;
        } catch (SSLException e) {
            throw e;
        } catch (IOException e) {
            throw heard ? e : refusalOr(e);
        }
    }

    /** A peer that does not trust this side sends an alert, and then a reset, which may be met first. */
    private IOException refusalOr(IOException failure) {
        ByteBuffer in = input();
        try {
            while (receive(in) > 0 || in.hasRemaining()) {
                SSLEngineResult result = engine.unwrap(in, shared.decrypted.clear());
                if (result.bytesConsumed() == 0) {
                    break;
                }
            }
        } catch (SSLException refusal) {
            return refusal;
        } catch (IOException e) {
            return failure; // nothing more is to be read
        }
        return failure;
    }

    /** Encrypts some records and writes them; what the kernel does not take waits. */
    private long wrap(ByteBuffer[] sources, int offset, int length) throws IOException {
        if (!flush()) {
            return 0;
        }
        ByteBuffer out = shared.encrypted.clear();
        long count = 0;
        do {
            SSLEngineResult result = engine.wrap(sources, offset, length, out);
            count += result.bytesConsumed();
            if (result.getStatus() == Status.CLOSED && result.bytesProduced() == 0) {
                throw new ClosedChannelException(); // the peer's alert, or ours, has ended it
            }
            if (result.bytesProduced() == 0) {
                break;
            }
        } while (room(sources, offset, length) > 0 && out.remaining() >= 2 * TlsBuffers.RECORD);
        out.flip();
        tcp.write(out);
        if (out.hasRemaining()) {
            encrypted = shared.copy(out);
            key.update();
        }
        return count;
    }

    /**
     * Writes what waits.
     *
     * @return whether nothing waits any more
     */
    public boolean flush() throws IOException {
        ByteBuffer waiting = encrypted;
        if (waiting == null) {
            return true;
        }
        tcp.write(waiting);
        if (waiting.hasRemaining()) {
            return false;
        }
        shared.release(waiting);
        encrypted = null;
        key.update();
        if (outputEnded) {
            tcp.shutdownOutput();
        }
        return true;
    }

    boolean isWriteWaiting() {
        return encrypted != null;
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        if (outputEnded) {
            return this;
        }
        outputEnded = true;
        engine.closeOutbound();
        ByteBuffer out = shared.encrypted.clear();
        ByteBuffer waiting = encrypted;
        if (waiting != null) {
            out.put(waiting);
            shared.release(waiting);
        }
        while (!engine.isOutboundDone() && out.remaining() >= TlsBuffers.RECORD) {
            if (engine.wrap(NOTHING, 0, 1, out).bytesProduced() == 0) {
                break;
            }
        }
        encrypted = shared.copy(out.flip());
        key.update();
        flush();
        return this;
    }
}

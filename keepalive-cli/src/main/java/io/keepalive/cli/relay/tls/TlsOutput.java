package io.keepalive.cli.relay.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.Status;
import org.jspecify.annotations.Nullable;

/** The sending half of a {@link TlsChannel}: encrypts, and holds what the kernel did not take. */
final class TlsOutput {
    static final ByteBuffer[] NOTHING = {ByteBuffer.allocate(0)};

    private final SSLEngine engine;
    private final SocketChannel tcp;
    private final TlsBuffers shared;
    private final Runnable onChange;

    /** Encrypted and not written. */
    private @Nullable ByteBuffer encrypted;

    private boolean ended;

    /**
     * An output that has sent nothing.
     *
     * @param onChange called when {@link #isWaiting} has changed
     */
    TlsOutput(SSLEngine engine, SocketChannel tcp, TlsBuffers shared, Runnable onChange) {
        this.engine = engine;
        this.tcp = tcp;
        this.shared = shared;
        this.onChange = onChange;
    }

    /** Encrypts and writes until something waits. */
    long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        flush();
        long count = 0;
        long encryptedNow = 1;
        while (encryptedNow > 0 && encrypted == null && TlsBuffers.sum(sources, offset, length) > 0) {
            encryptedNow = wrap(sources, offset, length);
            count += encryptedNow;
        }
        return count;
    }

    /** Lets the engine send what it has to say itself. */
    void wrapOwn() throws IOException {
        wrap(NOTHING, 0, 1);
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
        } while (TlsBuffers.sum(sources, offset, length) > 0 && out.remaining() >= 2 * TlsBuffers.RECORD);
        out.flip();
        tcp.write(out);
        if (out.hasRemaining()) {
            encrypted = shared.copy(out);
            onChange.run();
        }
        return count;
    }

    /**
     * Writes what waits.
     *
     * @return whether nothing waits any more
     */
    boolean flush() throws IOException {
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
        onChange.run();
        if (ended) {
            tcp.shutdownOutput();
        }
        return true;
    }

    boolean isWaiting() {
        return encrypted != null;
    }

    boolean isEnded() {
        return ended;
    }

    /** Sends close_notify and then the FIN, behind what waits. */
    void end() throws IOException {
        if (ended) {
            return;
        }
        ended = true;
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
        onChange.run();
        flush();
    }
}

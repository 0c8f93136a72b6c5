package io.keepalive.cli.relay.tls;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The receiving half of a {@link TlsChannel}: decrypts, and holds what found no room. */
final class TlsInput {
    private final SSLEngine engine;
    private final SocketChannel tcp;
    private final TlsBuffers shared;
    private final TlsOutput output;

    /** Received and not decrypted: a part of a record, or records that had no room. */
    private @Nullable ByteBuffer received;

    /** Decrypted and not taken. */
    private @Nullable ByteBuffer decrypted;

    private boolean heard;
    private boolean hasRecord;
    private boolean ended;

    TlsInput(SSLEngine engine, SocketChannel tcp, TlsBuffers shared, TlsOutput output) {
        this.engine = engine;
        this.tcp = tcp;
        this.shared = shared;
        this.output = output;
    }

    /** Decrypts what is there, as far as there is room. */
    long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        long count = takeDecrypted(targets, offset, length);
        if (decrypted != null) {
            return count;
        }
        ByteBuffer in = input();
        try {
            while (!ended && TlsBuffers.sum(targets, offset, length) > 0 && decrypted == null) {
                int produced = unwrap(in, targets, offset, length);
                if (produced >= 0) {
                    count += produced;
                } else if (count > 0 || !receiveMore(in)) {
                    break;
                }
            }
        } finally {
            hasRecord = in.hasRemaining() && TlsBuffers.sum(targets, offset, length) == 0;
            keep(in);
        }
        return count == 0 && ended ? -1 : count;
    }

    /** Decrypts a record, also a part of it that has no room; -1 if there is none. */
    private int unwrap(ByteBuffer in, ByteBuffer[] targets, int offset, int length) throws IOException {
        SSLEngineResult result = engine.unwrap(in, targets, offset, length);
        int produced = result.bytesProduced();
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            ByteBuffer whole = shared.decrypted.clear();
            result = engine.unwrap(in, whole);
            whole.flip();
            produced = TlsBuffers.move(whole, targets, offset, length);
            if (whole.hasRemaining()) {
                decrypted = shared.copy(whole);
            }
        }
        heard |= produced > 0;
        ended |= engine.isInboundDone();
        afterHandshake(result);
        return result.getStatus() == Status.BUFFER_UNDERFLOW ? -1 : produced;
    }

    /** The peer has changed its key, say. */
    private void afterHandshake(SSLEngineResult result) throws IOException {
        if (ended || output.isEnded()) {
            return;
        }
        switch (result.getHandshakeStatus()) {
            case NEED_TASK -> TlsHandshake.runTasks(engine);
            case NEED_WRAP -> output.wrapOwn();
            default -> {
                return;
            }
        }
    }

    private boolean receiveMore(ByteBuffer in) throws IOException {
        int count = receive(in);
        if (count < 0) {
            if (!output.isEnded()) {
                throw new EOFException("the TLS stream was cut off: a FIN without close_notify");
            }
            ended = true;
        }
        return count > 0;
    }

    private long takeDecrypted(ByteBuffer[] targets, int offset, int length) {
        ByteBuffer rest = decrypted;
        if (rest == null) {
            return 0;
        }
        int count = TlsBuffers.move(rest, targets, offset, length);
        if (!rest.hasRemaining()) {
            shared.release(rest);
            decrypted = null;
        }
        return count;
    }

    /** Whether a read may return something though the kernel has nothing. */
    boolean hasBuffered() {
        return decrypted != null || hasRecord;
    }

    /**
     * Gives a record of the handshake to the engine.
     *
     * @return false if there is none yet
     */
    boolean receiveHandshake() throws IOException {
        ByteBuffer in = input();
        try {
            while (true) {
                SSLEngineResult result = engine.unwrap(in, shared.decrypted.clear());
                if (result.getStatus() == Status.OK) {
                    return true;
                }
                int count = result.getStatus() == Status.CLOSED ? -1 : receive(in);
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

    /** A peer that does not trust this side sends an alert, and then a reset, which may be met first. */
    IOException refusalOr(IOException failure) {
        if (heard) {
            return failure;
        }
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
}

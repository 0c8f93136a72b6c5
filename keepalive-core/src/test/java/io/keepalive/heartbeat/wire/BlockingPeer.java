package io.keepalive.heartbeat.wire;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The least that a peer over a blocking socket needs: what the framing is tried with against other implementations.
 * DATA goes back as it comes, PING is answered, END with END; it closes when the other side does.
 */
final class BlockingPeer implements AutoCloseable {
    private final Socket socket;
    private final FrameOrder rules;
    private final FrameDecoder decoder;
    private final FrameEncoder encoder;
    private final ByteBuffer in = ByteBuffer.allocate(8 * 1024).flip();
    private final ByteBuffer out = ByteBuffer.allocate(8 * 1024 + FrameEncoder.CONTROL_FRAME_BYTES);

    /** A peer that has used up some of the time that the other side has for its HELLO. */
    BlockingPeer(Socket socket, Hello mine, Duration alreadyWaited) throws IOException {
        this.socket = socket;
        rules = Orders.of(mine, System.nanoTime() - alreadyWaited.toNanos());
        decoder = new FrameDecoder(rules);
        encoder = new FrameEncoder(rules);
        socket.setTcpNoDelay(true);
        encoder.hello(out);
        flush();
    }

    FrameOrder rules() {
        return rules;
    }

    FrameDecoder decoder() {
        return decoder;
    }

    FrameEncoder encoder() {
        return encoder;
    }

    ByteBuffer in() {
        return in;
    }

    ByteBuffer out() {
        return out;
    }

    void flush() throws IOException {
        socket.getOutputStream().write(out.array(), 0, out.position());
        out.clear();
    }

    void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Sends all of it, in frames as large as they may be now and have room. */
    void sendData(ByteBuffer payload) throws IOException {
        while (payload.hasRemaining()) {
            encoder.data(payload, out);
            flush();
        }
    }

    /** The next frame or piece of DATA; null at the end of the stream. */
    @Nullable
    FrameType receive(Duration patience) throws IOException {
        while (!decoder.next(in)) {
            in.compact();
            long left = rules.helloDeadlineNanos() - System.nanoTime();
            long millis = rules.agreement().isPresent() ? patience.toMillis() : left / 1_000_000 + 1; // not before it
            socket.setSoTimeout((int) Math.max(1, millis));
            int read = socket.getInputStream().read(in.array(), in.position(), in.remaining());
            in.position(in.position() + Math.max(0, read)).flip();
            if (read < 0) {
                return null;
            }
        }
        return decoder.type();
    }

    /** Echoes until the other side closes, or breaks the protocol and is told so. */
    void echo() throws IOException {
        try {
            for (FrameType type = receive(Duration.ofSeconds(20));
                    type != null;
                    type = receive(Duration.ofSeconds(20))) {
                switch (type) {
                    case DATA -> {
                        ByteBuffer piece = decoder.slice(in);
                        sendData(piece);
                    }
                    case PING -> encoder.pong(decoder.id(), out);
                    case END -> encoder.end(out);
                    case HELLO, BEAT, PONG -> {}
                    case CLOSE -> {
                        return;
                    }
                }
                flush();
            }
        } catch (ProtocolException e) {
            close(e.reason());
        } catch (SocketTimeoutException e) {
            close(rules.isHelloOverdue(System.nanoTime()) ? CloseReason.HELLO_TIMEOUT : CloseReason.PEER_SILENT);
        }
    }

    /** Closes so that no reset overtakes the reason: reads on until the other side closes, for a second at most. */
    private void close(CloseReason reason) throws IOException {
        out.clear();
        encoder.close(reason, out);
        flush();
        socket.shutdownOutput();
        socket.setSoTimeout(1000);
        try {
            while (socket.getInputStream().read(in.array()) >= 0) {}
        } catch (SocketTimeoutException e) {
            // enough
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

package io.keepalive.netty.heartbeat;

import io.keepalive.heartbeat.HeartbeatFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2PingFrame;

/**
 * How well-known protocols say what a heartbeat has to say. To be given to a {@link HeartbeatHandler}.
 *
 * @since 0.1
 */
public final class HeartbeatFormats {
    private HeartbeatFormats() {}

    /**
     * WebSocket (RFC 6455, section 5.5). An unsolicited PONG is the beat, as the RFC suggests; a PING has 8 bytes, which
     * the answer brings back. PINGs of the peer are answered.
     *
     * <p>Netty's {@code WebSocketServerProtocolHandler} and {@code WebSocketClientProtocolHandler} answer PINGs themselves, and
     * drop PONGs unless {@code dropPongFrames(false)} is set. Without PONGs the handler notices that something was received and
     * has no round-trip times. Every peer has to send PONGs, so its silence is fatal from the start. Put the {@link
     * HeartbeatHandler} behind the protocol handler when the handshake is complete: a frame that is sent before
     * is an error.
     *
     * @return for {@code WebSocketFrame}; other frames are the application's, PONGs to its own PINGs too, unless these
     *     have a content of eight bytes
     */
    public static HeartbeatFormat<WebSocketFrame> webSocket() {
        return WebSocket.FORMAT;
    }

    /**
     * HTTP/2 PING (RFC 9113, section 6.7), of {@code Http2FrameCodec}, which has to answer the peer's PINGs itself, as it
     * does by default. There is no beat, so a PING is sent in its place. Put the handler between {@code Http2FrameCodec} and
     * {@code Http2MultiplexHandler}.
     *
     * <p>Servers are strict about PINGs: gRPC allows one in 5 minutes by default, and none without a call. Choose
     * {@code beatInterval} and {@code pingIdle} accordingly.
     *
     * @return for {@code Http2PingFrame}; the handlers behind see none of them
     */
    public static HeartbeatFormat<Http2PingFrame> http2() {
        return Http2.FORMAT;
    }

    /**
     * A protocol of lines in which empty lines are skipped: a line feed is the beat. There is no PING, so the
     * configuration has to be {@linkplain io.keepalive.heartbeat.HeartbeatConfigBuilder#oneWay() one-way}. Behind a
     * {@code LineBasedFrameDecoder}, which gives an empty buffer for an empty line.
     *
     * @return for {@code ByteBuf}; the application sees no empty lines
     */
    public static HeartbeatFormat<ByteBuf> emptyLine() {
        return EmptyLine.FORMAT;
    }

    /**
     * A protocol with a length in front of each message, in which empty ones are skipped: one of those is the beat. There
     * is no PING, so the configuration has to be
     * {@linkplain io.keepalive.heartbeat.HeartbeatConfigBuilder#oneWay() one-way}. Between {@code
     * LengthFieldBasedFrameDecoder} and {@code LengthFieldPrepender} in front of the handler and the application behind it.
     *
     * @return for {@code ByteBuf}; the application sees no empty messages
     */
    public static HeartbeatFormat<ByteBuf> emptyFrame() {
        return EmptyFrame.FORMAT;
    }

    private enum WebSocket implements HeartbeatFormat<WebSocketFrame> {
        FORMAT;

        @Override
        public boolean peersMustAnswer() {
            return true; // RFC 6455, section 5.5.2
        }

        @Override
        public WebSocketFrame beat() {
            return new PongWebSocketFrame();
        }

        @Override
        public WebSocketFrame ping(long id) {
            return new PingWebSocketFrame(Unpooled.copyLong(id));
        }

        @Override
        public WebSocketFrame pong(long id) {
            return new PongWebSocketFrame(Unpooled.copyLong(id));
        }

        @Override
        public boolean read(WebSocketFrame frame, Signals signals) {
            ByteBuf content = frame.content();
            boolean isOurs = content.readableBytes() == Long.BYTES;
            if (frame instanceof PongWebSocketFrame) {
                if (isOurs) {
                    signals.onPong(content.getLong(content.readerIndex()));
                    return true;
                }
                signals.onBeat();
                return !content.isReadable(); // otherwise it may answer a PING of the application's
            }
            // An answer has to bring back the same bytes, which an id has room for if they are eight.
            if (frame instanceof PingWebSocketFrame && isOurs) {
                signals.onPing(content.getLong(content.readerIndex()));
                return true;
            }
            return false;
        }
    }

    private enum Http2 implements HeartbeatFormat<Http2PingFrame> {
        FORMAT;

        @Override
        public boolean peersMustAnswer() {
            return true; // RFC 9113, section 6.7
        }

        @Override
        public Http2PingFrame ping(long id) {
            return new DefaultHttp2PingFrame(id);
        }

        @Override
        public boolean read(Http2PingFrame frame, Signals signals) {
            if (frame.ack()) {
                signals.onPong(frame.content());
            } else {
                signals.onBeat(); // answered by the codec in front
            }
            return true;
        }
    }

    private enum EmptyLine implements HeartbeatFormat<ByteBuf> {
        FORMAT;

        @Override
        public ByteBuf beat() {
            return Unpooled.copyShort('\n').skipBytes(1);
        }

        @Override
        public boolean read(ByteBuf line, Signals signals) {
            return readEmpty(line, signals);
        }
    }

    private enum EmptyFrame implements HeartbeatFormat<ByteBuf> {
        FORMAT;

        @Override
        public ByteBuf beat() {
            return Unpooled.EMPTY_BUFFER;
        }

        @Override
        public boolean read(ByteBuf message, Signals signals) {
            return readEmpty(message, signals);
        }
    }

    private static boolean readEmpty(ByteBuf message, HeartbeatFormat.Signals signals) {
        if (message.isReadable()) {
            return false;
        }
        signals.onBeat();
        return true;
    }
}

package io.keepalive.netty.heartbeat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.wire.FrameHeader;
import io.keepalive.heartbeat.wire.FrameSession;
import io.keepalive.heartbeat.wire.FrameType;
import io.keepalive.heartbeat.wire.Hello;
import io.keepalive.heartbeat.wire.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The half of the codec that reads: takes frames out of the buffers that come, passes DATA on as it is, without copying
 * unless there are very many frames in one buffer, and gives control frames to the session.
 *
 * <p>A superclass, since an object for each channel would cost 24 bytes of the idle ones; and a cursor of its own, since core's
 * {@link io.keepalive.heartbeat.wire.FrameDecoder} would cost 56: between two frames this one has no state.
 */
abstract sealed class FrameReader extends HeartbeatInPipeline<FrameSession> permits HeartbeatCodec {
    /**
     * So many frames of one buffer are passed on as they are; then the payload of short ones is collected. A peer that sends
     * 13,000 frames of one byte in 64 KiB must not send 13,000 messages through the pipeline, while others of the loop wait;
     * nor 16 such buffers in one turn: {@link #endTurn}.
     */
    private static final int MESSAGES = 16;

    private static final int SHORT_BYTES = 256;

    /**
     * The header of the frame that is being received, with the length of what is still to come; 0 between frames. The rules
     * have nothing against it.
     */
    private int frame;
    /** A header or a control frame's payload that came in pieces. */
    private @Nullable ByteBuf fragment;

    FrameReader(HeartbeatConfig config) {
        super(config);
    }

    /** The peer's HELLO is there. */
    abstract void onAgreed(ChannelHandlerContext ctx);

    @Override
    public final void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf in)) {
            passedOn();
            ctx.fireChannelRead(message); // what a PROXY protocol decoder found, say
            return;
        }
        if (!hasBegun() && start(ctx)) {
            ctx.flush();
        }
        if (!hasBegun()) {
            passedOn();
            ctx.fireChannelRead(message); // not of this protocol: the way to the peer is not free yet
            return;
        }
        if (isClosing()) {
            in.release();
            session().onDiscarded(nanoTime());
            return;
        }
        heartbeat().onReceived();
        boolean isHandedOn = false;
        try {
            isHandedOn = decode(ctx, in);
        } catch (ProtocolException e) {
            session().onViolation(e, nanoTime());
            sendDue(ctx);
        } finally {
            if (!isHandedOn) {
                in.release();
            }
        }
    }

    /** Returns whether the buffer was handed on. */
    private boolean decode(ChannelHandlerContext ctx, ByteBuf in) throws ProtocolException {
        ByteBuf collected = null;
        int messages = 0;
        int frames = 0;
        try {
            while (in.isReadable()) {
                if (ended) {
                    collected = passOn(ctx, collected);
                    return handOnIfRemoved(ctx, in);
                }
                if (isClosing()) {
                    break; // the rest is discarded
                }
                if (frame == 0) {
                    ByteBuf whole = collect(ctx, in, FrameHeader.BYTES);
                    if (whole != null) {
                        frames++;
                        int header = whole.readInt();
                        if (!mayOvertake(FrameHeader.type(header))) {
                            collected = passOn(ctx, collected);
                        }
                        onHeader(ctx, header);
                    }
                    continue;
                }
                FrameType type = FrameHeader.type(frame);
                int left = FrameHeader.length(frame);
                if (type == FrameType.DATA) {
                    if (messages++ >= MESSAGES && left < SHORT_BYTES && left < in.readableBytes()) {
                        collected = append(ctx, collected, in, left);
                        continue;
                    }
                    collected = passOn(ctx, collected);
                    if (in.readableBytes() <= left) {
                        received(in.readableBytes());
                        passOn(ctx, in);
                        return true;
                    }
                    received(left);
                    passOn(ctx, in.readRetainedSlice(left));
                } else if (type == null) {
                    int skipped = Math.min(left, in.readableBytes());
                    in.skipBytes(skipped);
                    received(skipped);
                } else {
                    ByteBuf whole = collect(ctx, in, left);
                    if (whole != null) {
                        received(left);
                        onControl(ctx, type, left, whole);
                    }
                }
            }
            releaseFragment();
            return false;
        } finally {
            passOn(ctx, collected);
            if (frames > MESSAGES) {
                endTurn(ctx, frames);
            }
        }
    }

    /**
     * The transport takes a buffer for one message and reads up to {@code maxMessagesPerRead} of them, 16 by default, before
     * it looks at the other channels of the loop. Each frame is a message.
     */
    private static void endTurn(ChannelHandlerContext ctx, int frames) {
        ctx.channel().unsafe().recvBufAllocHandle().incMessagesRead(frames - 1);
    }

    /** Whether the application can't notice that a frame is handled before the DATA in front of it. */
    private static boolean mayOvertake(@Nullable FrameType type) {
        return type == FrameType.DATA || type == FrameType.BEAT || type == null;
    }

    private ByteBuf append(ChannelHandlerContext ctx, @Nullable ByteBuf collected, ByteBuf in, int left) {
        ByteBuf target = collected == null
                ? ctx.alloc().buffer(Math.min(in.readableBytes(), 4 * SHORT_BYTES), in.readableBytes())
                : collected;
        target.writeBytes(in, left);
        received(left);
        return target;
    }

    /** Returns null: it is the next handler's now. */
    private @Nullable ByteBuf passOn(ChannelHandlerContext ctx, @Nullable ByteBuf data) {
        if (data != null) {
            passedOn();
            ctx.fireChannelRead(data);
        }
        return null;
    }

    /** So many bytes of the frame have come. */
    private void received(int bytes) {
        frame = FrameHeader.length(frame) == bytes ? 0 : frame - bytes;
    }

    /** Without this handler, what follows is the next one's. */
    private boolean handOnIfRemoved(ChannelHandlerContext ctx, ByteBuf in) {
        if (ctx.isRemoved()) {
            ctx.fireChannelRead(in);
            return true;
        }
        return false;
    }

    /** Where so many bytes can be read from; null if they are not all there yet. */
    private @Nullable ByteBuf collect(ChannelHandlerContext ctx, ByteBuf in, int length) {
        ByteBuf part = fragment;
        if (part == null || !part.isWritable()) {
            releaseFragment();
            if (in.readableBytes() >= length) {
                return in;
            }
            part = ctx.alloc().buffer(length, length); // the rules have checked it: at most 512
            fragment = part;
        }
        part.writeBytes(in, Math.min(part.writableBytes(), in.readableBytes()));
        return part.isWritable() ? null : part;
    }

    /** If it has been read: between two frames, or at the end. */
    private void releaseFragment() {
        if (fragment != null && (ended || !fragment.isWritable())) {
            fragment.release();
            fragment = null;
        }
    }

    private void onHeader(ChannelHandlerContext ctx, int header) throws ProtocolException {
        FrameType type = session().order().onReceive(header);
        if (FrameHeader.length(header) > 0) {
            frame = header;
        } else if (type == FrameType.HELLO) {
            onHello(ctx, Hello.decode(ByteBuffer.allocate(0)));
        } else if (type != null) {
            onFrame(ctx, type, 0);
        }
    }

    private void onControl(ChannelHandlerContext ctx, FrameType type, int length, ByteBuf payload)
            throws ProtocolException {
        switch (type) {
            case HELLO -> {
                Hello peer = Hello.decode(payload.nioBuffer(payload.readerIndex(), length));
                payload.skipBytes(length);
                onHello(ctx, peer);
            }
            case PING, PONG -> onFrame(ctx, type, payload.readLong());
            case CLOSE -> onFrame(ctx, type, payload.readUnsignedShort());
            case DATA, BEAT, END -> throw new IllegalStateException("a payload that the rules forbid");
        }
    }

    private void onHello(ChannelHandlerContext ctx, Hello peer) throws ProtocolException {
        ProtocolEvent agreed = new ProtocolEvent.Agreed(session().order().onHello(peer));
        onFrame(ctx, FrameType.HELLO, 0);
        fire(agreed);
        onAgreed(ctx);
    }

    private void onFrame(ChannelHandlerContext ctx, FrameType type, long value) {
        if (type == FrameType.BEAT) {
            session().onFrame(type, value, 0); // nothing to send, no need to know the time
            fireEvents();
        } else {
            session().onFrame(type, value, nanoTime());
            sendDue(ctx);
        }
        if (type == FrameType.END) {
            fire(new ProtocolEvent.InputEnded());
        }
    }

    /** A header that has come in part is the next handler's: it may be no header at all. */
    @Override
    void onRemoved(ChannelHandlerContext ctx) {
        ByteBuf part = fragment;
        if (part != null && frame == 0 && part.isWritable() && !ended) {
            fragment = null;
            ctx.fireChannelRead(part);
        }
    }

    @Override
    void finish() {
        super.finish();
        releaseFragment();
    }
}

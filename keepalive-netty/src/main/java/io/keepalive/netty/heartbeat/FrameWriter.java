package io.keepalive.netty.heartbeat;

import io.keepalive.heartbeat.wire.FrameHeader;
import io.keepalive.heartbeat.wire.FrameOrder;
import io.keepalive.heartbeat.wire.FrameSession;
import io.keepalive.heartbeat.wire.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** How frames get into Netty's buffers. */
@SuppressWarnings("FutureReturnValueIgnored") // what is written has its promise
final class FrameWriter {
    /** More than all the control frames that are due at once: 40 + 4 + 12 + 4 × 12 + 4 + 6, and room for any of them. */
    private static final int CONTROL_BYTES = FrameSession.CONTROL_BYTES;

    private static final FastThreadLocal<ByteBuffer> SCRATCH = new FastThreadLocal<>() {
        @Override
        protected ByteBuffer initialValue() {
            return ByteBuffer.allocate(CONTROL_BYTES);
        }
    };

    private FrameWriter() {}

    /**
     * Writes a header in front of a payload, if there is room that is in no other use: a pooled buffer of its
     * own, with one owner, not a view of another one, nor of several, and no wrapped array, which may be in use by many.
     */
    private static boolean putInFront(ByteBuf payload, int header) {
        int start = payload.readerIndex() - FrameHeader.BYTES;
        if (start < 0
                || payload.refCnt() != 1
                || payload.unwrap() != null
                || payload.isReadOnly()
                || payload.alloc() instanceof UnpooledByteBufAllocator
                || !payload.isContiguous()) {
            return false;
        }
        payload.setInt(start, header).readerIndex(start);
        return true;
    }

    /**
     * Writes DATA, in as many frames as it takes. A failure goes to the promise, which can't be cancelled any more.
     *
     * @return whether there was any, and it may be sent
     */
    static boolean data(ChannelHandlerContext ctx, FrameOrder rules, ByteBuf data, ChannelPromise promise) {
        if (!promise.setUncancellable()) { // later on, a header would be sent without what it announces
            data.release();
            return false;
        }
        boolean any = data.isReadable();
        int largest = rules.maxSendPayload();
        try {
            while (data.readableBytes() > largest) {
                ctx.write(HeaderBuffers.with(begin(rules, largest), ctx), unheard(ctx));
                ctx.write(data.readRetainedSlice(largest), unheard(ctx));
            }
            if (data.isReadable()) {
                int header = begin(rules, data.readableBytes());
                if (!putInFront(data, header)) {
                    ctx.write(HeaderBuffers.with(header, ctx), unheard(ctx));
                }
            }
        } catch (RuntimeException e) {
            data.release();
            promise.tryFailure(e);
            return false;
        }
        ctx.write(data, promise);
        return any;
    }

    private static int begin(FrameOrder rules, int length) {
        int header = FrameHeader.of(FrameType.DATA, length);
        rules.onSend(header);
        return header;
    }

    /** All the control frames that are due, or null. */
    static @Nullable ByteBuf control(ChannelHandlerContext ctx, FrameSession session) {
        ByteBuffer scratch = SCRATCH.get().clear();
        while (session.write(scratch)) {
            // all there is
        }
        int length = scratch.position();
        // Of its array: a ByteBuffer would be copied by way of another one, made for the purpose.
        return length == 0
                ? null
                : ctx.alloc().ioBuffer(length).writeBytes(scratch.array(), scratch.arrayOffset(), length);
    }

    /** A promise without listeners, which costs nothing. */
    static ChannelPromise unheard(ChannelHandlerContext ctx) {
        return ctx.channel().unsafe().voidPromise();
    }
}

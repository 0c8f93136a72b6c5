package io.keepalive.netty.heartbeat;

import io.keepalive.heartbeat.wire.FrameHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;

/**
 * The headers of payloads that have no room in front: a few buffers for each event loop, each used again once it has left.
 * To get four bytes from an allocator costs more than all the rest of writing a frame.
 */
final class HeaderBuffers {
    private static final int COUNT = 32;

    private static final FastThreadLocal<HeaderBuffers> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected HeaderBuffers initialValue() {
            return new HeaderBuffers();
        }
    };

    private final ByteBuf[] buffers = new ByteBuf[COUNT];
    private int next;

    /** They can't grow: handlers that collect what is written (TLS) may append to a buffer that can. */
    private HeaderBuffers() {
        ByteBuffer memory = ByteBuffer.allocateDirect(COUNT * FrameHeader.BYTES); // the collector's, with the thread
        for (int i = 0; i < COUNT; i++) {
            buffers[i] = Unpooled.wrappedBuffer(memory.slice(i * FrameHeader.BYTES, FrameHeader.BYTES));
        }
    }

    /** A buffer with that header, to be written and so released. */
    static ByteBuf with(int header, ChannelHandlerContext ctx) {
        ByteBuf buffer = OF_THREAD.get().next();
        if (buffer.refCnt() != 1) { // it waits behind a slow peer; or it was released twice
            return ctx.alloc().ioBuffer(FrameHeader.BYTES).writeInt(header);
        }
        return buffer.retain().clear().writeInt(header);
    }

    private ByteBuf next() {
        next = (next + 1) % COUNT;
        return buffers[next];
    }
}

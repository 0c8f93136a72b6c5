package io.keepalive.netty.heartbeat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.PendingWriteQueue;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the application has written and can't go out yet: before the peer's HELLO is there, or while a frame is being written.
 * In the order in which it was written; it counts for the channel's writability. Confined to the event loop.
 */
final class HeldWrites {
    /** Writes a message or refuses it, and is done with both then. */
    @FunctionalInterface
    interface Writer {
        void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise);
    }

    /** None while there is nothing, as on nearly every connection that has agreed. */
    private @Nullable PendingWriteQueue queue;

    boolean isEmpty() {
        return queue == null;
    }

    void add(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (queue == null) {
            queue = new PendingWriteQueue(ctx);
        }
        queue.add(message, promise);
    }

    /**
     * Writes them for as long as that may be.
     *
     * @param mayWrite asked before each
     * @return whether there was one
     */
    boolean drain(ChannelHandlerContext ctx, BooleanSupplier mayWrite, Writer writer) {
        boolean any = false;
        while (queue != null && mayWrite.getAsBoolean()) {
            Object message = ReferenceCountUtil.retain(queue.current());
            ChannelPromise promise = Objects.requireNonNull(queue.remove());
            if (queue.isEmpty()) {
                queue = null;
            }
            writer.write(ctx, message, promise);
            any = true;
        }
        return any;
    }

    /** The channel is gone, and this handler with it. */
    void fail() {
        if (queue != null) {
            queue.removeAndFailAll(new ClosedChannelException());
            queue = null;
        }
    }
}

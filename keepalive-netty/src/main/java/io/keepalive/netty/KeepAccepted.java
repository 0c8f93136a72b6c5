package io.keepalive.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;

/**
 * In the pipeline of a listening channel that is there already: has each accepted child kept when it is registered, which
 * is after the bootstrap's child options are set, and before the handlers behind see anything.
 */
final class KeepAccepted extends ChannelInboundHandlerAdapter {
    private final ChannelKeeper keeper;

    private KeepAccepted(ChannelKeeper keeper) {
        this.keeper = keeper;
    }

    /** Of two keepers the later one counts. */
    static void install(ChannelPipeline pipeline, ChannelKeeper keeper) {
        KeepAccepted earlier = pipeline.get(KeepAccepted.class);
        if (earlier == null) {
            pipeline.addFirst(new KeepAccepted(keeper));
        } else {
            pipeline.replace(earlier, null, new KeepAccepted(keeper));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Channel child) {
            child.pipeline().addFirst(new KeepOnce(keeper));
        }
        context.fireChannelRead(message);
    }

    /** Added before the child is registered, called when it is, then gone. */
    private static final class KeepOnce extends ChannelHandlerAdapter {
        private final ChannelKeeper keeper;

        KeepOnce(ChannelKeeper keeper) {
            this.keeper = keeper;
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // the keeper has told who is to be told
        public void handlerAdded(ChannelHandlerContext context) {
            context.pipeline().remove(this);
            keeper.keep(context.channel());
        }
    }
}

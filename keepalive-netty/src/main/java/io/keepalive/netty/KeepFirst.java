package io.keepalive.netty;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;

/**
 * In place of a bootstrap's handler: keeps each channel when it is registered, which is after the bootstrap's options are
 * set and before the channel connects or is handed on, and makes way for the handler.
 */
@ChannelHandler.Sharable
final class KeepFirst extends ChannelHandlerAdapter {
    private final ChannelKeeper keeper;
    private final ChannelHandler handler;

    private KeepFirst(ChannelKeeper keeper, ChannelHandler handler) {
        this.keeper = keeper;
        this.handler = handler;
    }

    /** Of two keepers the later one counts. */
    static ChannelHandler before(ChannelHandler handler, ChannelKeeper keeper) {
        return new KeepFirst(keeper, handler instanceof KeepFirst earlier ? earlier.handler : handler);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the keeper has reported, and closed the channel if it is strict
    public void handlerAdded(ChannelHandlerContext context) {
        keeper.keep(context.channel());
        context.pipeline().replace(this, null, handler);
    }
}

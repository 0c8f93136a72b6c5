package io.keepalive.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;

/**
 * A factory whose channels are kept: when they are registered, which is after the bootstrap's options are set and before
 * the channel connects.
 */
final class KeepingChannelFactory<C extends Channel> implements ChannelFactory<C> {
    private final ChannelKeeper keeper;
    private final ChannelFactory<? extends C> factory;
    private final Keep keep = new Keep();

    KeepingChannelFactory(ChannelKeeper keeper, ChannelFactory<? extends C> factory) {
        this.keeper = keeper;
        this.factory = factory;
    }

    @Override
    public C newChannel() {
        C channel = factory.newChannel();
        channel.pipeline().addFirst(keep);
        return channel;
    }

    @Override
    public String toString() {
        return factory + " kept by " + keeper;
    }

    @ChannelHandler.Sharable
    private final class Keep extends ChannelHandlerAdapter {
        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // the keeper has reported, and closed the channel if it is strict
        public void handlerAdded(ChannelHandlerContext context) {
            context.pipeline().remove(this);
            keeper.keep(context.channel());
        }
    }
}

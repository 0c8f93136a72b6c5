package io.keepalive.netty;

import io.keepalive.socket.KeepAliveException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A group whose channels are kept: a view of another group that applies a policy to each channel before it registers it.
 *
 * <p>That is the one moment that a bootstrap lets others have between setting its own options and connecting, or handing
 * an accepted child to its handlers; and a group is part of what clones share, while a handler may be set or replaced at
 * any time. The thread is the one on which the bootstrap has just set its own options.
 */
final class KeepingGroup extends AbstractEventExecutorGroup implements EventLoopGroup {
    private final ChannelKeeper keeper;
    private final EventLoopGroup group;

    /** Of the kept bootstrap, as they are at the moment. */
    private Supplier<Map<ChannelOption<?>, Object>> options = Map::of;

    /** Of two keepers the later one counts. */
    KeepingGroup(ChannelKeeper keeper, EventLoopGroup group) {
        this.keeper = keeper;
        this.group = group instanceof KeepingGroup kept ? kept.group : group;
    }

    /** Which options the channels have that come here; to be told before any does. */
    void expect(Supplier<Map<ChannelOption<?>, Object>> optionsOfBootstrap) {
        options = optionsOfBootstrap;
    }

    private void keep(Channel channel) throws KeepAliveException {
        keeper.check(options.get(), channel);
        keeper.apply(channel);
    }

    @Override
    public ChannelFuture register(Channel channel) {
        try {
            keep(channel);
        } catch (Throwable e) {
            // It has no event loop yet. Whoever registers a channel closes it when that fails, as bootstraps do.
            return new DefaultChannelPromise(channel, GlobalEventExecutor.INSTANCE).setFailure(e);
        }
        return group.register(channel);
    }

    @Override
    public ChannelFuture register(ChannelPromise promise) {
        try {
            keep(promise.channel());
        } catch (Throwable e) {
            return promise.setFailure(e);
        }
        return group.register(promise);
    }

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
        try {
            keep(channel);
        } catch (Throwable e) {
            return promise.setFailure(e);
        }
        return group.register(channel, promise);
    }

    @Override
    public EventLoop next() {
        return group.next();
    }

    @Override
    public Iterator<EventExecutor> iterator() {
        return group.iterator();
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        return group.shutdownGracefully(quietPeriod, timeout, unit);
    }

    @Override
    public Future<?> terminationFuture() {
        return group.terminationFuture();
    }

    @Override
    @Deprecated
    public void shutdown() {
        group.shutdown();
    }

    @Override
    public boolean isShuttingDown() {
        return group.isShuttingDown();
    }

    @Override
    public boolean isShutdown() {
        return group.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return group.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return group.awaitTermination(timeout, unit);
    }

    @Override
    public String toString() {
        return group + " kept by " + keeper;
    }
}

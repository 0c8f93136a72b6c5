package io.keepalive.netty;

import io.netty.bootstrap.ChannelFactory;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.bootstrap.ServerBootstrapConfig;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.util.AttributeKey;
import java.net.SocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code Bootstrap.clone(EventLoopGroup)} does, for server bootstraps: Netty has no such method for these. */
final class ServerBootstraps {
    private ServerBootstraps() {}

    static ServerBootstrap copy(ServerBootstrap bootstrap, EventLoopGroup childGroup) {
        ServerBootstrapConfig config = bootstrap.config();
        ServerBootstrap copy = new ServerBootstrap().group(config.group(), childGroup);
        copyFactory(config, copy);
        @Nullable SocketAddress localAddress = config.localAddress();
        if (localAddress != null) {
            copy.localAddress(localAddress);
        }
        @Nullable ChannelHandler handler = config.handler();
        if (handler != null) {
            copy.handler(handler);
        }
        @Nullable ChannelHandler childHandler = config.childHandler();
        if (childHandler != null) {
            copy.childHandler(childHandler);
        }
        copyValues(config, copy);
        return copy;
    }

    @SuppressWarnings("deprecation") // what the configuration tells is of the type that Netty moved away from
    private static void copyFactory(ServerBootstrapConfig config, ServerBootstrap copy) {
        @Nullable ChannelFactory<? extends ServerChannel> factory = config.channelFactory();
        if (factory != null) {
            copy.channelFactory(factory);
        }
    }

    @SuppressWarnings("unchecked") // each value was set together with its key
    private static void copyValues(ServerBootstrapConfig config, ServerBootstrap copy) {
        for (Map.Entry<ChannelOption<?>, Object> entry : config.options().entrySet()) {
            copy.option((ChannelOption<Object>) entry.getKey(), entry.getValue());
        }
        for (Map.Entry<ChannelOption<?>, Object> entry : config.childOptions().entrySet()) {
            copy.childOption((ChannelOption<Object>) entry.getKey(), entry.getValue());
        }
        for (Map.Entry<AttributeKey<?>, Object> entry : config.attrs().entrySet()) {
            copy.attr((AttributeKey<Object>) entry.getKey(), entry.getValue());
        }
        for (Map.Entry<AttributeKey<?>, Object> entry : config.childAttrs().entrySet()) {
            copy.childAttr((AttributeKey<Object>) entry.getKey(), entry.getValue());
        }
    }
}

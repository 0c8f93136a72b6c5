package io.keepalive.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.util.function.Supplier;

/** A client and a server of one transport on the loopback device, on two loops. Options may be set until they are connected. */
public final class TransportPair implements AutoCloseable {
    public final ServerBootstrap server;
    public final Bootstrap client;
    private final EventLoopGroup group;

    public TransportPair(Transport transport) {
        group = transport.group(2);
        server = new ServerBootstrap().group(group).channel(transport.server);
        client = new Bootstrap().group(group).channel(transport.client);
    }

    /** Binds and connects; returns the client's channel. */
    public Channel connect(ChannelHandler ofServer, ChannelHandler ofClient) throws InterruptedException {
        Channel bound = server.childHandler(ofServer)
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        return client.handler(ofClient).connect(bound.localAddress()).sync().channel();
    }

    /** A pipeline of handlers that are made for each channel. */
    public static ChannelInitializer<Channel> pipeline(Supplier<ChannelHandler[]> handlers) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(handlers.get());
            }
        };
    }

    @Override
    public void close() {
        Transport.shutDown(group);
    }
}

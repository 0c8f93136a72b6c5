package io.keepalive.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Clients on loops of their own, and a server in the same process that remembers what it gets. */
public final class LocalPair implements AutoCloseable {
    @SuppressWarnings("deprecation") // the successor is not in Netty 4.1
    private final EventLoopGroup group = new DefaultEventLoopGroup(3);

    private final BlockingQueue<Character> letters = new LinkedBlockingQueue<>();
    private final Channel server;

    public LocalPair() throws InterruptedException {
        server = new ServerBootstrap()
                .group(group)
                .channel(LocalServerChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel child) {
                        child.pipeline().addLast(new SimpleChannelInboundHandler<ByteBuf>() {
                            @Override
                            protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
                                while (bytes.isReadable()) {
                                    letters.add((char) bytes.readByte());
                                }
                            }
                        });
                    }
                })
                .bind(LocalAddress.ANY)
                .sync()
                .channel();
    }

    public LocalChannel client(ChannelHandler handler) throws InterruptedException {
        return (LocalChannel) new Bootstrap()
                .group(group)
                .channel(LocalChannel.class)
                .handler(handler)
                .connect(server.localAddress())
                .sync()
                .channel();
    }

    /** To another loop of the group. */
    public void moveTo(Channel channel) throws InterruptedException {
        group.register(channel).sync();
    }

    public void forgetLetters() {
        letters.clear();
    }

    public char letter() throws InterruptedException {
        Character letter = letters.poll(10, TimeUnit.SECONDS);
        if (letter == null) {
            throw new AssertionError("nothing came");
        }
        return letter;
    }

    @Override
    public void close() {
        Transport.shutDown(group);
    }
}

package io.keepalive.netty.heartbeat;

import io.keepalive.KeepAlive;
import io.keepalive.netty.ChannelKeeper;
import io.keepalive.netty.ChannelLoss;
import io.keepalive.netty.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A test client's connection: single bytes, and how it ended. */
public final class Wire extends SimpleChannelInboundHandler<ByteBuf> {
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final Channel channel;

    public Wire(Transport transport, EventLoopGroup group, KeepAlive policy, String host, int port)
            throws InterruptedException {
        Bootstrap bootstrap =
                new Bootstrap().group(group).channel(transport.client).handler(this);
        channel = ChannelKeeper.of(policy)
                .strict()
                .keep(bootstrap)
                .connect(host, port)
                .sync()
                .channel();
    }

    public void send(int value) {
        channel.writeAndFlush(Unpooled.buffer(1).writeByte(value)).syncUninterruptibly();
    }

    /** The value of a byte, or the cause of the connection's end; null if nothing came in time. */
    @Nullable
    public String event(long limitSeconds) throws InterruptedException {
        return events.poll(limitSeconds, TimeUnit.SECONDS);
    }

    public void exchange() throws InterruptedException {
        send(1);
        String event = event(10);
        if (!"1".equals(event)) {
            throw new IllegalStateException("sent 1, then: " + event);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
        while (bytes.isReadable()) {
            events.add(String.valueOf(bytes.readByte()));
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the end is an event
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        events.add(nameOf(cause));
        context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        events.add("END");
    }

    static String nameOf(Throwable thrown) {
        return ChannelLoss.of(thrown).map(loss -> loss.cause().name()).orElse(thrown.toString());
    }
}

package io.keepalive.benchmarks.close;

import io.keepalive.benchmarks.NettyTransport;
import io.keepalive.heartbeat.wire.ConnectionEnd;
import io.keepalive.heartbeat.wire.FrameType;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.netty.heartbeat.HeartbeatCodec;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;

/** A channel of Netty with the codec. */
@SuppressWarnings("FutureReturnValueIgnored") // the end is waited for
final class NettySide implements Side {
    private final CompletableFuture<ConnectionLoss> over = new CompletableFuture<>();
    private final EventLoopGroup group;
    private final Channel channel;

    NettySide(Stack stack, int port) throws InterruptedException {
        NettyTransport transport = NettyTransport.of(stack);
        group = new MultiThreadIoEventLoopGroup(1, transport.io());
        channel = new Bootstrap()
                .group(group)
                .channel(transport.client())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel made) {
                        made.pipeline().addLast(new HeartbeatCodec(CONFIG), new Application());
                    }
                })
                .connect(InetAddress.getLoopbackAddress(), port)
                .sync()
                .channel();
    }

    @Override
    public void close() {
        channel.close();
    }

    @Override
    public void abort() {
        channel.pipeline().get(HeartbeatCodec.class).abort();
    }

    @Override
    public void end() {
        channel.writeAndFlush(FrameType.END);
    }

    @Override
    public boolean endBehindItsBack(boolean executor) {
        if (executor) {
            group.shutdownGracefully();
        } else {
            channel.eventLoop().execute(() -> channel.pipeline().firstContext().close());
        }
        return true;
    }

    @Override
    public CompletableFuture<ConnectionLoss> over() {
        return over;
    }

    private final class Application extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ConnectionEnd end) {
                over.complete(end.loss());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (cause instanceof ConnectionLostException lost) {
                over.complete(lost.loss());
            } else {
                over.completeExceptionally(cause);
            }
        }
    }
}

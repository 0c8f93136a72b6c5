package io.keepalive.netty.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.wire.FrameHeader;
import io.keepalive.heartbeat.wire.FrameType;
import io.keepalive.netty.Transport;
import io.keepalive.netty.TransportPair;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How much one channel may read before the others of its event loop have their turn. */
@Timeout(60)
@SuppressWarnings({"FutureReturnValueIgnored", "deprecation"}) // the tests wait; the successor is not in Netty 4.1
class CrowdedLoopTest {
    private static final int BUFFER_BYTES = 2048;
    private static final int SENT_BYTES = 12 * BUFFER_BYTES;

    @ParameterizedTest
    @MethodSource("io.keepalive.netty.Transport#here")
    void buffersOfShortFrames_oneATurn(Transport transport) throws Exception {
        int frames = SENT_BYTES / (FrameHeader.BYTES + 1);
        ByteBuf flood = Unpooled.buffer();
        for (int i = 0; i < frames; i++) {
            flood.writeInt(FrameHeader.of(FrameType.DATA, 1)).writeByte('x');
        }
        assertThat(mostBuffersInATurn(transport, frames, client -> {
                    client.pipeline().firstContext().writeAndFlush(flood); // it is framed
                }))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("io.keepalive.netty.Transport#here")
    void buffersOfLargeFrames_asManyAsTheTransportLikes(Transport transport) throws Exception {
        ByteBuf bulk = Unpooled.buffer().writeZero(SENT_BYTES);
        assertThat(mostBuffersInATurn(transport, SENT_BYTES, client -> client.writeAndFlush(bulk)))
                .isGreaterThan(1);
    }

    private interface Act {
        void on(Channel channel);
    }

    /** The receiver begins to read when all is there. */
    private static int mostBuffersInATurn(Transport transport, int payloadBytes, Act send) throws Exception {
        Turns turns = new Turns();
        Receiver receiver = new Receiver(payloadBytes);
        try (TransportPair pair = new TransportPair(transport)) {
            pair.server.childOption(
                    ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(BUFFER_BYTES).maxMessagesPerRead(16));
            Channel client = pair.connect(
                    pipeline(turns, receiver),
                    pipeline(new ChannelInboundHandlerAdapter(), new ChannelInboundHandlerAdapter()));
            Channel accepted = receiver.paused.get(30, TimeUnit.SECONDS);
            client.eventLoop().submit(() -> send.on(client)).sync();
            client.writeAndFlush(Unpooled.EMPTY_BUFFER).sync(); // done when what is in front of it is
            accepted.eventLoop().submit(() -> turns.most = 0).sync();
            accepted.config().setAutoRead(true);
            receiver.all.get(30, TimeUnit.SECONDS);
            return accepted.eventLoop().submit(() -> turns.most).get();
        }
    }

    private static ChannelInitializer<Channel> pipeline(ChannelHandler transport, ChannelHandler application) {
        return TransportPair.pipeline(
                () -> new ChannelHandler[] {transport, new HeartbeatCodec(HeartbeatConfig.defaults()), application});
    }

    /** Counts the buffers between two ends of a turn. */
    private static final class Turns extends ChannelInboundHandlerAdapter {
        private int buffers;
        int most;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            buffers++;
            most = Math.max(most, buffers);
            ctx.fireChannelRead(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            buffers = 0;
            ctx.fireChannelReadComplete();
        }
    }

    private static final class Receiver extends ChannelInboundHandlerAdapter {
        final CompletableFuture<Channel> paused = new CompletableFuture<>();
        final CompletableFuture<Void> all = new CompletableFuture<>();
        private int leftBytes;

        Receiver(int leftBytes) {
            this.leftBytes = leftBytes;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ProtocolEvent.Agreed) {
                ctx.channel().config().setAutoRead(false);
                paused.complete(ctx.channel());
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf data = (ByteBuf) message;
            leftBytes -= data.readableBytes();
            data.release();
            if (leftBytes == 0) {
                all.complete(null);
            }
        }
    }
}

package io.keepalive.netty.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.wire.ConnectionEnd;
import io.keepalive.netty.Transport;
import io.keepalive.netty.TransportPair;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A close in order loses nothing, though the peer reads slowly and beats all the time. */
@SuppressWarnings("FutureReturnValueIgnored") // the tests wait for the end
class CloseInOrderTest {
    private static final HeartbeatConfig CONFIG = HeartbeatConfig.parse("beat-interval=20ms");
    private static final int BYTES = 2 << 20;

    static List<Transport> transports() {
        return Transport.here();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void closeBehindTheLastWrite_everyByteArrives_andBothSidesEndInOrder(Transport transport) throws Exception {
        SlowReader reader = new SlowReader();
        CompletableFuture<ConnectionEnd> writerEnd = new CompletableFuture<>();
        try (TransportPair pair = new TransportPair(transport)) {
            pair.server.childOption(ChannelOption.AUTO_READ, false).childOption(ChannelOption.SO_RCVBUF, 64 * 1024);
            Channel client = pair.connect(pipeline(reader), pipeline(new EndOf(writerEnd)));
            client.writeAndFlush(Unpooled.wrappedBuffer(new byte[BYTES])).addListener(ChannelFutureListener.CLOSE);

            ConnectionEnd readers = reader.end.get(30, TimeUnit.SECONDS);
            ConnectionEnd writers = writerEnd.get(30, TimeUnit.SECONDS);
            assertThat(client.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(reader.received).hasValue(BYTES);
            assertThat(readers.inOrder()).as("%s", readers).isTrue();
            assertThat(readers.by()).isEqualTo(ConnectionEnd.By.PEER);
            assertThat(writers.inOrder()).as("%s", writers).isTrue();
            assertThat(writers.by()).isEqualTo(ConnectionEnd.By.THIS_SIDE);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void closedByAHandlerInFront_isNotBlamedOnThePeer(Transport transport) throws Exception {
        CompletableFuture<ConnectionEnd> end = new CompletableFuture<>();
        try (TransportPair pair = new TransportPair(transport)) {
            Channel client = pair.connect(pipeline(new ChannelInboundHandlerAdapter()), pipeline(new EndOf(end)));
            client.eventLoop().execute(() -> client.pipeline().firstContext().close());

            assertThat(end.get(30, TimeUnit.SECONDS).by()).isEqualTo(ConnectionEnd.By.THIRD_PARTY);
            assertThat(end.get().isLoss()).isFalse();
        }
    }

    private static ChannelInitializer<Channel> pipeline(ChannelHandler application) {
        return TransportPair.pipeline(() -> new ChannelHandler[] {new HeartbeatCodec(CONFIG), application});
    }

    private static class EndOf extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<ConnectionEnd> end;

        EndOf(CompletableFuture<ConnectionEnd> end) {
            this.end = end;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ConnectionEnd how) {
                end.complete(how);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            end.completeExceptionally(cause);
        }
    }

    /** Some 6 MB/s. */
    private static final class SlowReader extends EndOf {
        final CompletableFuture<ConnectionEnd> end;
        final AtomicLong received = new AtomicLong();

        SlowReader() {
            this(new CompletableFuture<>());
        }

        private SlowReader(CompletableFuture<ConnectionEnd> end) {
            super(end);
            this.end = end;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.read();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            received.addAndGet(((ByteBuf) message).readableBytes());
            ((ByteBuf) message).release();
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.executor().schedule(ctx::read, 10, TimeUnit.MILLISECONDS);
        }
    }
}

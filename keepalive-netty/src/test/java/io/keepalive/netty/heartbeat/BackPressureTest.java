package io.keepalive.netty.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.wire.ConnectionEnd;
import io.keepalive.netty.Transport;
import io.keepalive.netty.TransportPair;
import io.keepalive.testing.TestCertificate;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.handler.traffic.ChannelTrafficShapingHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The ordinary writer with back-pressure, which writes while the channel is writable and goes on from within {@code
 * channelWritabilityChanged}, between any two parts of a frame: every byte arrives, in order.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the test waits for the last byte
class BackPressureTest {
    private static final HeartbeatConfig CONFIG = HeartbeatConfig.parse("ping-idle=60s,beat-interval=10ms");
    private static final int PIECES = 300;

    /** What else is in the pipeline, between TLS and the codec or behind it. */
    enum Beside {
        NOTHING,
        CHUNKED_WRITE_HANDLER,
        TRAFFIC_SHAPING;

        @Nullable
        ChannelHandler handler() {
            return switch (this) {
                case NOTHING -> null;
                case CHUNKED_WRITE_HANDLER -> new ChunkedWriteHandler();
                case TRAFFIC_SHAPING -> new ChannelTrafficShapingHandler(8 << 20, 0, 50);
            };
        }
    }

    static List<Arguments> combinations() {
        List<Arguments> all = new ArrayList<>();
        for (Transport transport : Transport.here()) {
            for (Beside beside : Beside.values()) {
                for (boolean tls : new boolean[] {false, true}) {
                    boolean pooled = tls == (beside == Beside.NOTHING); // each allocator with each of the others once
                    all.add(Arguments.of(transport, beside, tls, pooled));
                }
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void writerWithBackPressure_everyByteArrivesInOrder(Transport transport, Beside beside, boolean tls, boolean pooled)
            throws Exception {
        ByteBufAllocator allocator = pooled ? PooledByteBufAllocator.DEFAULT : UnpooledByteBufAllocator.DEFAULT;
        Reader reader = new Reader();
        try (TransportPair pair = new TransportPair(transport)) {
            pair.client.option(ChannelOption.ALLOCATOR, allocator);
            pair.connect(pipeline(tls, false, Beside.NOTHING, reader), pipeline(tls, true, beside, new Writer()));
            assertThat(reader.firstWrong.get(60, TimeUnit.SECONDS)).isEqualTo(-1);
            assertThat(reader.received).isEqualTo(Writer.totalBytes());
        }
    }

    private static ChannelInitializer<Channel> pipeline(
            boolean tls, boolean client, Beside beside, ChannelHandler application) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                if (tls) {
                    SSLEngine engine = TestCertificate.ofThisJvm().context().createSSLEngine();
                    engine.setUseClientMode(client);
                    channel.pipeline().addLast(new SslHandler(engine));
                }
                ChannelHandler other = beside.handler();
                if (other != null) {
                    channel.pipeline().addLast(other);
                }
                channel.pipeline().addLast(new HeartbeatCodec(CONFIG), application);
            }
        };
    }

    /** Pieces of all lengths, whose bytes count on. */
    private static final class Writer extends ChannelInboundHandlerAdapter {
        private final Random lengths = new Random(1);
        private int pieces;
        private int position;

        static int totalBytes() {
            Random lengths = new Random(1);
            int total = 0;
            for (int i = 0; i < PIECES; i++) {
                total += length(lengths);
            }
            return total;
        }

        private static int length(Random lengths) {
            return 1 + lengths.nextInt(lengths.nextInt(10) == 0 ? 200_000 : 2_000);
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            write(ctx);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            write(ctx);
        }

        private void write(ChannelHandlerContext ctx) {
            while (pieces < PIECES && ctx.channel().isWritable()) {
                int length = length(lengths);
                pieces++;
                ByteBuf piece = ctx.alloc().buffer(HeartbeatCodec.HEADROOM + length);
                piece.writerIndex(HeartbeatCodec.HEADROOM).readerIndex(HeartbeatCodec.HEADROOM);
                byte[] bytes = new byte[length]; // at once: the leak detector records every call
                for (int i = 0; i < length; i++) {
                    bytes[i] = (byte) (position++ % 251);
                }
                ctx.write(piece.writeBytes(bytes));
            }
            ctx.flush();
            if (pieces == PIECES) {
                pieces++;
                ctx.close();
            }
        }
    }

    private static final class Reader extends ChannelInboundHandlerAdapter {
        /** The position of the first byte that is wrong; -1 at the end if there is none. */
        final CompletableFuture<Integer> firstWrong = new CompletableFuture<>();

        volatile int received;

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // in the event loop
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            byte[] bytes = ByteBufUtil.getBytes((ByteBuf) message);
            ReferenceCountUtil.release(message);
            for (byte each : bytes) {
                if (each != (byte) (received % 251)) {
                    firstWrong.complete(received);
                }
                received++;
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ConnectionEnd) {
                firstWrong.complete(-1);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            firstWrong.completeExceptionally(cause);
        }
    }
}

package io.keepalive.netty.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatFormat;
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
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An input that has ended is no reading held back: a side whose peer has ended its output, and that only writes from then on,
 * lives for longer than {@link HeartbeatConfig#readPauseTimeout()}. In virtual time, and for longer, in core.
 */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // the tests wait for what comes of the writes
class HalfClosedTest {
    private static final HeartbeatConfig CONFIG = HeartbeatConfig.parse(
            "ping-idle=400ms,pong-timeout=10s,beat-interval=200ms,read-pause-timeout=500ms,require-heartbeats");
    private static final long STREAMED_NANOS = 3 * CONFIG.readPauseTimeout().toNanos();

    static List<Transport> transports() {
        return Transport.here();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void peerHasEnded_framedWriterGoesOn_lives(Transport transport) throws Exception {
        int[] counts = stream(
                transport,
                () -> new HeartbeatCodec(CONFIG),
                client -> client.writeAndFlush(FrameType.END),
                channel -> channel.writeAndFlush(FrameType.END));
        assertThat(counts[0]).isEqualTo(counts[1]).isGreaterThan(10);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void peerHasShutItsOutput_writerOfAnotherProtocolGoesOn_lives(Transport transport) throws Exception {
        int[] counts = stream(
                transport,
                () -> new HeartbeatHandler<>(CONFIG.toBuilder().oneWay().build(), ByteBuf.class, Beat.FORMAT),
                client -> ((SocketChannel) client).shutdownOutput(),
                Channel::close);
        assertThat(counts[0]).isEqualTo(counts[1]).isGreaterThan(10);
    }

    private interface Act {
        void on(Channel channel);
    }

    private interface Handlers {
        ChannelHandler make();
    }

    /** The client ends its output, the server streams; returns what it has written, and what the client has read to the end. */
    private static int[] stream(Transport transport, Handlers handlers, Act endOfClient, Act endOfServer)
            throws Exception {
        Streamer streamer = new Streamer(endOfServer);
        Counter counter = new Counter();
        try (TransportPair pair = new TransportPair(transport)) {
            pair.server.childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            pair.client.option(ChannelOption.ALLOW_HALF_CLOSURE, true);
            Channel client = pair.connect(pipeline(handlers, streamer), pipeline(handlers, counter));
            endOfClient.on(client);
            int sent = streamer.sent.get(30, TimeUnit.SECONDS);
            return new int[] {sent, counter.read.get(30, TimeUnit.SECONDS)};
        }
    }

    private static ChannelInitializer<Channel> pipeline(Handlers handlers, ChannelHandler application) {
        return TransportPair.pipeline(() -> new ChannelHandler[] {handlers.make(), application});
    }

    private static boolean isEndOfInput(Object event) {
        return event instanceof ProtocolEvent.InputEnded || event == ChannelInputShutdownEvent.INSTANCE;
    }

    /** Writes a byte every 20 ms from the end of its input on, and ends. */
    private static final class Streamer extends ChannelInboundHandlerAdapter {
        final CompletableFuture<Integer> sent = new CompletableFuture<>();
        private final Act end;
        private long startNanos;
        private int count;

        Streamer(Act end) {
            this.end = end;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (isEndOfInput(event) && count == 0) {
                startNanos = System.nanoTime();
                write(ctx);
            }
        }

        private void write(ChannelHandlerContext ctx) {
            if (!ctx.channel().isActive()) {
                sent.completeExceptionally(new AssertionError("closed after " + count));
            } else if (System.nanoTime() - startNanos >= STREAMED_NANOS) {
                end.on(ctx.channel());
                sent.complete(count);
            } else {
                count++;
                ctx.writeAndFlush(Unpooled.buffer(1).writeByte('.'));
                ctx.executor().schedule(() -> write(ctx), 20, TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            sent.completeExceptionally(cause);
        }
    }

    /** Counts bytes until the end of the stream. */
    private static final class Counter extends ChannelInboundHandlerAdapter {
        final CompletableFuture<Integer> read = new CompletableFuture<>();
        private int count;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            while (bytes.isReadable()) {
                if (bytes.readByte() == '.') {
                    count++;
                }
            }
            bytes.release();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (isEndOfInput(event)) {
                read.complete(count);
                ctx.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            read.completeExceptionally(new AssertionError("closed without an end of input, after " + count));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            read.completeExceptionally(cause);
        }
    }

    /** A heartbeat that is a byte of its own. */
    private enum Beat implements HeartbeatFormat<ByteBuf> {
        FORMAT;

        @Override
        public ByteBuf beat() {
            return Unpooled.buffer(1).writeByte('b');
        }

        @Override
        public boolean read(ByteBuf message, Signals signals) {
            return false;
        }
    }
}

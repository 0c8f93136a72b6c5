package io.keepalive.benchmarks;

import io.keepalive.heartbeat.wire.FrameEncoder;
import io.keepalive.heartbeat.wire.FrameHeader;
import io.keepalive.heartbeat.wire.FrameOrder;
import io.keepalive.heartbeat.wire.FrameType;
import io.keepalive.heartbeat.wire.HeartbeatProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a message costs in a Netty pipeline: read (with its read-complete), and write with flush and a void promise. What a
 * handler adds is the difference to EMPTY.
 *
 * <pre>java -jar benchmarks/target/benchmarks.jar PipelineBenchmark -prof gc</pre>
 *
 * <ul>
 *   <li>{@code read}: a buffer with one whole frame; {@code readSplit}: the same in two halves; {@code readCoalesced}: two
 *       frames in one buffer;
 *   <li>{@code readBeat}: a frame without a payload, CODEC's BEAT; {@code beat}: one is read, time passes, tick by tick, and
 *       one is written. The task of the event loop that ticks allocates: one for all the channels of a loop, here one for
 *       each tick, as can be seen from HEARTBEAT, whose beat is a constant. IDLE_STATE only says that one is due;
 *   <li>{@code write}: a payload in a buffer without room in front; {@code writeHeadroom}: with room for a header, which
 *       only CODEC makes use of.
 * </ul>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings({"NullAway.Init", "FutureReturnValueIgnored"}) // JMH calls connect() before anything else
public class PipelineBenchmark {
    @Param
    PipelineHandlers handlers;

    @Param({"64", "1024"})
    int size;

    private EmbeddedChannel channel;
    private ChannelPipeline pipeline;
    private ByteBuf frame;
    private ByteBuf half;
    private ByteBuf two;
    private ByteBuf empty;
    private int frameStart;
    private int frameEnd;
    private ByteBuf payload;
    private ByteBuf roomy;
    private int beats;

    @Setup
    public void connect() {
        channel = new PlainChannel();
        pipeline = channel.pipeline();
        pipeline.addLast(new Wire());
        handlers.addTo(pipeline);
        pipeline.addLast(new Application());
        boolean framed = handlers == PipelineHandlers.CODEC;
        boolean counted = handlers.name().contains("LENGTH_FIELD");
        if (framed) {
            pipeline.fireChannelRead(Unpooled.wrappedBuffer(hello()));
        }
        frame = PooledByteBufAllocator.DEFAULT.directBuffer(FrameHeader.BYTES + size);
        frame.writeInt(framed ? FrameHeader.of(FrameType.DATA, size) : size).writeZero(size);
        frameStart = framed || counted ? 0 : FrameHeader.BYTES;
        frameEnd = frame.writerIndex();
        half = frame.duplicate();
        two = PooledByteBufAllocator.DEFAULT.directBuffer(2 * (frameEnd - frameStart));
        two.writeBytes(frame, frameStart, frameEnd - frameStart).writeBytes(frame, frameStart, frameEnd - frameStart);
        empty = PooledByteBufAllocator.DEFAULT.directBuffer(FrameHeader.BYTES);
        empty.writeInt(framed ? FrameHeader.of(FrameType.BEAT, 0) : 0);
        payload = PooledByteBufAllocator.DEFAULT.directBuffer(size).writeZero(size);
        roomy = PooledByteBufAllocator.DEFAULT.directBuffer(FrameHeader.BYTES + size);
        roomy.writeZero(FrameHeader.BYTES + size);
    }

    private static ByteBuffer hello() {
        ByteBuffer hello = ByteBuffer.allocate(FrameEncoder.CONTROL_FRAME_BYTES);
        FrameOrder rules = new FrameOrder(HeartbeatProtocol.of(PipelineHandlers.CONFIG), 0);
        new FrameEncoder(rules).hello(hello);
        return hello.flip();
    }

    @TearDown
    public void close() {
        channel.finishAndReleaseAll();
        frame.release();
        two.release();
        empty.release();
        payload.release();
        roomy.release();
    }

    @Benchmark
    public void read() {
        pipeline.fireChannelRead(frame.setIndex(frameStart, frameEnd).retain());
        pipeline.fireChannelReadComplete();
    }

    @Benchmark
    public void readSplit() {
        int middle = frameStart + (frameEnd - frameStart) / 2;
        pipeline.fireChannelRead(frame.setIndex(frameStart, middle).retain());
        pipeline.fireChannelReadComplete();
        pipeline.fireChannelRead(half.setIndex(middle, frameEnd).retain());
        pipeline.fireChannelReadComplete();
    }

    @Benchmark
    public void readCoalesced() {
        pipeline.fireChannelRead(two.setIndex(0, two.capacity()).retain());
        pipeline.fireChannelReadComplete();
    }

    @Benchmark
    public void readBeat() {
        pipeline.fireChannelRead(empty.setIndex(0, FrameHeader.BYTES).retain());
        pipeline.fireChannelReadComplete();
    }

    @Benchmark
    public void beat() {
        readBeat();
        int before = beats;
        long nextNanos = channel.runScheduledPendingTasks();
        while (beats == before && nextNanos >= 0) {
            channel.advanceTimeBy(nextNanos, TimeUnit.NANOSECONDS);
            nextNanos = channel.runScheduledPendingTasks();
        }
    }

    @Benchmark
    public void write() {
        pipeline.write(payload.setIndex(0, size), channel.voidPromise());
        pipeline.flush();
    }

    @Benchmark
    public void writeHeadroom() {
        pipeline.write(roomy.setIndex(FrameHeader.BYTES, FrameHeader.BYTES + size), channel.voidPromise());
        pipeline.flush();
    }

    /**
     * Like other channels, it does not look for due tasks after each call: that is two clock reads for a handler with a timer,
     * and no matter of a handler.
     */
    private static final class PlainChannel extends EmbeddedChannel {
        @Override
        public Channel read() {
            pipeline().read();
            return this;
        }
    }

    /** Takes what is written, as a transport would; the benchmark's own buffers are used again. */
    private final class Wire extends ChannelDuplexHandler {
        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            if (message != payload && message != roomy) {
                ((ByteBuf) message).release();
                beats++;
            }
        }

        @Override
        public void read(ChannelHandlerContext ctx) {
            // there is nothing to be done
        }

        @Override
        public void flush(ChannelHandlerContext ctx) {
            // there is nothing to be done
        }
    }

    private final class Application extends ChannelDuplexHandler {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ((ByteBuf) message).release();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof IdleStateEvent idle && idle.state() == IdleState.WRITER_IDLE) {
                beats++; // but nothing is written
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            // the end of the pipeline
        }
    }
}

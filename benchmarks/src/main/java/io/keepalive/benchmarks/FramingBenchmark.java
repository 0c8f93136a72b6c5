package io.keepalive.benchmarks;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.wire.FrameDecoder;
import io.keepalive.heartbeat.wire.FrameEncoder;
import io.keepalive.heartbeat.wire.FrameOrder;
import io.keepalive.heartbeat.wire.FrameType;
import io.keepalive.heartbeat.wire.HeartbeatProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What framing costs for a message: 16 messages are written into one buffer and read from it again, as a busy
 * connection has them.
 *
 * <pre>java -jar benchmarks/target/benchmarks.jar Framing -prof gc</pre>
 *
 * <ul>
 *   <li>{@code encode*}: payload in a buffer of its own, header and payload copied into one output buffer;
 *   <li>{@code decode*}: a buffer with 16 frames; each payload is found, and its last byte read where it lies, without a
 *       copy: the peer hands out a retained slice, this framing a window, the loop a position;
 *   <li>{@code *ByHand}: a length prefix of four bytes, a check of its limit, nothing else: the floor. It knows no types,
 *       no order, no frame that is cut into two buffers;
 *   <li>{@code *Netty}: LengthFieldPrepender and LengthFieldBasedFrameDecoder in an EmbeddedChannel, pooled buffers. The
 *       pipeline is a part of what it measures, for they are not used without; {@code pipelineNetty*} is the pipeline
 *       without them, to subtract.
 * </ul>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(FramingBenchmark.MESSAGES)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls connect() before anything else
public class FramingBenchmark {
    static final int MESSAGES = 16;

    private static final int LARGEST = 64 * 1024;

    /** Bytes of a message. */
    @Param({"64", "1024"})
    public int size;

    private ByteBuffer payload;
    private ByteBuffer out;
    private ByteBuffer framed;
    private ByteBuffer prefixed;
    private FrameEncoder encoder;
    private FrameDecoder decoder;

    private EmbeddedChannel nettyOut;
    private EmbeddedChannel nettyIn;
    private EmbeddedChannel nettyEmpty;
    private ByteBuf nettyPayload;
    private ByteBuf nettyPrefixed;

    /** Makes one connection of each kind, behind its HELLO. */
    @Setup
    public void connect() throws IOException {
        payload = ByteBuffer.allocateDirect(size);
        out = ByteBuffer.allocateDirect(MESSAGES * (size + 4));
        prefixed = ByteBuffer.allocateDirect(MESSAGES * (size + 4));
        framed = ByteBuffer.allocateDirect(MESSAGES * (size + 4));

        FrameOrder rules = new FrameOrder(HeartbeatProtocol.of(HeartbeatConfig.defaults()), 0);
        encoder = new FrameEncoder(rules);
        decoder = new FrameDecoder(rules);
        ByteBuffer hello = ByteBuffer.allocate(FrameEncoder.CONTROL_FRAME_BYTES);
        encoder.hello(hello);
        decoder.next(hello.flip());
        encode();
        framed.put(out.flip());
        encodeByHand();
        prefixed.put(out.flip());

        nettyPayload = PooledByteBufAllocator.DEFAULT.directBuffer(size).writeZero(size);
        nettyPrefixed = PooledByteBufAllocator.DEFAULT.directBuffer();
        for (int i = 0; i < MESSAGES; i++) {
            nettyPrefixed.writeInt(size).writeZero(size);
        }
        nettyOut = new EmbeddedChannel(new LengthFieldPrepender(4));
        nettyIn = new EmbeddedChannel(new LengthFieldBasedFrameDecoder(LARGEST, 0, 4, 0, 4));
        nettyEmpty = new EmbeddedChannel();
        nettyOut.config().setAllocator(PooledByteBufAllocator.DEFAULT);
        nettyIn.config().setAllocator(PooledByteBufAllocator.DEFAULT);
    }

    /** Releases what the peer pools. */
    @TearDown
    public void close() {
        nettyPayload.release();
        nettyPrefixed.release();
        nettyOut.finishAndReleaseAll();
        nettyIn.finishAndReleaseAll();
        nettyEmpty.finishAndReleaseAll();
    }

    @Benchmark
    public int encode() {
        out.clear();
        for (int i = 0; i < MESSAGES; i++) {
            encoder.data(payload.clear(), out);
        }
        return out.position();
    }

    @Benchmark
    public int encodeByHand() {
        out.clear();
        for (int i = 0; i < MESSAGES; i++) {
            payload.clear();
            out.putInt(payload.remaining()).put(payload);
        }
        return out.position();
    }

    /** The prepender hands out a header and the payload, two buffers for a gathering write: it copies less. */
    @Benchmark
    public int encodeNetty() {
        for (int i = 0; i < MESSAGES; i++) {
            var unused = nettyOut.write(nettyPayload.retainedDuplicate(), nettyOut.voidPromise());
        }
        nettyOut.flush();
        return release(nettyOut, true);
    }

    @Benchmark
    public int pipelineNettyOut() {
        for (int i = 0; i < MESSAGES; i++) {
            var unused = nettyEmpty.write(nettyPayload.retainedDuplicate(), nettyEmpty.voidPromise());
        }
        nettyEmpty.flush();
        return release(nettyEmpty, true);
    }

    /** Header only, as for a gathering write: to compare with the prepender. */
    @Benchmark
    public int encodeHeader() {
        out.clear();
        for (int i = 0; i < MESSAGES; i++) {
            encoder.dataHeader(size, out);
        }
        return out.position();
    }

    @Benchmark
    public int decode() throws IOException {
        framed.clear();
        int sum = 0;
        while (decoder.next(framed)) {
            if (decoder.type() == FrameType.DATA) {
                int length = decoder.dataRemaining();
                framed.position(framed.position() + length);
                decoder.consumed(length);
                sum += framed.get(framed.position() - 1);
            }
        }
        return sum;
    }

    @Benchmark
    public int decodeByHand() {
        prefixed.clear();
        int sum = 0;
        while (prefixed.remaining() >= 4) {
            int length = prefixed.getInt();
            if (length < 0 || length > LARGEST) {
                throw new IllegalStateException("length: " + length);
            }
            prefixed.position(prefixed.position() + length);
            sum += prefixed.get(prefixed.position() - 1);
        }
        return sum;
    }

    @Benchmark
    public int decodeNetty() {
        nettyIn.writeInbound(nettyPrefixed.retainedDuplicate());
        return release(nettyIn, false);
    }

    @Benchmark
    public int pipelineNettyIn() {
        for (int i = 0; i < MESSAGES; i++) {
            nettyEmpty.writeInbound(nettyPayload.retainedDuplicate());
        }
        return release(nettyEmpty, false);
    }

    private static int release(EmbeddedChannel channel, boolean outbound) {
        int sum = 0;
        while (true) {
            ByteBuf message = outbound ? channel.readOutbound() : channel.readInbound();
            if (message == null) {
                return sum;
            }
            sum += message.getByte(message.writerIndex() - 1);
            message.release();
        }
    }
}

package io.keepalive.nio;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.wire.FrameEncoder;
import io.keepalive.heartbeat.wire.FrameOrder;
import io.keepalive.heartbeat.wire.FrameSession;
import io.keepalive.heartbeat.wire.HeartbeatProtocol;
import io.keepalive.heartbeat.wire.Hello;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Wherever a channel stops, what it took and what is kept are whole frames, and the source goes on behind them. */
class FrameVectorTest {
    /** What a HELLO may say at least. */
    private static final int LARGEST = 512;

    /** A control frame; three headers of four bytes, and payloads of four, four and two. */
    private static final String STREAM = "cc" + "h1: abcd" + "h2: efgh" + "h3: ij";

    @Test
    void whereverTheChannelStops_whatIsTakenAndKept_areWholeFrames() throws IOException {
        ByteBuffer source = bytes("abcdefghij");
        FrameVector frames = new FrameVector();
        for (int room = 0; room <= STREAM.length(); room++) {
            frames.start(bytes("cc" + "h1: "), source.clear().limit(4));
            frames.add(source, 4, 8).put(bytes("h2: "));
            frames.add(source, 8, 10).put(bytes("h3: "));
            Narrow channel = new Narrow(room);

            frames.writeTo(channel);

            ByteBuffer rest = ByteBuffer.allocate(frames.restBytes() + 1);
            if (frames.restBytes() > 0) {
                frames.putRest(rest);
            }
            int streamEnd = room <= 10 ? 10 : room <= 18 ? 18 : 24;
            int sourceEnd = room <= 10 ? 4 : room <= 18 ? 8 : 10;
            assertThat(text(channel.taken) + text(rest))
                    .as("room for %d", room)
                    .isEqualTo(STREAM.substring(0, streamEnd));
            assertThat(frames.end()).as("room for %d", room).isEqualTo(sourceEnd);
        }
    }

    @Test
    void isFull_afterFourFrames_andForgotten_keepsNoView() throws IOException {
        FrameVector frames = new FrameVector();
        ByteBuffer source = bytes("abcdefghij");
        frames.start(bytes("h1: "), source);
        while (!frames.isFull()) {
            frames.add(source, 0, 1).put(bytes("h   "));
        }
        Narrow channel = new Narrow(1000);
        frames.writeTo(channel);
        assertThat(text(channel.taken)).isEqualTo("h1: abcdefghij" + "h   a".repeat(3));

        frames.forget();
        ByteBuffer other = bytes("xyz");
        frames.start(bytes("h1: "), other.limit(1));
        frames.add(other, 1, 3).put(bytes("h2: "));
        Narrow next = new Narrow(1000);
        frames.writeTo(next);
        assertThat(text(next.taken)).isEqualTo("h1: xh2: yz");
    }

    @Test
    void framesOfAnyLength_readInAnyPieces_leaveTheirDataInOrder() throws Exception {
        Random random = new Random(1);
        HeartbeatConfig config = HeartbeatConfig.defaults();
        Hello hello = new Hello(1, ofSeconds(1), ofSeconds(1), ofSeconds(9), Duration.ZERO, LARGEST);
        FrameSession session = HeartbeatProtocol.of(config, hello).session(1, 0);
        Inbound inbound = new Inbound(session);
        ByteBuffer stream = ByteBuffer.allocate(1 << 20);
        ByteBuffer data = ByteBuffer.allocate(1 << 20);
        stream(stream, data, random);
        inbound.squeeze(stream.slice(0, FrameEncoder.CONTROL_FRAME_BYTES));
        stream.position(FrameEncoder.CONTROL_FRAME_BYTES);

        FrameVector frames = new FrameVector();
        ByteBuffer target = ByteBuffer.allocate(4 * LARGEST);
        ByteBuffer received = ByteBuffer.allocate(1 << 20);
        int placed = 0;
        while (stream.hasRemaining()) {
            int start = random.nextInt(100);
            target.clear().limit(start + 1 + random.nextInt(3 * LARGEST)).position(start);
            int limit = target.limit();
            if (inbound.dataRemaining() > 0 || inbound.nextLength() > 0) {
                frames.makeRoom(target, inbound.dataRemaining(), LARGEST);
                frames.readFrom(new Cut(stream, 1 + random.nextInt(4 * LARGEST)));
                frames.squeezeInto(inbound, target, start, limit);
                placed++;
            } else {
                int count = new Cut(stream, 1 + random.nextInt(10)).read(target);
                target.limit(start + count).position(start);
                inbound.squeeze(target);
            }
            received.put(target.flip().position(start));
        }
        assertThat(session.loss()).isEmpty();
        assertThat(received.flip()).isEqualTo(data.flip());
        assertThat(placed).isGreaterThan(100);
    }

    /** HELLO; then DATA of random lengths, often the largest, and beats. */
    private static void stream(ByteBuffer stream, ByteBuffer data, Random random) {
        FrameOrder rules = new FrameOrder(HeartbeatProtocol.of(HeartbeatConfig.defaults()), 0);
        FrameEncoder encoder = new FrameEncoder(rules);
        encoder.hello(stream);
        byte[] bytes = new byte[LARGEST];
        while (data.remaining() > LARGEST && stream.remaining() > 2 * LARGEST) {
            if (random.nextInt(4) == 0) {
                encoder.beat(stream);
            }
            random.nextBytes(bytes);
            int length = random.nextBoolean() ? LARGEST : 1 + random.nextInt(LARGEST);
            encoder.data(ByteBuffer.wrap(bytes, 0, length), stream);
            data.put(bytes, 0, length);
        }
        stream.flip();
    }

    /** Gives so many bytes. */
    private record Cut(ByteBuffer stream, int most) implements ScatteringByteChannel {
        @Override
        public long read(ByteBuffer[] targets, int offset, int length) {
            long sum = 0;
            for (int i = offset; i < offset + length; i++) {
                ByteBuffer target = targets[i];
                int count = (int) Math.min(most - sum, Math.min(target.remaining(), stream.remaining()));
                target.put(stream.slice(stream.position(), count));
                stream.position(stream.position() + count);
                sum += count;
            }
            return sum;
        }

        @Override
        public long read(ByteBuffer[] targets) {
            return read(targets, 0, targets.length);
        }

        @Override
        public int read(ByteBuffer target) {
            return (int) read(new ByteBuffer[] {target});
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String text(ByteBuffer written) {
        return StandardCharsets.US_ASCII.decode(written.duplicate().flip()).toString();
    }

    /** Takes so many bytes. */
    private static final class Narrow implements GatheringByteChannel {
        private final ByteBuffer taken = ByteBuffer.allocate(1000);

        Narrow(int room) {
            taken.limit(room);
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            long sum = 0;
            for (int i = offset; i < offset + length; i++) {
                sum += write(sources[i]);
            }
            return sum;
        }

        @Override
        public int write(ByteBuffer source) {
            int count = Math.min(source.remaining(), taken.remaining());
            byte[] bytes = new byte[count];
            source.get(bytes);
            taken.put(bytes);
            return count;
        }

        @Override
        public long write(ByteBuffer[] sources) {
            return write(sources, 0, sources.length);
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}

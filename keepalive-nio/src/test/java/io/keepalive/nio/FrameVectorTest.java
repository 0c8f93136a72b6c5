package io.keepalive.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Wherever a channel stops, what it took and what is kept are whole frames, and the source goes on behind them. */
class FrameVectorTest {
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
            assertThat(text(channel.taken) + text(rest)).as("room for %d", room).isEqualTo(STREAM.substring(0, streamEnd));
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

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String text(ByteBuffer written) {
        return new String(written.array(), 0, written.position(), StandardCharsets.US_ASCII);
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

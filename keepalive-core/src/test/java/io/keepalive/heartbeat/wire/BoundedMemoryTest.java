package io.keepalive.heartbeat.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the JVM counts as allocated by this thread: nothing for a frame, one HELLO for a connection, whatever comes. */
class BoundedMemoryTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Hello MINE = Hello.every(Duration.ofSeconds(30), Duration.ofSeconds(75));
    private static final int FRAMES = 200_000;

    /** For what the JVM itself does meanwhile; a byte for each frame would be 200,000. */
    private static final long SLACK_BYTES = 32 * 1024;

    @BeforeAll
    static void canCount() {
        assumeTrue(THREADS.isThreadAllocatedMemorySupported(), "this JVM does not count allocation by thread");
    }

    private final FrameOrder rules = Orders.of(MINE, 0);
    private final FrameEncoder encoder = new FrameEncoder(rules);
    private final FrameDecoder decoder = new FrameDecoder(rules);

    @Test
    void frames_allocateNothing() throws Exception {
        ByteBuffer wire = ByteBuffer.allocate(1024);
        ByteBuffer payload = ByteBuffer.allocate(100);
        ByteBuffer target = ByteBuffer.allocate(100);
        encoder.hello(wire);
        assertThat(decoder.next(wire.flip())).isTrue();

        long before = THREADS.getCurrentThreadAllocatedBytes();
        long told = 0;
        for (int i = 0; i < FRAMES; i++) {
            wire.clear();
            encoder.data(payload.clear(), wire);
            encoder.beat(wire);
            encoder.ping(i, wire);
            wire.put((byte) 0x90).put((byte) 0).put((byte) 0).put((byte) 3).put(payload.array(), 0, 3); // skipped
            encoder.pong(i, wire);
            wire.flip();
            // The second half comes later: the cut wanders through the frames.
            int end = wire.limit();
            wire.limit(i % end);
            told += read(wire, target);
            wire.limit(end);
            told += read(wire, target);
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;

        assertThat(told).isGreaterThanOrEqualTo(4L * FRAMES);
        assertThat(allocated).as("bytes allocated for %d frames", 5 * FRAMES).isLessThan(SLACK_BYTES);
    }

    private int read(ByteBuffer wire, ByteBuffer target) throws ProtocolException {
        int told = 0;
        while (decoder.next(wire)) {
            if (decoder.type() == FrameType.DATA) {
                decoder.transfer(wire, target.clear());
            }
            told++;
        }
        return told;
    }

    @Test
    void hugeFrames_inTinyPieces_areNotCollected() throws Exception {
        FrameOrder large = Orders.of(MINE.withLargestFrame(FrameHeader.LARGEST_LENGTH), 0);
        FrameDecoder huge = new FrameDecoder(large);
        ByteBuffer wire = ByteBuffer.allocate(64);
        encoder.hello(wire);
        assertThat(huge.next(wire.flip())).isTrue();
        ByteBuffer piece = ByteBuffer.allocate(1000);

        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int type : new int[] {0x02, 0xEE}) {
            wire.clear().put((byte) type).put((byte) 0xFF).put((byte) 0xFF).put((byte) 0xFF);
            assertThat(huge.next(wire.flip())).isFalse();
            for (int sent = 0; sent < FrameHeader.LARGEST_LENGTH; sent += piece.limit()) {
                piece.clear().limit(Math.min(piece.capacity(), FrameHeader.LARGEST_LENGTH - sent));
                if (huge.next(piece)) {
                    huge.consumed(piece.remaining());
                    piece.position(piece.limit());
                }
            }
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;

        wire.clear();
        encoder.beat(wire);
        assertThat(huge.next(wire.flip())).isTrue();
        assertThat(allocated).as("bytes allocated for two frames of 16 MiB").isLessThan(SLACK_BYTES);
    }

    @Test
    void announcedLengths_giveNoMemory() {
        int connections = 2_000;
        ByteBuffer[] announced = {header(0x01, 0xFF_FFFF), header(0x02, 0xFF_FFFF), header(0x80, 0xFF_FFFF)};
        ByteBuffer hello = header(0x01, 512);
        FrameDecoder[] held = new FrameDecoder[connections];

        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < connections; i++) {
            held[i] = new FrameDecoder(Orders.of(MINE, 0));
            try {
                held[i].next(announced[i % 3].rewind());
                throw new AssertionError("taken");
            } catch (ProtocolException e) {
                // refused by its header alone
            }
        }
        long refused = (THREADS.getCurrentThreadAllocatedBytes() - before) / connections;
        before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < connections; i++) {
            held[i] = new FrameDecoder(Orders.of(MINE, 0));
            try {
                assertThat(held[i].next(hello.rewind())).isFalse();
            } catch (ProtocolException e) {
                throw new AssertionError(e);
            }
        }
        long waiting = (THREADS.getCurrentThreadAllocatedBytes() - before) / connections;

        assertThat(refused)
                .as("bytes allocated for a refused connection, its exception included")
                .isLessThan(8 * 1024);
        assertThat(waiting).as("bytes allocated for one that waits for a HELLO").isLessThan(2 * 1024);
    }

    private static ByteBuffer header(int type, int length) {
        return ByteBuffer.allocate(4).putInt(type << 24 | length).flip();
    }
}

package io.keepalive.heartbeat.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two peers with much to send over a link that holds a few bytes, in virtual time: each acts when its time has come, a
 * slow one late and seldom. Both agree and all data arrives, whoever is slow, although neither waits for the other's
 * HELLO and both have more to send than the link holds.
 */
class HelloNeverDeadlocksTest {
    private static final int PAYLOAD_BYTES = 1_500;

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1, 1",
        "3, 3, 1, 1",
        "1, 700, 1, 1",
        "700, 1, 1, 50",
        "40, 40, 1, 200",
        "40, 40, 200, 1",
        "64, 7, 13, 17",
        "516, 516, 1, 100",
        "100000, 1, 100, 1",
    })
    void bothAgree_andAllDataArrives(int leftToRight, int rightToLeft, int leftStepMillis, int rightStepMillis)
            throws Exception {
        for (long seed = 1; seed <= 3; seed++) {
            Random random = new Random(seed);
            Link there = new Link(leftToRight);
            Link back = new Link(rightToLeft);
            Peer left = new Peer(there, back, leftStepMillis, random);
            Peer right = new Peer(back, there, rightStepMillis, random);
            while (!left.isDone() || !right.isDone()) {
                // Each step of the slower one moves a byte: at the worst in frames of one byte, which are five.
                if (Math.min(left.steps, right.steps) > 8 * PAYLOAD_BYTES) {
                    throw new AssertionError("seed " + seed + ": left has " + left + "; right has " + right);
                }
                Peer next = left.nextMillis <= right.nextMillis ? left : right;
                next.step();
            }
            assertThat(left.rules.agreement()).isPresent();
            assertThat(right.rules.agreement()).isPresent();
            assertThat(left.received.array()).isEqualTo(right.payload.array());
            assertThat(right.received.array()).isEqualTo(left.payload.array());
            assertThat(left.rules.isOrderlyEnd() && right.rules.isOrderlyEnd()).isTrue();
        }
    }

    /** Holds so many bytes of one direction, as the buffers of two kernels do. */
    private static final class Link {
        private final int capacity;
        private final Deque<Byte> bytes = new ArrayDeque<>();

        Link(int capacity) {
            this.capacity = capacity;
        }

        /** A non-blocking write. */
        void write(ByteBuffer out) {
            while (out.hasRemaining() && bytes.size() < capacity) {
                bytes.add(out.get());
            }
        }

        /** A non-blocking read. */
        void read(ByteBuffer in) {
            while (in.hasRemaining() && !bytes.isEmpty()) {
                in.put(bytes.remove());
            }
        }
    }

    private static final class Peer {
        final FrameOrder rules = Orders.of(Hello.every(Duration.ofSeconds(30), Duration.ofSeconds(75)), 0);
        final ByteBuffer payload = ByteBuffer.allocate(PAYLOAD_BYTES);
        final ByteBuffer received = ByteBuffer.allocate(PAYLOAD_BYTES);
        long nextMillis;
        int steps;

        private final FrameDecoder decoder = new FrameDecoder(rules);
        private final FrameEncoder encoder = new FrameEncoder(rules);
        private final ByteBuffer in = ByteBuffer.allocate(16);
        private final ByteBuffer out = ByteBuffer.allocate(64);
        private final Link output;
        private final Link input;
        private final int stepMillis;
        private final Random random;
        private boolean ended;

        Peer(Link output, Link input, int stepMillis, Random random) {
            this.output = output;
            this.input = input;
            this.stepMillis = stepMillis;
            this.random = random;
            random.nextBytes(payload.array());
            nextMillis = random.nextInt(stepMillis);
            encoder.hello(out);
        }

        void step() throws ProtocolException {
            steps++;
            if (payload.hasRemaining()) {
                encoder.data(payload, out);
            } else if (!ended && out.remaining() >= FrameHeader.BYTES) {
                encoder.end(out);
                ended = true;
            }
            output.write(out.flip());
            out.compact();
            input.read(in);
            in.flip();
            while (decoder.next(in)) {
                if (decoder.type() == FrameType.DATA) {
                    decoder.transfer(in, received);
                }
            }
            in.compact();
            nextMillis += 1 + random.nextInt(2 * stepMillis);
        }

        boolean isDone() {
            return rules.mayCloseOutput() && out.position() == 0;
        }

        @Override
        public String toString() {
            return payload.remaining() + " bytes to send, " + received.remaining() + " to receive, "
                    + (rules.agreement().isPresent() ? "agreed" : "not agreed");
        }
    }
}

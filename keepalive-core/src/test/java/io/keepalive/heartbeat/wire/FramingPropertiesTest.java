package io.keepalive.heartbeat.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random frames through random cuts and buffers of every kind come out as they went in. */
class FramingPropertiesTest {
    private static final int CONNECTIONS = 1_000;

    @Test
    void randomFrames_comeOutAsTheyWentIn_howeverCut() {
        long firstSeed = System.nanoTime();
        for (long seed = firstSeed; seed < firstSeed + CONNECTIONS; seed++) {
            Random random = new Random(seed);
            List<String> expected = new ArrayList<>();
            byte[] stream = write(random, expected);

            assertThat(Trace.of(Vectors.RECEIVER, stream))
                    .as("seed %d, at once", seed)
                    .isEqualTo(expected);
            assertThat(cut(random, stream, 1)).as("seed %d, byte by byte", seed).isEqualTo(expected);
            assertThat(cut(random, stream, 1 + random.nextInt(300)))
                    .as("seed %d, random pieces", seed)
                    .isEqualTo(expected);
        }
    }

    @Test
    void brokenStreams_giveTheSameError_howeverCut() {
        long firstSeed = System.nanoTime();
        int errors = 0;
        for (long seed = firstSeed; seed < firstSeed + CONNECTIONS; seed++) {
            Random random = new Random(seed);
            byte[] stream = write(random, new ArrayList<>());
            for (int i = random.nextInt(3); i >= 0; i--) {
                stream[random.nextInt(stream.length)] = (byte) random.nextInt();
            }
            List<String> expected = Trace.of(Vectors.RECEIVER, stream);
            assertThat(cut(random, stream, 1)).as("seed %d, byte by byte", seed).isEqualTo(expected);
            assertThat(cut(random, stream, 1 + random.nextInt(300)))
                    .as("seed %d, random pieces", seed)
                    .isEqualTo(expected);
            if (!expected.isEmpty() && expected.get(expected.size() - 1).contains(" at ")) {
                errors++;
            }
        }
        assertThat(errors).as("seeds from %d", firstSeed).isGreaterThan(CONNECTIONS / 20);
    }

    /** A valid stream of random frames, and what a {@link Trace} of it is. */
    private static byte[] write(Random random, List<String> expected) {
        ByteBuffer out = buffer(random, 16 * 1024);
        FrameOrder rules = Orders.of(hello(random), 0);
        FrameEncoder encoder = new FrameEncoder(rules);
        encoder.hello(out);
        expected.add("HELLO " + rules.localHello());
        boolean ended = false;
        for (int i = random.nextInt(20); i > 0; i--) {
            switch (random.nextInt(ended ? 4 : 6)) {
                case 0 -> {
                    encoder.beat(out);
                    expected.add("BEAT");
                }
                case 1 -> {
                    long id = random.nextLong();
                    encoder.ping(id, out);
                    expected.add("PING " + HexFormat.of().toHexDigits(id));
                }
                case 2 -> {
                    long id = random.nextLong();
                    encoder.pong(id, out);
                    expected.add("PONG " + HexFormat.of().toHexDigits(id));
                }
                case 3 -> { // of a later version
                    byte[] payload = bytes(random, random.nextInt(40));
                    int header = (0x80 | random.nextInt(0x80)) << 24 | payload.length;
                    out.put((byte) (header >> 24)).put((byte) 0).put((byte) 0).put((byte) header);
                    out.put(payload);
                }
                case 4 -> {
                    byte[] payload = bytes(random, 1 + random.nextInt(512));
                    writeData(random, encoder, payload, out);
                    expected.add("DATA " + HexFormat.of().formatHex(payload));
                }
                default -> {
                    encoder.end(out);
                    expected.add("END");
                    ended = true;
                }
            }
        }
        if (random.nextBoolean()) {
            CloseReason reason = CloseReason.of(random.nextInt(15)).orElseThrow();
            encoder.close(reason, out);
            expected.add("CLOSE " + reason.code());
        }
        byte[] stream = new byte[out.flip().remaining()];
        out.get(stream);
        return stream;
    }

    /** The three ways to write DATA give the same bytes. */
    private static void writeData(Random random, FrameEncoder encoder, byte[] payload, ByteBuffer out) {
        switch (random.nextInt(3)) {
            case 0 -> assertThat(encoder.data(ByteBuffer.wrap(payload), out)).isEqualTo(payload.length);
            case 1 -> {
                encoder.dataHeader(payload.length, out);
                out.put(payload);
            }
            default -> {
                ByteBuffer withRoom = buffer(random, 4 + payload.length);
                withRoom.position(4).put(payload).position(4);
                encoder.dataHeaderInFront(withRoom);
                out.put(withRoom);
            }
        }
    }

    private static Hello hello(Random random) {
        Duration[] some = {
            Duration.ofSeconds(1),
            Duration.ofMillis(12_345),
            Duration.ofSeconds(30),
            Duration.ofMillis(Integer.MAX_VALUE)
        };
        Duration path = random.nextInt(5) == 0 ? Duration.ofMinutes(4) : Duration.ZERO;
        return new Hello(
                1 + random.nextInt(3),
                path.isZero() ? some[random.nextInt(4)] : some[random.nextInt(3)],
                some[random.nextInt(4)],
                random.nextBoolean() ? Duration.ZERO : some[random.nextInt(4)],
                path,
                512 + random.nextInt(100_000));
    }

    private static List<String> cut(Random random, byte[] stream, int longest) {
        Trace trace = new Trace(new FrameDecoder(Orders.of(Vectors.RECEIVER, 0)));
        int start = 0;
        while (start < stream.length) {
            int length = Math.min(1 + random.nextInt(longest), stream.length - start);
            int before = random.nextInt(3);
            ByteBuffer in = buffer(random, before + length + random.nextInt(3));
            in.position(before).put(stream, start, length).flip().position(before);
            if (!trace.feed(random.nextBoolean() ? in : in.asReadOnlyBuffer().order(in.order()))) {
                break;
            }
            start += length;
        }
        return trace.lines();
    }

    private static ByteBuffer buffer(Random random, int capacity) {
        ByteBuffer buffer = random.nextBoolean() ? ByteBuffer.allocate(capacity) : ByteBuffer.allocateDirect(capacity);
        return buffer.order(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}

package io.keepalive.heartbeat.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;

/**
 * Bytes of a hostile peer. An ordinary build replays what lies in {@code src/test/resources} beside this class; to look
 * for more, on JDK 25, one method at a time:
 *
 * <pre>JAZZER_FUZZ=1 ./mvnw -pl keepalive-core -am test -Dfast -Dtest='WireFuzzTest#streams' \
 *     -Dsurefire.failIfNoSpecifiedTests=false</pre>
 */
@Tag("fuzz")
class WireFuzzTest {
    /** Takes little, and knows a box, so that every error is near. */
    private static final Hello RECEIVER =
            Hello.every(Duration.ofSeconds(30), Duration.ofSeconds(75)).withLargestFrame(600);

    /** Whatever comes, however cut: the same frames, one kind of exception, every byte read. */
    @FuzzTest(maxDuration = "10m")
    void streams(byte[] stream) {
        List<String> expected = Trace.of(RECEIVER, stream);
        Random random = new Random(Arrays.hashCode(stream));
        for (int bound : new int[] {1, 3, 600}) {
            Trace trace = new Trace(new FrameDecoder(Orders.of(RECEIVER, 0)));
            int start = 0;
            boolean intact = true;
            while (intact && start < stream.length) {
                int length = Math.min(1 + random.nextInt(bound), stream.length - start);
                ByteBuffer in = ByteBuffer.wrap(stream, start, length);
                intact = trace.feed(in);
                assertThat(intact && in.hasRemaining()).isFalse();
                start += length;
            }
            assertThat(trace.lines()).isEqualTo(expected);
        }
    }

    /** A HELLO is refused, or means something that can be written and read again. */
    @FuzzTest(maxDuration = "5m")
    void hellos(byte[] payload) throws Exception {
        Hello hello;
        try {
            hello = Hello.decode(ByteBuffer.wrap(payload));
        } catch (ProtocolException e) {
            assertThat(e.reason()).isEqualTo(CloseReason.HELLO_INVALID);
            assertThat(e.offset()).isBetween(4L, 4L + payload.length);
            return;
        }
        ByteBuffer out = ByteBuffer.allocate(Hello.ENCODED_BYTES);
        hello.encode(out);
        assertThat(Hello.decode(out.flip())).isEqualTo(hello);
    }
}

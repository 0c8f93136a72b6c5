package io.keepalive.heartbeat.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a HELLO may say. Its bytes are in the vectors. */
class HelloTest {
    private static final Duration NONE = Duration.ZERO;

    @ParameterizedTest
    @ValueSource(strings = {"PT0.999S", "PT0.001S", "-PT1S", "PT1.0005S", "PT2147483.648S", "PT2562047788015215H"})
    void intervals_areNone_orWholeMillisFrom1s(String text) {
        Duration bad = Duration.parse(text);
        String expected = ": " + bad + " (expected: whole milliseconds, 0 or 1000 to 2147483647)";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Hello(1, bad, NONE, NONE, NONE, 512))
                .withMessage("canSendEvery" + expected);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Hello(1, NONE, bad, NONE, NONE, 512))
                .withMessage("wantsEvery" + expected);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Hello(1, NONE, NONE, bad, NONE, 512))
                .withMessage("givesUpAfter" + expected);
    }

    @Test
    void path_isNone_orFrom2s() {
        Hello hello = Hello.every(Duration.ofSeconds(1), NONE);
        assertThat(hello.withPathTimeout(Duration.ofSeconds(2)).pathTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hello.withPathTimeout(Duration.ofMillis(1999)))
                .withMessage("pathTimeout: PT1.999S (expected: whole milliseconds, 0 or 2000 to 2147483647)");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 511, 16_777_216})
    void largestFrame_isFrom512_upTo24Bits(int bad) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Hello.every(NONE, NONE).withLargestFrame(bad))
                .withMessage("largestFrame: " + bad + " (expected: 512 to 16777215)");
    }

    @Test
    void version_isFrom1() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Hello(0, NONE, NONE, NONE, NONE, 512))
                .withMessage("version: 0 (expected: from 1)");
    }

    @Test
    void every_hasTheDefaults() {
        assertThat(Hello.every(Duration.ofSeconds(30), Duration.ofSeconds(75)))
                .isEqualTo(new Hello(
                        1, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(75), NONE, 65_536));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0104000000010204000003e7 | 10 | HELLO entry CAN_SEND 999 | 0 or 1000 to 2147483647",
                "01040000000102040000     | 10 | HELLO entry 2 is cut off | type, length, and as many bytes",
                "01040000000107           | 10 | HELLO entry 7 is cut off | type, length, and as many bytes",
                "0104000000010200         | 10 | HELLO entry CAN_SEND of 0 bytes | 4 bytes",
                "010400000001010400000001 | 10 | a second HELLO entry VERSION | each at most once",
                "0700                     | 4  | a HELLO without entry VERSION | exactly one",
                "0104ffffffff             | 4  | HELLO entry VERSION 4294967295 | 1 to 2147483647",
            })
    void badPayloads_areNamed(String payload, int offset, String came, String expected) {
        ByteBuffer in =
                ByteBuffer.wrap(HexFormat.of().parseHex("ffff" + payload)).position(2);
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> Hello.decode(in))
                .withMessage(came + " at byte " + offset + " of the stream (expected: " + expected + ")");
    }

    @Test
    void byteOrderOfTheBuffer_doesNotMatter() throws Exception {
        Hello hello = Hello.every(Duration.ofSeconds(30), Duration.ofSeconds(75));
        ByteBuffer big = ByteBuffer.allocate(36);
        ByteBuffer little = ByteBuffer.allocate(36).order(ByteOrder.LITTLE_ENDIAN);
        hello.encode(big);
        hello.encode(little);
        assertThat(little.array()).isEqualTo(big.array());
        assertThat(Hello.decode(little.flip())).isEqualTo(hello);
    }
}

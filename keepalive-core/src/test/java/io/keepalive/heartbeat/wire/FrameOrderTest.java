package io.keepalive.heartbeat.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Order, sizes and the time for a HELLO. Which streams break which rule is in the vectors. */
class FrameOrderTest {
    private static final Hello MINE = Hello.every(Duration.ofSeconds(30), Duration.ofSeconds(75));
    private static final Hello PEER =
            Hello.every(Duration.ofSeconds(20), Duration.ofSeconds(60)).withLargestFrame(1_000);

    private final FrameOrder rules = Orders.of(MINE, 0);

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -5_000_000_000L, -1, 0, Long.MAX_VALUE - 5_000_000_000L, Long.MAX_VALUE})
    void hello_isOverdueAfter10s_whateverTheClockSays(long startNanos) throws Exception {
        FrameOrder late = Orders.of(MINE, startNanos);
        long tenSeconds = 10_000_000_000L;
        assertThat(late.helloDeadlineNanos() - startNanos).isEqualTo(tenSeconds);
        assertThat(late.isHelloOverdue(startNanos)).isFalse();
        assertThat(late.isHelloOverdue(startNanos + tenSeconds - 1)).isFalse();
        assertThat(late.isHelloOverdue(startNanos + tenSeconds)).isTrue();

        late.onReceive(header(FrameType.HELLO, 36));
        assertThat(late.isHelloOverdue(startNanos + tenSeconds))
                .as("its payload counts")
                .isTrue();
        late.onHello(PEER);
        assertThat(late.isHelloOverdue(startNanos + tenSeconds)).isFalse();
        assertThat(late.isHelloOverdue(startNanos - 1)).isFalse();
    }

    @Test
    void framesAreSmall_untilThePeersHello_thenAsLargeAsItTakes() throws Exception {
        rules.onSend(header(FrameType.HELLO, 36));
        assertThat(rules.agreement()).isEmpty();
        assertThat(rules.maxSendPayload()).isEqualTo(512);
        rules.onSend(header(FrameType.DATA, 512));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rules.onSend(header(FrameType.DATA, 513)))
                .withMessage("send: DATA of 513 bytes (expected: at most 512 bytes)");

        Agreement agreement = rules.onHello(PEER);

        assertThat(rules.agreement()).contains(agreement);
        assertThat(rules.maxSendPayload()).isEqualTo(1_000);
        rules.onSend(header(FrameType.DATA, 1_000));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rules.onSend(header(FrameType.DATA, 1_001)))
                .withMessage("send: DATA of 1001 bytes (expected: at most 1000 bytes)");
    }

    @Test
    void conflictingHello_leavesNoAgreement() {
        Hello slow = Hello.every(Duration.ofSeconds(30), Duration.ZERO).withPathTimeout(Duration.ofSeconds(20));
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> rules.onHello(slow))
                .withMessage("HELLOs that agree on a side that can send every 30000 ms at byte 0 of the stream"
                        + " (expected: at most 10000 ms, for a box that forgets after 20000 ms)");
        assertThat(rules.agreement()).isEmpty();
        assertThat(rules.localHello()).isSameAs(MINE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HELLO 36                | HELLO | 36 | one HELLO",
                "HELLO 36,END 0          | DATA  | 1  | neither DATA nor END after END",
                "HELLO 36,END 0          | END   | 0  | neither DATA nor END after END",
                "HELLO 36,END 0          | HELLO | 36 | one HELLO",
                "HELLO 36,CLOSE 2        | BEAT  | 0  | nothing after CLOSE",
                "HELLO 36,CLOSE 2        | CLOSE | 2  | nothing after CLOSE",
                "HELLO 36,END 0,CLOSE 2  | BEAT  | 0  | nothing after CLOSE",
                "                        | BEAT  | 0  | HELLO first",
                "                        | CLOSE | 2  | HELLO first",
            })
    void sendingOutOfOrder_isRefused_withoutEffect(String before, FrameType type, int length, String expected) {
        send(before);
        for (int i = 0; i < 2; i++) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> rules.onSend(header(type, length)))
                    .withMessage("send: " + type + " of " + length + " bytes (expected: " + expected + ")");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DATA  | 0  | at least 1 byte",
                "PING  | 7  | exactly 8 bytes",
                "PONG  | 9  | exactly 8 bytes",
                "BEAT  | 1  | exactly 0 bytes",
                "CLOSE | 3  | exactly 2 bytes",
            })
    void sendingWrongLengths_isRefused(FrameType type, int length, String expected) {
        send("HELLO 36");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rules.onSend(header(type, length)))
                .withMessage("send: " + type + " of " + length + " bytes (expected: " + expected + ")");
    }

    @Test
    void optionalFramesOfOthers_mayBeSent_unknownOnesMayNot() {
        send("HELLO 36");
        rules.onSend(0x8000_0005);
        rules.onSend(0x8000_0000 | 512);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rules.onSend(0x8000_0000 | 513))
                .withMessage("send: frame type 0x80 of 513 bytes (expected: at most 512 bytes)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rules.onSend(0x0800_0000))
                .withMessage(
                        "send: frame type 0x08 of 0 bytes (expected: 0x01 to 0x07, or an optional one from 0x80 on)");
    }

    @Test
    void received_returnsTheType_orToSkip_orWhatIsWrong() throws Exception {
        assertThat(rules.onReceive(header(FrameType.HELLO, 36))).isEqualTo(FrameType.HELLO);
        assertThat(rules.onReceive(0xFF00_0064)).isNull();
        assertThat(rules.onReceive(header(FrameType.PING, 8))).isEqualTo(FrameType.PING);
        long offset = 4 + 36 + 4 + 100 + 4 + 8;
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> rules.onReceive(header(FrameType.PING, 9)))
                .withMessage("PING of 9 bytes at byte " + offset + " of the stream (expected: exactly 8 bytes)")
                .satisfies(e -> assertThat(e.offset()).isEqualTo(offset))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(CloseReason.FRAME_LENGTH));
    }

    @Test
    void tooLongHello_isRefusedWithItsOwnLimit() {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> rules.onReceive(header(FrameType.HELLO, 513)))
                .withMessage("HELLO of 513 bytes at byte 0 of the stream (expected: at most 512 bytes)");
    }

    @Test
    void offsets_goBeyond4GiB() throws Exception {
        FrameOrder large = Orders.of(MINE.withLargestFrame(FrameHeader.LARGEST_LENGTH), 0);
        large.onReceive(header(FrameType.HELLO, 6));
        for (int i = 0; i < 1000; i++) {
            large.onReceive(header(FrameType.DATA, FrameHeader.LARGEST_LENGTH));
        }
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> large.onReceive(0))
                .satisfies(e -> assertThat(e.offset()).isEqualTo(10 + 1000L * (4 + FrameHeader.LARGEST_LENGTH)));
    }

    @Test
    void afterClose_nothingIsCheckedAnyMore() throws Exception {
        rules.onReceive(header(FrameType.HELLO, 36));
        assertThat(rules.isInputClosed()).isFalse();
        rules.onReceive(header(FrameType.CLOSE, 2));
        assertThat(rules.isInputClosed()).isTrue();
        assertThatIllegalStateException()
                .isThrownBy(() -> rules.onReceive(header(FrameType.BEAT, 0)))
                .withMessage("receive: BEAT of 0 bytes (expected: nothing after CLOSE; discard what follows it)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                       |                       | false | false | false",
                "HELLO 36               | HELLO 36              | false | false | false",
                "HELLO 36,END 0         | HELLO 36              | false | false | false",
                "HELLO 36               | HELLO 36,END 0        | false | false | true",
                "HELLO 36,END 0         | HELLO 36,END 0        | true  | true | true",
                "HELLO 36,CLOSE 2       | HELLO 36              | true  | false | false",
                "HELLO 36               | HELLO 36,CLOSE 2      | false | true | true",
                "HELLO 36,END 0,CLOSE 2 | HELLO 36,END 0        | true  | false | true",
                "HELLO 36,END 0         | HELLO 36,END 0,CLOSE 2| false | true | true",
            })
    void streamEndsInOrder_afterCloseOrBothEnds(
            String sent, String received, boolean mayCloseOutput, boolean isOrderlyEnd, boolean isInputEnded)
            throws Exception {
        send(sent);
        for (int header : headers(received)) {
            rules.onReceive(header);
        }
        assertThat(rules.mayCloseOutput()).isEqualTo(mayCloseOutput);
        assertThat(rules.isOrderlyEnd()).isEqualTo(isOrderlyEnd);
        assertThat(rules.isInputEnded()).as("no more DATA will come").isEqualTo(isInputEnded);
    }

    private void send(String frames) {
        for (int header : headers(frames)) {
            rules.onSend(header);
        }
    }

    private static int[] headers(String frames) {
        return frames == null
                ? new int[0]
                : java.util.Arrays.stream(frames.split(","))
                        .map(frame -> frame.split(" "))
                        .mapToInt(parts -> header(FrameType.valueOf(parts[0]), Integer.parseInt(parts[1])))
                        .toArray();
    }

    private static int header(FrameType type, int length) {
        return FrameHeader.of(type, length);
    }
}

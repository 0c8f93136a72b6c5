package io.keepalive.heartbeat.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What the vectors and the random frames do not show: too little room, partial DATA, order. */
class FrameEncoderTest {
    private final FrameOrder rules = Orders.of(Hello.every(Duration.ofSeconds(30), Duration.ofSeconds(75)), 0);
    private final FrameEncoder encoder = new FrameEncoder(rules);

    @Test
    void withoutRoom_nothingIsWritten_andNothingIsDone() {
        needs(40, encoder::hello);
        needs(4, encoder::beat);
        needs(12, out -> encoder.ping(1, out));
        needs(12, out -> encoder.pong(1, out));
        needs(4, encoder::end);
        needs(6, out -> encoder.close(CloseReason.NORMAL, out));
    }

    private static void needs(int bytes, Consumer<ByteBuffer> frame) {
        ByteBuffer tight = ByteBuffer.allocate(bytes - 1);
        assertThatExceptionOfType(BufferOverflowException.class).isThrownBy(() -> frame.accept(tight));
        assertThat(tight.position()).isZero();
        ByteBuffer enough = ByteBuffer.allocate(bytes);
        frame.accept(enough);
        assertThat(enough.remaining()).isZero();
    }

    @Test
    void data_takesWhatMayBeSent_andHasRoom() throws Exception {
        encoder.hello(ByteBuffer.allocate(40));
        ByteBuffer payload = ByteBuffer.wrap(new byte[2_000]);

        assertThat(encoder.data(payload, ByteBuffer.allocate(4_000)))
                .as("small frames")
                .isEqualTo(512);
        rules.onHello(Hello.every(Duration.ofSeconds(30), Duration.ZERO));
        assertThat(encoder.data(payload, ByteBuffer.allocate(104))).as("room").isEqualTo(100);
        assertThat(encoder.data(payload, ByteBuffer.allocate(5)))
                .as("room for one")
                .isEqualTo(1);
        ByteBuffer none = ByteBuffer.allocate(4);
        assertThat(encoder.data(payload, none)).as("no room for a byte").isZero();
        assertThat(encoder.data(payload, ByteBuffer.allocate(2)))
                .as("no room for a header")
                .isZero();
        assertThat(none.position()).isZero();
        assertThat(payload.position()).isEqualTo(613);
        assertThat(encoder.data(payload, ByteBuffer.allocate(4_000)))
                .as("the rest")
                .isEqualTo(1_387);
        assertThat(encoder.data(payload, none)).as("nothing left").isZero();
    }

    @Test
    void dataHeader_needsFourBytes_andALength() {
        encoder.hello(ByteBuffer.allocate(40));
        ByteBuffer out = ByteBuffer.allocate(4);
        encoder.dataHeader(500, out);
        assertThat(out.array()).isEqualTo(HexFormat.of().parseHex("020001f4"));
        assertThatExceptionOfType(BufferOverflowException.class).isThrownBy(() -> encoder.dataHeader(1, out));
        for (int bad : new int[] {-1, 0, 513, 0x0100_0000}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> encoder.dataHeader(bad, ByteBuffer.allocate(4)))
                    .withMessageContaining(Integer.toString(bad));
        }
    }

    @Test
    void dataHeaderInFront_needsHeadroom() {
        encoder.hello(ByteBuffer.allocate(40));
        ByteBuffer buffer =
                ByteBuffer.wrap(HexFormat.of().parseHex("eeffffffffcafe")).position(5);
        encoder.dataHeaderInFront(buffer);
        assertThat(buffer.position()).isEqualTo(1);
        assertThat(buffer.array()).isEqualTo(HexFormat.of().parseHex("ee02000002cafe"));

        ByteBuffer withoutRoom = ByteBuffer.allocate(10).position(3);
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> encoder.dataHeaderInFront(withoutRoom));
        assertThat(withoutRoom.position()).isEqualTo(3);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> encoder.dataHeaderInFront(ByteBuffer.allocate(600).position(4)));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> encoder.dataHeaderInFront(ByteBuffer.allocate(4).position(4)));
    }

    @Test
    void close_writesTheCode_andIsTheLast() {
        encoder.hello(ByteBuffer.allocate(40));
        ByteBuffer out = ByteBuffer.allocate(6);
        encoder.close(CloseReason.TOO_MANY_PINGS, out);
        assertThat(out.array()).isEqualTo(HexFormat.of().parseHex("07000002000c"));
        assertThatIllegalStateException().isThrownBy(() -> encoder.beat(ByteBuffer.allocate(40)));
        ByteBuffer payload = ByteBuffer.allocate(10);
        ByteBuffer data = ByteBuffer.allocate(40);
        assertThatIllegalStateException().isThrownBy(() -> encoder.data(payload, data));
        assertThat(payload.position() + data.position()).isZero();
    }

    @Test
    void codes_areTheirOwnInverse() {
        for (CloseReason reason : CloseReason.values()) {
            assertThat(CloseReason.of(reason.code())).contains(reason);
            assertThat(reason.description()).isNotBlank();
        }
        assertThat(Arrays.stream(new int[] {-1, 15, 65_535}).mapToObj(CloseReason::of))
                .allMatch(java.util.Optional::isEmpty);
        for (FrameType type : FrameType.values()) {
            assertThat(FrameType.of(type.code())).isSameAs(type);
        }
        assertThat(FrameType.of(0)).isNull();
        assertThat(FrameType.of(8)).isNull();
        assertThat(FrameType.of(255)).isNull();
    }
}

package io.keepalive.heartbeat.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** How DATA is taken, and what the cursor tells when. Which frames come out is in the vectors. */
class FrameDecoderTest {
    private static final String HELLO = "010000060104" + "00000001";

    private final FrameDecoder decoder = new FrameDecoder(Orders.of(Vectors.RECEIVER, 0));

    @Test
    void data_isTakenInPieces_asTheTargetHasRoom() throws Exception {
        ByteBuffer in = hex(HELLO + "0200000568656c6c6f" + "03000000");
        nextIs(in, FrameType.HELLO);
        nextIs(in, FrameType.DATA);
        assertThat(decoder.dataRemaining()).isEqualTo(5);
        ByteBuffer target = ByteBuffer.allocate(3);
        assertThat(decoder.transfer(in, target)).isEqualTo(3);
        assertThat(decoder.transfer(in, target)).isZero();
        nextIs(in, FrameType.DATA);
        assertThat(decoder.dataRemaining()).isEqualTo(2);
        assertThat(decoder.transfer(in, target.clear())).isEqualTo(2);
        assertThat(new String(target.array(), StandardCharsets.US_ASCII)).isEqualTo("lol");
        assertThat(decoder.dataRemaining()).isZero();
        nextIs(in, FrameType.BEAT);
        assertThat(decoder.dataRemaining()).isZero();
        assertThat(decoder.next(in)).isFalse();
    }

    @Test
    void data_stopsWhereTheBufferStops() throws Exception {
        ByteBuffer in = hex(HELLO + "020000056865");
        nextIs(in, FrameType.HELLO);
        nextIs(in, FrameType.DATA);
        assertThat(decoder.transfer(in, ByteBuffer.allocate(10))).isEqualTo(2);
        assertThat(decoder.next(in)).isFalse();
        assertThat(decoder.dataRemaining()).isEqualTo(3);
        // The rest is read from elsewhere, past the buffer.
        decoder.consumed(0);
        decoder.consumed(3);
        nextIs(hex("03000000"), FrameType.BEAT);
    }

    @Test
    void isBetweenFrames_notInTheMidstOfAHeader() throws Exception {
        assertThat(decoder.isBetweenFrames()).isTrue();
        nextIs(hex(HELLO), FrameType.HELLO);
        assertThat(decoder.next(hex("0300"))).isFalse();
        assertThat(decoder.isBetweenFrames()).isFalse();
        nextIs(hex("0000"), FrameType.BEAT);
        assertThat(decoder.isBetweenFrames()).isTrue();
    }

    @Test
    void slice_isAView() throws Exception {
        ByteBuffer in = hex(HELLO + "02000002cafe" + "0200000501020304");
        nextIs(in, FrameType.HELLO);
        nextIs(in, FrameType.DATA);
        ByteBuffer slice = decoder.slice(in);
        assertThat(slice).isEqualTo(hex("cafe"));
        in.put(in.position() - 1, (byte) 7);
        assertThat(slice.get(1)).isEqualTo((byte) 7);
        nextIs(in, FrameType.DATA);
        assertThat(decoder.slice(in)).isEqualTo(hex("01020304"));
        assertThat(in.hasRemaining()).isFalse();
        assertThat(decoder.dataRemaining()).isEqualTo(1);
    }

    @Test
    void consumed_isWithinTheFrame() throws Exception {
        ByteBuffer in = hex(HELLO + "0200000568656c6c6f");
        assertThatIllegalArgumentException().isThrownBy(() -> decoder.consumed(1));
        nextIs(in, FrameType.HELLO);
        decoder.consumed(0);
        nextIs(in, FrameType.DATA);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> decoder.consumed(6))
                .withMessage("bytes: 6 (expected: 0 to 5)");
        assertThatIllegalArgumentException().isThrownBy(() -> decoder.consumed(-1));
        assertThat(decoder.dataRemaining()).isEqualTo(5);
    }

    @Test
    void missingBytes_areNotReported() throws Exception {
        assertThatIllegalStateException().isThrownBy(decoder::type);
        assertThatIllegalStateException().isThrownBy(decoder::hello);
        assertThatIllegalStateException().isThrownBy(decoder::id);
        ByteBuffer in = hex(HELLO + "04000008" + "0000000000000102" + "05000008" + "8000000000000001" + "070000020003");
        nextIs(in, FrameType.HELLO);
        assertThatIllegalStateException().isThrownBy(decoder::id).withMessage("id: none in a frame of type HELLO");
        assertThatIllegalStateException().isThrownBy(decoder::closeCode);
        nextIs(in, FrameType.PING);
        assertThat(decoder.id()).isEqualTo(0x102);
        nextIs(in, FrameType.PONG);
        assertThat(decoder.id()).isEqualTo(0x8000_0000_0000_0001L);
        nextIs(in, FrameType.CLOSE);
        assertThat(decoder.closeCode()).isEqualTo(3);
        assertThatIllegalStateException().isThrownBy(decoder::id);
        assertThat(decoder.hello().version()).isEqualTo(1);
    }

    @Test
    void errors_last() throws Exception {
        ByteBuffer in = hex(HELLO + "04000009");
        nextIs(in, FrameType.HELLO);
        ProtocolException first = failure(in);
        assertThat(failure(in)).isSameAs(first);
        assertThat(failure(hex("03000000"))).isSameAs(first);
    }

    @Test
    void afterClose_everythingIsDiscarded() throws Exception {
        ByteBuffer in = hex(HELLO + "070000020000" + "55");
        nextIs(in, FrameType.HELLO);
        nextIs(in, FrameType.CLOSE);
        assertThat(decoder.next(in)).isFalse();
        assertThat(in.hasRemaining()).isFalse();
        ByteBuffer more = hex("010203040506");
        assertThat(decoder.next(more)).isFalse();
        assertThat(more.hasRemaining()).isFalse();
    }

    private ProtocolException failure(ByteBuffer in) {
        ProtocolException[] caught = new ProtocolException[1];
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> decoder.next(in))
                .satisfies(e -> caught[0] = e);
        return caught[0];
    }

    private void nextIs(ByteBuffer in, FrameType type) throws ProtocolException {
        assertThat(decoder.next(in)).isTrue();
        assertThat(decoder.type()).isEqualTo(type);
    }

    private static ByteBuffer hex(String text) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(text));
    }

    @Test
    void missing_namesTheBytesOfAHeaderOrControlPayload_andNoneOfDataOrASkippedFrame() throws Exception {
        assertThat(decoder.missing()).isEqualTo(4);
        offerAll("0100");
        assertThat(decoder.missing()).as("the rest of a header").isEqualTo(2);
        offerAll("0006" + "01");
        assertThat(decoder.missing()).as("the rest of a HELLO").isEqualTo(5);
        offerAll("0400000001");
        assertThat(decoder.type()).isEqualTo(FrameType.HELLO);

        assertThat(decoder.offerHeader(FrameHeader.of(FrameType.PING, 8))).isFalse();
        assertThat(decoder.missing()).as("the id of a PING").isEqualTo(8);
        assertThat(decoder.offerLong(0x102)).isTrue();
        assertThat(decoder.id()).isEqualTo(0x102);
        assertThat(decoder.missing()).isEqualTo(4);

        assertThat(decoder.offerHeader(FrameHeader.of(FrameType.DATA, 5))).isFalse();
        assertThat(decoder.missing()).as("DATA is taken elsewhere").isZero();
        decoder.consumed(5);
        assertThat(decoder.offerHeader(0x8000_0003)).isFalse();
        assertThat(decoder.missing()).as("a frame to skip").isZero();
        assertThat(decoder.skipRemaining()).isEqualTo(3);
        decoder.consumed(3);
        assertThat(decoder.missing()).isEqualTo(4);
    }

    @Test
    void offer_byteForByte_completesAFrameWithItsLastByteOnly() throws Exception {
        String[] frames = {HELLO, "03000000", "04000008" + "8000000000000001", "070000020003"};
        for (String frame : frames) {
            assertThat(offerAll(frame)).as(frame).isEqualTo(frame.length() / 2);
        }
        assertThat(decoder.closeCode()).isEqualTo(3);
    }

    @Test
    void emptyHello_isRefusedWithItsHeader_forItHasNoVersion() {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> decoder.offerHeader(FrameHeader.of(FrameType.HELLO, 0)))
                .withMessageContaining("without entry VERSION");
    }

    @Test
    void errors_last_forNumbersAndBytesToo() throws Exception {
        offerAll(HELLO);
        ProtocolException first = null;
        try {
            decoder.offerHeader(FrameHeader.of(FrameType.PING, 9));
        } catch (ProtocolException e) {
            first = e;
        }
        assertThat(first).isNotNull();
        int beat = FrameHeader.of(FrameType.BEAT, 0);
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> decoder.offerHeader(beat))
                .isSameAs(first);
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> decoder.offer((byte) 0))
                .isSameAs(first);
    }

    @Test
    void consumedNothing_inTheMidstOfAHeader_losesNoByteOfIt() throws Exception {
        offerAll(HELLO + "0300");
        decoder.consumed(0);
        assertThat(decoder.missing()).isEqualTo(2);
        assertThat(offerAll("0000")).isEqualTo(2);
        assertThat(decoder.type()).isEqualTo(FrameType.BEAT);
    }

    /** Returns after how many bytes the last frame was complete; 0 if none was. */
    private int offerAll(String text) throws ProtocolException {
        byte[] bytes = HexFormat.of().parseHex(text);
        int completeAfter = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (decoder.offer(bytes[i])) {
                assertThat(completeAfter).as("complete already").isZero();
                completeAfter = i + 1;
            }
        }
        return completeAfter;
    }
}

package io.keepalive.heartbeat.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.keepalive.heartbeat.wire.Vectors.Vector;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The test vectors, which other implementations run as well. */
class VectorsTest {
    static Stream<Vector> streams() {
        return Vectors.read("streams.json");
    }

    static Stream<Vector> hellos() {
        return Vectors.read("hellos.json");
    }

    static Stream<Vector> agreements() {
        return Vectors.read("agreements.json");
    }

    @ParameterizedTest
    @MethodSource("streams")
    void stream_atOnce_byteByByte_andCutAtEachPlace_givesTheFrames(Vector vector) {
        Hello receiver = vector.has("receiver") ? Vectors.hello(vector.object("receiver")) : Vectors.RECEIVER;
        List<String> expected = new ArrayList<>();
        for (JsonElement frame : vector.array("frames")) {
            expected.add(Vectors.frame(frame.getAsJsonObject()));
        }
        vector.error().ifPresent(expected::add);
        byte[] bytes = vector.bytes("bytes");

        assertThat(Trace.of(receiver, bytes)).isEqualTo(expected);
        assertThat(Trace.of(receiver, oneByOne(bytes))).isEqualTo(expected);
        for (int cut = 0; cut <= bytes.length; cut++) {
            assertThat(Trace.of(receiver, Arrays.copyOf(bytes, cut), Arrays.copyOfRange(bytes, cut, bytes.length)))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    void canonicalStream_isWhatTheEncoderWrites(Vector vector) {
        if (!vector.isCanonical()) {
            return;
        }
        ByteBuffer out = ByteBuffer.allocate(4096);
        JsonObject hello = vector.array("frames").get(0).getAsJsonObject();
        FrameEncoder encoder = new FrameEncoder(Orders.of(Vectors.hello(hello), 0));
        for (JsonElement element : vector.array("frames")) {
            JsonObject frame = element.getAsJsonObject();
            switch (FrameType.valueOf(frame.get("type").getAsString())) {
                case HELLO -> encoder.hello(out);
                case DATA ->
                    encoder.data(
                            ByteBuffer.wrap(
                                    HexFormat.of().parseHex(frame.get("payload").getAsString())),
                            out);
                case BEAT -> encoder.beat(out);
                case PING -> encoder.ping(id(frame), out);
                case PONG -> encoder.pong(id(frame), out);
                case END -> encoder.end(out);
                case CLOSE ->
                    encoder.close(CloseReason.of(frame.get("code").getAsInt()).orElseThrow(), out);
            }
        }
        assertThat(Arrays.copyOf(out.array(), out.position())).isEqualTo(vector.bytes("bytes"));
    }

    @ParameterizedTest
    @MethodSource("hellos")
    void hello_isReadOrRefused_andWrittenTheSame(Vector vector) throws Exception {
        ByteBuffer payload = ByteBuffer.wrap(vector.bytes("payload"));
        if (vector.has("error")) {
            assertThatExceptionOfType(ProtocolException.class)
                    .isThrownBy(() -> Hello.decode(payload))
                    .satisfies(e -> assertThat(vector.error()).contains(Trace.error(e)));
            return;
        }
        Hello hello = Hello.decode(payload);
        assertThat(hello).isEqualTo(Vectors.hello(vector.object("hello")));
        if (vector.isCanonical()) {
            ByteBuffer out = ByteBuffer.allocate(Hello.ENCODED_BYTES);
            hello.encode(out);
            assertThat(out.array()).isEqualTo(vector.bytes("payload"));
        }
    }

    @ParameterizedTest
    @MethodSource("agreements")
    void agreement_isTheSameSeenFromBothSides(Vector vector) throws Exception {
        Hello one = Vectors.hello(vector.object("one"));
        Hello other = Vectors.hello(vector.object("other"));
        if (vector.has("error")) {
            for (Hello[] pair : new Hello[][] {{one, other}, {other, one}}) {
                assertThatExceptionOfType(ProtocolException.class)
                        .isThrownBy(() -> Agreement.of(pair[0], pair[1]))
                        .satisfies(e -> assertThat(vector.error()).contains(Trace.error(e)));
            }
            return;
        }
        JsonObject expected = vector.object("agreement");
        assertThat(Agreement.of(one, other))
                .isEqualTo(new Agreement(
                        expected.get("version").getAsInt(),
                        Vectors.millis(expected, "oneSendsMillis"),
                        Vectors.millis(expected, "otherSendsMillis"),
                        other.givesUpAfter(),
                        other.largestFrame(),
                        one.largestFrame()));
        assertThat(Agreement.of(other, one))
                .isEqualTo(new Agreement(
                        expected.get("version").getAsInt(),
                        Vectors.millis(expected, "otherSendsMillis"),
                        Vectors.millis(expected, "oneSendsMillis"),
                        one.givesUpAfter(),
                        one.largestFrame(),
                        other.largestFrame()));
    }

    private static long id(JsonObject frame) {
        return Long.parseUnsignedLong(frame.get("id").getAsString(), 16);
    }

    private static byte[][] oneByOne(byte[] bytes) {
        byte[][] pieces = new byte[bytes.length][];
        for (int i = 0; i < bytes.length; i++) {
            pieces[i] = new byte[] {bytes[i]};
        }
        return pieces;
    }
}

package io.keepalive.cli.relay.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keepalive.cli.option.CidrBlock;
import io.keepalive.cli.relay.proxy.ProxyHeader.Version;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
    private static final String V2 = "0d0a0d0a000d0a515549540a";

    private static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(CidrBlock.parse(host).base(), port);
    }

    private static ByteBuffer received(byte[] bytes) {
        return ByteBuffer.allocate(ProxyHeader.LONGEST).put(bytes);
    }

    private static ByteBuffer text(String line) {
        return received(line.getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @CsvSource({
        "V1, 192.0.2.1, 198.51.100.7", "V2, 192.0.2.1, 198.51.100.7",
        "V1, 2001:db8::1, 2001:db8::2", "V2, 2001:db8::1, 2001:db8::2",
    })
    void read_ofWritten_isTheSame(Version version, String from, String to) throws Exception {
        InetSocketAddress source = address(from, 65535);
        InetSocketAddress destination = address(to, 443);
        byte[] bytes = ProxyHeader.write(version, source, destination);
        ByteBuffer received = received(bytes).put("GET".getBytes(StandardCharsets.US_ASCII));

        assertThat(ProxyHeader.read(received)).isEqualTo(new ProxyHeader(bytes.length, source, destination));
        for (int length = 0; length < bytes.length; length++) {
            received.position(length);
            assertThat(ProxyHeader.read(received)).as("after %d bytes", length).isNull();
        }
    }

    @Test
    void write_isWhatTheSpecificationShows() {
        byte[] line = ProxyHeader.write(Version.V1, address("192.168.0.1", 56324), address("192.168.0.11", 443));
        assertThat(new String(line, StandardCharsets.US_ASCII))
                .isEqualTo("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n");
        byte[] binary = ProxyHeader.write(Version.V2, address("192.168.0.1", 56324), address("192.168.0.11", 443));
        assertThat(HexFormat.of().formatHex(binary)).isEqualTo(V2 + "2111000cc0a80001c0a8000bdc0401bb");
    }

    @Test
    void write_ofMixedFamilies_mapsIpv4() {
        byte[] line = ProxyHeader.write(Version.V1, address("192.0.2.1", 1), address("2001:db8::1", 2));
        assertThat(new String(line, StandardCharsets.US_ASCII))
                .isEqualTo("PROXY TCP6 0:0:0:0:0:ffff:c000:201 2001:db8:0:0:0:0:0:1 1 2\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n"})
    void read_ofUnknown_namesNone(String line) throws Exception {
        assertThat(Objects.requireNonNull(ProxyHeader.read(text(line))).source())
                .isNull();
    }

    @Test
    void read_ofLocalCommandWithExtensions_skipsThem() throws Exception {
        byte[] bytes = HexFormat.of().parseHex(V2 + "20000005" + "0400020000");
        assertThat(ProxyHeader.read(received(bytes))).isEqualTo(new ProxyHeader(21, null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "PROXY TCP4 example.com 192.0.2.1 1 2\r\n",
                "PROXY TCP4 999.0.2.1 192.0.2.1 1 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.1 1 65536\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.1 1\r\n",
                "PROXY TCP6 ::1::2 ::1 1 2\r\n",
                "PROXY \r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.1 1 2 padding padding padding padding padding padding padding padding p\r\n",
            })
    void read_ofMalformedLine_refuses(String line) {
        assertThatThrownBy(() -> ProxyHeader.read(text(line))).isInstanceOf(ProxyHeader.MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2211000c", "1111000c", "21110004", "2111ffff", "2121000c"})
    void read_ofMalformedBinary_refuses(String rest) {
        byte[] bytes = HexFormat.of().parseHex(V2 + rest);
        assertThatThrownBy(() -> ProxyHeader.read(received(bytes))).isInstanceOf(ProxyHeader.MalformedException.class);
    }

    @Test
    void read_ofAnything_endsOrRefuses() {
        Random random = new Random(7);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = ProxyHeader.write(
                    random.nextBoolean() ? Version.V1 : Version.V2, address("192.0.2.1", 1), address("192.0.2.2", 2));
            for (int flips = random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                ProxyHeader header = ProxyHeader.read(received(bytes));
                assertThat(header == null || header.length() <= bytes.length).isTrue();
            } catch (ProxyHeader.MalformedException e) {
                assertThat(e).hasMessageContaining("PROXY header");
            }
        }
    }
}

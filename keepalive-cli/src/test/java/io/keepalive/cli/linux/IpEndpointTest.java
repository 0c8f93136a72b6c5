package io.keepalive.cli.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpEndpointTest {

    /** Texts as inet_ntop of the GNU C library gives them. */
    @ParameterizedTest
    @CsvSource({
        "0:0:0:0:0:0:0:0, [::]:80",
        "0:0:0:0:0:0:0:1, [::1]:80",
        "2001:db8:0:0:0:0:0:7, [2001:db8::7]:80",
        "2001:db8:0:1:0:0:0:7, [2001:db8:0:1::7]:80",
        "2001:0:0:1:0:0:0:0, [2001:0:0:1::]:80",
        "1:0:2:3:4:5:6:7, [1:0:2:3:4:5:6:7]:80",
        "fe80:0:0:0:ff:fe00:0:1, [fe80::ff:fe00:0:1]:80",
    })
    void toString_ipv6_isShortenedAsSsDoes(String address, String text) throws UnknownHostException {
        ByteBuffer bytes = ByteBuffer.wrap(InetAddress.getByName(address).getAddress());

        assertThat(new IpEndpoint(true, bytes.getLong(), bytes.getLong(), 80)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({"7F000001, 0, 127.0.0.1:*", "C0000207, 80, 192.0.2.7:80", "00000000, 0, 0.0.0.0:*"})
    void toString_ipv4_isDotted(String hex, int port, String text) {
        IpEndpoint endpoint = IpEndpoint.ofIpv4(Integer.parseUnsignedInt(hex, 16), port);

        assertThat(endpoint).hasToString(text);
        assertThat(endpoint.mapped().addressText()).isEqualTo("[::ffff:" + endpoint.addressText() + "]");
        assertThat(endpoint.mapped().unmapped()).isEqualTo(endpoint);
    }
}

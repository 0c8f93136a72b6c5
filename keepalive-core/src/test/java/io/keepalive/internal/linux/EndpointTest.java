package io.keepalive.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** HostAddresses as the JDK and as the kernel write them. */
class EndpointTest {
    @Test
    void ipv4_isTheMappedAddress() throws Exception {
        Endpoint fromJdk = Endpoint.of(new InetSocketAddress("192.0.2.1", 443));

        assertThat(fromJdk.matches(Endpoint.ofIpv4(0xc0000201, 443))).isTrue();
        assertThat(fromJdk.matches(new Endpoint(0, 0xffff_c000_0201L, 443))).isTrue();
        assertThat(fromJdk.matches(Endpoint.ofIpv4(0xc0000202, 443))).isFalse();
        assertThat(fromJdk.matches(Endpoint.ofIpv4(0xc0000201, 444))).isFalse();
    }

    @Test
    void ipv6_isCompared_withoutItsZone() throws Exception {
        byte[] bytes = InetAddress.getByName("fe80::1").getAddress();
        Endpoint fromJdk = Endpoint.of(new InetSocketAddress(java.net.Inet6Address.getByAddress("", bytes, 3), 443));

        assertThat(fromJdk.matches(new Endpoint(0xfe80L << 48, 1, 443))).isTrue();
        assertThat(fromJdk.matches(new Endpoint(0xfe80L << 48, 2, 443))).isFalse();
    }

    @Test
    void wildcards_matchWhateverTheKernelWrites() {
        for (String wildcard : new String[] {"0.0.0.0", "::"}) {
            Endpoint fromJdk = Endpoint.of(new InetSocketAddress(wildcard, 80));
            assertThat(fromJdk.matches(new Endpoint(0, 0, 80))).isTrue();
            assertThat(fromJdk.matches(Endpoint.ofIpv4(0, 80))).isTrue();
            assertThat(fromJdk.matches(new Endpoint(0, 0, 81))).isFalse();
        }
        assertThat(Endpoint.of(null)).isEqualTo(Endpoint.UNBOUND);
    }
}

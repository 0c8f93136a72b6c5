package io.keepalive.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConntrackTest {

    private static final String ESTABLISHED =
            "tcp      6 39 ESTABLISHED src=10.9.1.2 dst=10.9.2.2 sport=56832 dport=7000 packets=4 bytes=217"
                    + " src=10.9.2.2 dst=10.9.2.1 sport=7000 dport=1024 packets=3 bytes=165 [ASSURED] mark=0";

    private static final String UNREPLIED =
            "tcp      6 118 SYN_SENT src=10.9.1.2 dst=10.9.2.2 sport=34970 dport=7000 packets=1 bytes=60 [UNREPLIED]"
                    + " src=10.9.2.2 dst=10.9.2.1 sport=7000 dport=34970 packets=0 bytes=0 mark=0 use=2";

    @Test
    void shouldReadAnEntryAsTheKernelShowsIt() {
        assertThat(Conntrack.parse(List.of("ipv4     2 " + ESTABLISHED + " zone=0 use=2")))
                .containsExactly(entry());
    }

    @Test
    void shouldReadAnEntryAsTheToolShowsIt() {
        assertThat(Conntrack.parse(List.of(
                        ESTABLISHED + " use=1", "conntrack v1.4.7 (conntrack-tools): 1 flow entries have been shown.")))
                .containsExactly(entry());
    }

    @Test
    void shouldReadAnEntryWithoutAnswer() {
        assertThat(Conntrack.parse(List.of("ipv4     2 " + UNREPLIED)))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.state()).isEqualTo("SYN_SENT");
                    assertThat(entry.isEstablished()).isFalse();
                    assertThat(entry.packetsFromClient()).isEqualTo(1);
                    assertThat(entry.packetsFromServer()).isZero();
                });
    }

    @Test
    void shouldSkipOtherProtocols() {
        assertThat(Conntrack.parse(List.of("ipv4     2 udp      17 29 src=10.9.1.2 dst=10.9.2.2 sport=1 dport=2"
                        + " packets=1 bytes=29 [UNREPLIED] src=10.9.2.2 dst=10.9.2.1 sport=2 dport=1 packets=0")))
                .isEmpty();
    }

    private static ConntrackEntry entry() {
        return new ConntrackEntry(
                "ESTABLISHED",
                Duration.ofSeconds(39),
                new InetSocketAddress("10.9.1.2", 56832),
                new InetSocketAddress("10.9.2.1", 1024),
                new InetSocketAddress("10.9.2.2", 7000),
                4,
                3);
    }
}

package io.keepalive.cli.doctor;

import static io.keepalive.cli.doctor.Sockets.established;
import static io.keepalive.cli.doctor.Sockets.ip;
import static io.keepalive.cli.doctor.Sockets.loopback;
import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.cli.doctor.ConnectionFacts.LocalEnd;
import io.keepalive.cli.linux.SocketOwners.Owner;
import io.keepalive.cli.linux.TcpSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalEndsTest {
    private final TcpSocket outgoing = established(ip(5, 40000), ip(9, 5432), 1);
    private final TcpSocket client = established(loopback(40001), loopback(8080), 2);
    private final TcpSocket accepted =
            established(loopback(8080).mapped(), loopback(40001).mapped(), 3);
    private final TcpSocket otherClient = established(loopback(40002), loopback(8080), 4);
    private final TcpSocket otherAccepted =
            established(loopback(8080).mapped(), loopback(40002).mapped(), 5);
    private final TcpSocket redirected = established(ip(5, 40003), ip(77, 443), 6);
    private final TcpSocket redirectedAccepted = established(loopback(15001), ip(5, 40003), 7);
    private final TcpSocket proxyOnward = established(ip(5, 40004), ip(77, 443), 8);
    private final TcpSocket fromOutside = established(ip(5, 8080), ip(66, 50000), 9);
    private final TcpSocket toOwnAddress = established(ip(5, 40005), ip(5, 8080), 10);
    private final TcpSocket fromOwnAddress = established(ip(5, 8080), ip(5, 40005), 11);

    private final LocalEnds ends = new LocalEnds(
            List.of(
                    outgoing,
                    client,
                    accepted,
                    otherClient,
                    otherAccepted,
                    redirected,
                    redirectedAccepted,
                    proxyOnward,
                    fromOutside,
                    toOwnAddress,
                    fromOwnAddress),
            LocalEndsTest::owners);

    private static List<Owner> owners(TcpSocket socket) {
        return socket.inode() == 7 || socket.inode() == 8
                ? List.of(new Owner(15, (int) socket.inode(), "envoy"))
                : List.of(new Owner(socket.inode() + 100, 3, "java"));
    }

    @Test
    void of_connectionToAnotherMachine_isNull() {
        assertThat(ends.of(outgoing)).isNull();
        assertThat(ends.of(proxyOnward)).isNull();
    }

    @Test
    void of_peerOfThatPortFromOutside_isNull() {
        assertThat(ends.of(fromOutside)).isNull();
    }

    @Test
    void of_loopback_isTheExactOtherEnd() {
        assertThat(ends.of(client)).isEqualTo(new LocalEnd(new Owner(103, 3, "java"), false, 0));
        assertThat(ends.of(accepted)).isEqualTo(new LocalEnd(new Owner(102, 3, "java"), false, 0));
        assertThat(ends.of(otherAccepted)).isEqualTo(new LocalEnd(new Owner(104, 3, "java"), false, 0));
        assertThat(ends.of(toOwnAddress)).isEqualTo(new LocalEnd(new Owner(111, 3, "java"), false, 0));
    }

    @Test
    void of_redirected_isTheProxyWithItsOnwardConnections() {
        assertThat(ends.of(redirected)).isEqualTo(new LocalEnd(new Owner(15, 7, "envoy"), true, 1));
        assertThat(ends.of(redirectedAccepted))
                .isNotNull()
                .extracting(LocalEnd::isRedirected)
                .isEqualTo(true);
    }
}

package io.keepalive.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.keepalive.loss.Confidence;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.LossCause;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What Netty's own exceptions mean. */
class ChannelLossTest {
    private static LossCause causeOf(Throwable thrown) {
        return ChannelLoss.of(thrown).map(ConnectionLoss::cause).orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void closedPort_isRefused_onEveryTransport(Transport transport) throws Exception {
        assumeThat(Transport.here()).contains(transport);
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        EventLoopGroup group = transport.group(1);
        try {
            Throwable thrown = new Bootstrap()
                    .group(group)
                    .channel(transport.client)
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect("127.0.0.1", port)
                    .await()
                    .cause();

            assertThat(ChannelLoss.of(thrown)).hasValueSatisfying(loss -> {
                assertThat(loss.cause()).isEqualTo(LossCause.REFUSED);
                assertThat(loss.confidence()).isEqualTo(Confidence.HIGH);
            });
        } finally {
            Transport.shutDown(group);
        }
    }

    @Test
    void nativeTransport_saysWhichCallFailed_andThenWhat() {
        assumeThat(Transport.here()).contains(Transport.EPOLL);

        assertThat(causeOf(new NativeIoException("recvAddress", -104))).isEqualTo(LossCause.PEER_RESET);
        assertThat(causeOf(new NativeIoException("writevAddresses", -110))).isEqualTo(LossCause.PATH_TIMEOUT);
        assertThat(causeOf(new NativeIoException("recvAddress", -113))).isEqualTo(LossCause.UNREACHABLE);
    }

    @ParameterizedTest
    @CsvSource({
        "finishConnect(..) failed with error(-110): Connection timed out: /192.0.2.1:80, CONNECT_TIMEOUT",
        "connect(..) failed with error(-101): Network is unreachable: /192.0.2.1:80,     UNREACHABLE",
        "finishConnect(..) failed: Connection refused: /192.0.2.1:80,                    REFUSED",
        "finishConnect(..) failed with error(-13): Permission denied: /192.0.2.1:80,     UNREACHABLE",
    })
    void failureToConnect_hasTheAddressBehindIt(String message, LossCause cause) {
        assertThat(causeOf(new ConnectException(message))).isEqualTo(cause);
    }

    @Test
    void nettysOwnTimeoutOfAConnect_isNoRefusal() {
        assertThat(causeOf(new ConnectTimeoutException("connection timed out after 10 ms: /192.0.2.1:80")))
                .isEqualTo(LossCause.CONNECT_TIMEOUT);
    }

    @Test
    void whatSaysNothingAboutAConnection_isEmptyOrUnknown() {
        assertThat(ChannelLoss.of(new IllegalStateException("open(..) failed: Connection reset")))
                .isEmpty();
        assertThat(causeOf(new IOException("no such file"))).isEqualTo(LossCause.UNKNOWN);
    }
}

package io.keepalive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.LossCause;
import io.keepalive.loss.TcpInfo;
import java.io.EOFException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The end of a connection whose peer is another one for the kernel than for Java. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux tells the state of a connection")
@Timeout(30)
class ProxiedLossTest {
    private TestProxy proxy;
    private ServerSocket server;

    @BeforeEach
    void listen() throws Exception {
        proxy = new TestProxy();
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        proxy.close();
    }

    @Test
    void socks_peerEndsInOrder_isPeerClosed() throws Exception {
        assertEndIsPeerClosed(new Socket(proxy.of(Proxy.Type.SOCKS)), true);
    }

    @Test
    void httpTunnel_peerEndsInOrder_isPeerClosed() throws Exception {
        assertEndIsPeerClosed(new Socket(proxy.of(Proxy.Type.HTTP)), true);
    }

    @Test
    void wrappedSocks_peerEndsInOrder_isPeerClosed() throws Exception {
        assertEndIsPeerClosed(new OddSockets.Wrapping(new Socket(proxy.of(Proxy.Type.SOCKS))), true);
    }

    @Test
    void hiddenConnection_peerEndsInOrder_isPeerClosedWithoutTheKernel() throws Exception {
        assertEndIsPeerClosed(new OddSockets.Hiding(new Socket()), false);
    }

    private void assertEndIsPeerClosed(Socket socket, boolean reachable) throws Exception {
        boolean readable;
        try (Socket plain = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket accepted = server.accept()) {
            readable = accepted.isConnected() && TcpInfo.of(plain).isPresent();
        }
        try (socket) {
            socket.connect(server.getLocalSocketAddress());
            server.accept().close();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);

            Optional<ConnectionLoss> loss = ConnectionLoss.of(new EOFException(), socket);

            assertThat(loss.orElseThrow().cause()).as(loss.toString()).isEqualTo(LossCause.PEER_CLOSED);
            assertThat(TcpInfo.of(socket).map(TcpInfo::state))
                    .isEqualTo(reachable && readable ? Optional.of(TcpInfo.State.CLOSE_WAIT) : Optional.empty());
        }
    }
}

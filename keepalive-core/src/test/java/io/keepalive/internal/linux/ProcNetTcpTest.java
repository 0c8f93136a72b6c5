package io.keepalive.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The kernel's list of connections, printed and real. */
class ProcNetTcpTest {
    private static final String V4 = "   0: 0100007F:1F90 0200007F:C350 08 00000000:00000000 00:00000000";
    private static final String MAPPED = "   1: 0000000000000000FFFF00000100007F:1F90"
            + " 0000000000000000FFFF00000200007F:C351 01 00000000:00000000 00:00000000";
    private static final String V6 = "   2: 00000000000000000000000001000000:1F90"
            + " B80D0120000000000000000001000000:0050 07 00000000:00000000 00:00000000";

    /** Numbers of the kernel: include/net/tcp_states.h. */
    private static final int ESTABLISHED = 1;

    private static final int CLOSE = 7;
    private static final int CLOSE_WAIT = 8;

    @Test
    void state_isFoundByBothAddressesAndPorts() throws Exception {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            return; // the lines above are those of a little-endian machine
        }
        ProcNetTcp list = new ProcNetTcp(List.of(V4, MAPPED, V6));

        assertThat(list.state(at("127.0.0.1", 8080), at("127.0.0.2", 50000))).hasValue(CLOSE_WAIT);
        assertThat(list.state(at("127.0.0.1", 8080), at("127.0.0.2", 50001))).hasValue(ESTABLISHED);
        assertThat(list.state(at("::1", 8080), at("2001:db8::1", 80))).hasValue(CLOSE);
        assertThat(list.state(at("127.0.0.1", 8080), at("127.0.0.2", 50002))).isEmpty();
        assertThat(list.state(at("127.0.0.2", 50000), at("127.0.0.1", 8080))).isEmpty();
    }

    /** Columns of man 5 proc: state, queues, timer, retransmits, user, unanswered probes, inode. */
    @Test
    void info_hasStateRetransmitsAndProbes() throws Exception {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            return; // the lines are those of a little-endian machine
        }
        String probed = "   3: 0100007F:1F91 0200007F:C352 01 00000000:00000000 02:00000A1B 0000000C  1000"
                + "        3 31337 2 0000000000000000 20 4 30 10 -1";
        ProcNetTcp list = new ProcNetTcp(List.of(V4, probed));

        assertThat(list.info(at("127.0.0.1", 8081), at("127.0.0.2", 50002)))
                .hasValueSatisfying(bytes -> assertThat(bytes).containsExactly(ESTABLISHED, 0, 12, 3));
        assertThat(list.info(at("127.0.0.1", 8080), at("127.0.0.2", 50000)))
                .as("a line without these columns")
                .isEmpty();
        assertThat(list.info(at("127.0.0.1", 8081), at("127.0.0.2", 1))).isEmpty();
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "reads /proc")
    void realConnection_isSeenInItsStates() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
            try (Socket accepted = server.accept()) {
                assertThat(accepted.isConnected()).isTrue();
                assertThat(state(client)).hasValue(ESTABLISHED);
            }

            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(state(client)).hasValue(CLOSE_WAIT);
        }
    }

    private static OptionalInt state(Socket socket) {
        return ProcNetTcp.read()
                .orElseThrow()
                .state((InetSocketAddress) socket.getLocalSocketAddress(), (InetSocketAddress)
                        socket.getRemoteSocketAddress());
    }

    private static InetSocketAddress at(String address, int port) throws Exception {
        return new InetSocketAddress(InetAddress.getByName(address), port);
    }
}

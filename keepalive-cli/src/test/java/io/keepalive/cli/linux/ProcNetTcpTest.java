package io.keepalive.cli.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;

@DisabledIf(value = "isBigEndian", disabledReason = "recorded on a little-endian machine")
class ProcNetTcpTest {
    private static final String HEADING =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

    static boolean isBigEndian() {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
    }

    @Test
    void parse_connectionWithKeepAliveTimer_givesProbesAndTime() {
        TcpSocket socket = only("   1: 0100007F:C350 0100007F:1F90 01 00000004:00000003 02:000003E8 00000000  1000"
                + "        2 53422 2 0000000000000000 20 4 30 10 -1");

        assertThat(socket.local()).hasToString("127.0.0.1:50000");
        assertThat(socket.remote()).hasToString("127.0.0.1:8080");
        assertThat(socket.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(socket.sendQueueBytes()).isEqualTo(4);
        assertThat(socket.receiveQueueBytes()).isEqualTo(3);
        assertThat(socket.hasKeepAliveTimer()).isTrue();
        assertThat(socket.timerMillis()).isEqualTo(10_000);
        assertThat(socket.timerCount()).isEqualTo(2);
        assertThat(socket.uid()).isEqualTo(1000);
        assertThat(socket.inode()).isEqualTo(53422);
    }

    @Test
    void parse_retransmittingConnection_givesRetransmissions() {
        TcpSocket socket = only("   1: 0100007F:C350 0100007F:1F90 01 00000004:00000000 01:00000014 00000005  0"
                + "        0 53422 2 0000000000000000 20 4 30 10 -1");

        assertThat(socket.timer()).isEqualTo(TcpTimer.RETRANSMIT);
        assertThat(socket.timerCount()).isEqualTo(5);
    }

    @Test
    void parse_mappedAddress_staysIpv6() {
        TcpSocket socket = only("   0: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000100007F:C350 08"
                + " 00000000:00000000 00:00000000 00000000     0        0 7 1 0000000000000000 20 4 0 10 -1");

        assertThat(socket.local()).hasToString("[::ffff:127.0.0.1]:8080");
        assertThat(socket.local().isIpv4()).isTrue();
        assertThat(socket.state()).isEqualTo(TcpState.CLOSE_WAIT);
        assertThat(socket.timer()).isEqualTo(TcpTimer.OFF);
    }

    @Test
    void parse_shortLine_namesIt() {
        assertThatThrownBy(() -> ProcNetTcp.parse(List.of("1: 2 3"))).hasMessageContaining("'1: 2 3'");
    }

    private static TcpSocket only(String line) {
        return ProcNetTcp.parse(List.of(HEADING, line)).get(0);
    }
}

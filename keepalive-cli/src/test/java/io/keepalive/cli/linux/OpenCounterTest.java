package io.keepalive.cli.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class OpenCounterTest {
    private static final String RECORDED = """
            Ip: Forwarding DefaultTTL
            Ip: 1 64
            Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab
            Tcp: 1 200 120000 -1 315288 315072 140 415564 10018
            Udp: InDatagrams
            """;

    @Test
    void parse_recordedFile_isTheSumOfBothKinds() {
        assertThat(parse(RECORDED)).isEqualTo(315288 + 315072);
    }

    @Test
    void parse_fileWithoutTcp_isUnknown() {
        assertThat(parse("Ip: Forwarding\nIp: 1\n")).isEqualTo(OpenCounter.UNKNOWN);
        assertThat(parse("")).isEqualTo(OpenCounter.UNKNOWN);
        assertThat(parse(RECORDED.substring(0, RECORDED.indexOf("315072")))).isEqualTo(OpenCounter.UNKNOWN);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void read_afterAConnection_isGreater() throws Exception {
        try (OpenCounter counter = OpenCounter.open();
                ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            long before = counter.read();
            try (Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
                assertThat(client.isConnected()).isTrue();
                assertThat(counter.read()).isGreaterThanOrEqualTo(before + 2);
            }
        }
    }

    private static long parse(String text) {
        return OpenCounter.parse(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }
}

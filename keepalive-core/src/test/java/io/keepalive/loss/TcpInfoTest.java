package io.keepalive.loss;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** The structure as the kernel lays it out, and shorter ones. */
class TcpInfoTest {
    @Test
    void fields_areReadAtTheirOffsets() {
        ByteBuffer bytes = ByteBuffer.allocate(280).order(ByteOrder.nativeOrder());
        bytes.put(0, (byte) 8).put(2, (byte) 3).put(3, (byte) 200).put(4, (byte) 5);
        bytes.putInt(8, 204_000)
                .putInt(24, 6)
                .putInt(32, 7)
                .putInt(44, 8)
                .putInt(52, 9)
                .putInt(56, -1);
        bytes.putInt(68, 11).putInt(72, 12).putInt(100, 13).putLong(120, 14).putLong(128, 15);
        bytes.putInt(136, 20)
                .putInt(140, 21)
                .putInt(144, 16)
                .putInt(148, 17)
                .putLong(168, 18)
                .putLong(176, 19);

        TcpInfo info = new TcpInfo(bytes.array());

        assertThat(info.state()).isEqualTo(TcpInfo.State.CLOSE_WAIT);
        assertThat(info.retransmits()).isEqualTo(3);
        assertThat(info.probes()).as("unsigned").isEqualTo(200);
        assertThat(info.backoff()).hasValue(5);
        assertThat(info.retransmissionTimeoutMicros()).hasValue(204_000);
        assertThat(info.unackedSegments()).hasValue(6);
        assertThat(info.lostSegments()).hasValue(7);
        assertThat(info.lastDataSentMillis()).hasValue(8);
        assertThat(info.lastDataReceivedMillis()).hasValue(9);
        assertThat(info.lastAckReceivedMillis()).as("unsigned").hasValue(4_294_967_295L);
        assertThat(info.rttMicros()).hasValue(11);
        assertThat(info.rttVariationMicros()).hasValue(12);
        assertThat(info.totalRetransmits()).hasValue(13);
        assertThat(info.ackedBytes()).hasValue(14);
        assertThat(info.receivedBytes()).hasValue(15);
        assertThat(info.segmentsSent()).hasValue(20);
        assertThat(info.segmentsReceived()).hasValue(21);
        assertThat(info.notSentBytes()).hasValue(16);
        assertThat(info.minRttMicros()).hasValue(17);
        assertThat(info.busyMicros()).hasValue(18);
        assertThat(info.receiveWindowLimitedMicros()).hasValue(19);
        assertThat(info)
                .hasToString("TcpInfo[CLOSE_WAIT, retransmits 3, probes 200, unacked 6, not sent 16,"
                        + " last ack 4294967295ms]");
    }

    @Test
    void olderKernels_leaveTheRestEmpty() {
        TcpInfo info = new TcpInfo(new byte[104]);

        assertThat(info.totalRetransmits()).hasValue(0);
        assertThat(info.ackedBytes()).isEmpty();
        assertThat(info.notSentBytes()).isEmpty();
        assertThat(info.receiveWindowLimitedMicros()).isEmpty();
        assertThat(new TcpInfo(new byte[182]).receiveWindowLimitedMicros())
                .as("half a field")
                .isEmpty();
    }

    @Test
    void fourBytes_areStateRetransmitsAndProbes() {
        TcpInfo info = new TcpInfo(new byte[] {7, 0, 1, 2});

        assertThat(info).hasToString("TcpInfo[CLOSE, retransmits 1, probes 2]");
        assertThat(info.backoff()).isEmpty();
        assertThat(info).isEqualTo(new TcpInfo(new byte[] {7, 0, 1, 2})).isNotEqualTo(new TcpInfo(new byte[4]));
    }

    @Test
    void unknownStates_areUnknown() {
        assertThat(new TcpInfo(new byte[] {12, 0, 0, 0}).state()).isEqualTo(TcpInfo.State.UNKNOWN);
        assertThat(new TcpInfo(new byte[] {11, 0, 0, 0}).state()).isEqualTo(TcpInfo.State.CLOSING);
    }
}

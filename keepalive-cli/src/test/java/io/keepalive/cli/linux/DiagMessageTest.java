package io.keepalive.cli.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;

/** The message is composed after linux/inet_diag.h; DoctorIT compares the running kernel's with what ss makes of them. */
@DisabledIf(value = "isBigEndian", disabledReason = "recorded on a little-endian machine")
class DiagMessageTest {
    // nlmsghdr; inet_diag_msg: family, state, timer, count; ports 8080 and 51234; 10.0.0.5, 10.0.0.9; interface,
    // cookie;
    // expires 119960 ms, queues 3 and 4, uid 1000, inode 4711; attribute INET_DIAG_INFO of 12 bytes
    private static final String ESTABLISHED = "68000000" + "1400" + "0200" + "01000000" + "00000000"
            + "02010201" + "1f90" + "c822"
            + "0a000005" + "0".repeat(24) + "0a000009" + "0".repeat(24)
            + "00000000" + "2a00000000000000"
            + "98d40100" + "03000000" + "04000000" + "e8030000" + "67120000"
            + "1000" + "0200" + "010003020100000000000000";

    private static final String DONE = "14000000" + "0300" + "0200" + "01000000" + "00000000" + "00000000";

    static boolean isBigEndian() {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
    }

    @Test
    void read_recordedDump_givesEveryField() throws ErrnoException {
        List<TcpSocket> sockets = new ArrayList<>();

        boolean ended = new NetlinkReader().read(bytes(ESTABLISHED + DONE), message -> sockets.add(message.toSocket()));

        assertThat(ended).isTrue();
        TcpSocket socket = sockets.get(0);
        assertThat(socket.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(socket.local()).hasToString("10.0.0.5:8080");
        assertThat(socket.remote()).hasToString("10.0.0.9:51234");
        assertThat(socket.timer()).isEqualTo(TcpTimer.KEEPALIVE);
        assertThat(socket.timerMillis()).isEqualTo(119_960);
        assertThat(socket.timerCount()).isEqualTo(1);
        assertThat(socket.receiveQueueBytes()).isEqualTo(3);
        assertThat(socket.sendQueueBytes()).isEqualTo(4);
        assertThat(socket.uid()).isEqualTo(1000);
        assertThat(socket.inode()).isEqualTo(4711);
        assertThat(socket.cookie()).isEqualTo(42);
        TcpInfoFields info = Objects.requireNonNull(socket.info());
        assertThat(info.retransmits()).isEqualTo(3);
        assertThat(info.probes()).isEqualTo(2);
        assertThat(info.lastAckReceivedMillis()).isEqualTo(TcpInfoFields.ABSENT);
    }

    @Test
    void read_bufferWithoutDone_readsMore() throws ErrnoException {
        assertThat(new NetlinkReader().read(bytes(ESTABLISHED), message -> {})).isFalse();
    }

    @Test
    void read_errorOfTheKernel_throwsItsErrno() {
        String error = "24000000" + "0200" + "0000" + "01000000" + "00000000" + "feffffff" + "0".repeat(32);

        assertThatThrownBy(() -> new NetlinkReader().read(bytes(error), message -> {}))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
    }

    @Test
    void read_truncatedMessage_isRefused() {
        String header = "68000000" + "1400" + "0200" + "01000000" + "00000000";

        assertThatThrownBy(() -> new NetlinkReader().read(bytes(header), message -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takeInterrupted_dumpWithThatFlag_reportsItOnce() throws ErrnoException {
        NetlinkReader reader = new NetlinkReader();
        boolean unused = reader.read(bytes(DONE.replace("03000200", "03001200")), message -> {});

        assertThat(reader.takeInterrupted()).isTrue();
        assertThat(reader.takeInterrupted()).isFalse();
    }

    @Test
    void encode_requestForIpv6_isWhatTheKernelReads() {
        ByteBuffer request = SockDiag.encode(
                ByteBuffer.allocate(72).order(ByteOrder.nativeOrder()), Linux.AF_INET6, SockDiag.LIVE_STATES, true, 7);

        byte[] bytes = new byte[request.remaining()];
        request.get(bytes);
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("48000000" + "1400" + "0103" + "07000000" + "00000000" + "0a060200" + "02010000"
                        + "0".repeat(96));
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex)).order(ByteOrder.nativeOrder());
    }
}

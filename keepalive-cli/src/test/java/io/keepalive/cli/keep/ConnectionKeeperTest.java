package io.keepalive.cli.keep;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.cli.keep.KeepResult.Outcome;
import io.keepalive.cli.linux.Errno;
import io.keepalive.cli.linux.IpEndpoint;
import io.keepalive.cli.linux.NetworkNamespace;
import io.keepalive.cli.linux.RemoteSockets;
import io.keepalive.cli.linux.Rights;
import io.keepalive.cli.linux.SocketOptions;
import io.keepalive.cli.linux.SocketOwners.Owner;
import io.keepalive.cli.linux.SystemSettings;
import io.keepalive.cli.linux.TcpSocket;
import io.keepalive.cli.linux.TcpState;
import io.keepalive.cli.linux.TcpTimer;
import io.keepalive.socket.Precedence;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ConnectionKeeperTest {
    private static final long INODE = 4711;
    private static final SocketOptions UNTOUCHED = new SocketOptions(false, 7200, 75, 9, 0);
    private static final Rights ROOT = new Rights(0, true, false, 0, "6.1.0");
    private static final List<Integer> ERRORS = List.of(
            Errno.EPERM,
            Errno.ENOENT,
            Errno.ESRCH,
            Errno.EBADF,
            Errno.EACCES,
            Errno.EINVAL,
            Errno.EMFILE,
            Errno.ENOSYS,
            Errno.ENOPROTOOPT);

    private final FakeProcess process = new FakeProcess(INODE);
    private final ConnectionKeeper keeper =
            new ConnectionKeeper(Wanted.of(KeepAlive.parse("outliving=4m")), Precedence.TIGHTEN, false, ROOT);

    @Test
    void keep_reachableSocket_isKeptAndLeavesNoDescriptor() {
        KeepResult result = keep();

        assertThat(result.outcome()).isEqualTo(Outcome.KEPT);
        assertThat(result.before()).isEqualTo(UNTOUCHED);
        assertThat(result.after()).isEqualTo(new SocketOptions(true, 120, 30, 8, 0));
        assertThat(process.open()).isEmpty();
    }

    @Test
    void keep_anyCallThatFailsWithAnyErrno_isReportedInOneLineAndLeavesNoDescriptor() {
        for (String call : FakeProcess.CALLS) {
            for (int errno : ERRORS) {
                process.fail(call, errno);

                KeepResult result = keep();

                assertThat(process.open()).as(call + " " + errno).isEmpty();
                assertThat(result.outcome()).as(call + " " + errno).isIn(Outcome.REFUSED, Outcome.REJECTED);
                assertThat(KeepReport.text(List.of(result), false))
                        .as(call + " " + errno)
                        .allSatisfy(line -> assertThat(line).isNotBlank().doesNotContain("\n"));
            }
        }
    }

    @Test
    void keep_processThatEndsInBetween_isNothingToDo() {
        process.fail("pidfd_getfd", Errno.ESRCH);

        Refusal refusal = Objects.requireNonNull(keep().refusal());

        assertThat(refusal.isHarmless()).isTrue();
        assertThat(refusal.text()).contains("has ended");
    }

    @Test
    void keep_descriptorThatIsAnotherFileBySetTime_isLeftAlone() {
        FakeProcess other = new FakeProcess(INODE + 1);

        KeepResult result = keep(other);

        assertThat(result.refusal()).isEqualTo(Refusal.CLOSED);
        assertThat(other.open()).isEmpty();
    }

    @Test
    void restore_keptSocket_holdsExactlyWhatItHeld() {
        KeepResult kept = keep();
        Journal.Entry entry = new Journal.Entry(
                1, INODE, Objects.requireNonNull(kept.before()), Objects.requireNonNull(kept.after()));

        KeepResult restored = restore(entry);

        assertThat(restored.outcome()).isEqualTo(Outcome.RESTORED);
        assertThat(restored.after()).isEqualTo(UNTOUCHED);
        assertThat(process.open()).isEmpty();
    }

    @Test
    void restore_socketSetByOthersSince_isLeftAlone() {
        Journal.Entry entry = new Journal.Entry(1, INODE, UNTOUCHED, new SocketOptions(true, 60, 30, 8, 0));

        assertThat(restore(entry).outcome()).isEqualTo(Outcome.CHANGED_SINCE);
    }

    private KeepResult keep() {
        return keep(process);
    }

    private KeepResult keep(FakeProcess calls) {
        try (RemoteSockets remote = new RemoteSockets(calls)) {
            return keeper.keep(remote, target());
        }
    }

    private KeepResult restore(Journal.Entry entry) {
        try (RemoteSockets remote = new RemoteSockets(process)) {
            return keeper.restore(remote, target(), entry);
        }
    }

    private static Target target() {
        TcpSocket socket = new TcpSocket(
                TcpState.ESTABLISHED,
                IpEndpoint.ofIpv4(0x0a000005, 40000),
                IpEndpoint.ofIpv4(0x0a000009, 5432),
                0,
                INODE,
                TcpTimer.OFF,
                0,
                0,
                0,
                0,
                0,
                INODE,
                false,
                null);
        return new Target(
                new NetworkNamespace(1, Path.of("/proc/self/ns/net")),
                SystemSettings.KERNEL_DEFAULTS,
                socket,
                new Owner(7, 3, "postgres"));
    }
}

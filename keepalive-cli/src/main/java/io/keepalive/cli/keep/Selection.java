package io.keepalive.cli.keep;

import io.keepalive.cli.linux.DiagMessage;
import io.keepalive.cli.linux.IpEndpoint;
import io.keepalive.cli.linux.SocketOwners.Owner;
import io.keepalive.cli.linux.TcpSocket;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which connections to keep; all conditions must hold.
 *
 * @param pids empty for all
 * @param port of either end; null for all
 * @param remote null for all
 * @param program null for all
 */
record Selection(
        Set<Long> pids,
        @Nullable Integer port,
        @Nullable RemoteFilter remote,
        @Nullable String program) {
    /** The kernel cuts a process's name after so many characters (include/linux/sched.h, TASK_COMM_LEN). */
    private static final int PROGRAM_LENGTH = 15;

    /** Whether the addresses fit; the holder may not. */
    boolean takes(DiagMessage message) {
        return (port == null || message.localPort() == port || message.remotePort() == port)
                && (remote == null || remote.takes(message.remote()));
    }

    /** Whether the addresses fit; the holder may not. */
    boolean takes(TcpSocket socket) {
        IpEndpoint peer = socket.remote();
        return (port == null || socket.local().port() == port || peer.port() == port)
                && (remote == null || remote.takes(peer));
    }

    /** The holder through which to reach a socket; null if no holder fits. */
    @Nullable
    Owner holder(List<Owner> owners) {
        for (Owner owner : owners) {
            if ((pids.isEmpty() || pids.contains(owner.pid())) && (program == null || isNamed(owner.program()))) {
                return owner;
            }
        }
        return null;
    }

    private boolean isNamed(String name) {
        return program != null && name.equals(program.substring(0, Math.min(PROGRAM_LENGTH, program.length())));
    }

    /** Whether a holder has to be known to decide. */
    boolean needsHolder() {
        return !pids.isEmpty() || program != null;
    }
}

package io.keepalive.cli.keep;

import io.keepalive.cli.linux.NetworkNamespace;
import io.keepalive.cli.linux.SocketOwners.Owner;
import io.keepalive.cli.linux.SystemSettings;
import io.keepalive.cli.linux.TcpSocket;
import org.jspecify.annotations.Nullable;

/**
 * A connection to keep.
 *
 * @param settings those of its network namespace
 * @param owner the process through which it is reached; null if none is visible
 */
record Target(
        NetworkNamespace namespace,
        SystemSettings settings,
        TcpSocket socket,
        @Nullable Owner owner) {

    /** Identifies the socket as long as it lives: its cookie, or where only {@code /proc} is read, its inode. */
    long id() {
        return id(socket.cookie(), socket.inode());
    }

    static long id(long cookie, long inode) {
        return cookie != 0 ? cookie : inode;
    }
}

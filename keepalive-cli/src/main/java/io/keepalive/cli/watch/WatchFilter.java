package io.keepalive.cli.watch;

import io.keepalive.cli.linux.DiagMessage;
import io.keepalive.cli.option.CidrBlock;
import org.jspecify.annotations.Nullable;

/**
 * Which connections are watched.
 *
 * @param pid 0 for all processes
 * @param port of either side; 0 for all
 * @param remote null for all
 */
record WatchFilter(long pid, int port, @Nullable CidrBlock remote) {

    boolean admits(DiagMessage message) {
        return (port == 0 || message.localPort() == port || message.remotePort() == port)
                && (remote == null || remote.contains(message.remote().address()));
    }

    boolean admits(OwnerIndex.@Nullable Owner owner) {
        return pid == 0 || (owner != null && owner.pid() == pid);
    }
}

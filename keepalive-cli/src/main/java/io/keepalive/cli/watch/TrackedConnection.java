package io.keepalive.cli.watch;

import io.keepalive.cli.linux.IpEndpoint;
import org.jspecify.annotations.Nullable;

/** An open connection, or one that is dead while its program still holds the socket. */
final class TrackedConnection {
    final IpEndpoint local;
    final IpEndpoint remote;
    final int interfaceIndex;
    final boolean wasAccepted;
    final ConnectionHistory history = new ConnectionHistory();
    long inode;
    int lookups;
    OwnerIndex.@Nullable Owner owner;
    long round;

    /** Whether its death has been reported already, since notifications had been lost. */
    boolean isReported;

    TrackedConnection(IpEndpoint local, IpEndpoint remote, int interfaceIndex, boolean wasAccepted) {
        this.local = local;
        this.remote = remote;
        this.interfaceIndex = interfaceIndex;
        this.wasAccepted = wasAccepted;
    }
}

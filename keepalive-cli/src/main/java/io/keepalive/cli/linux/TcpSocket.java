package io.keepalive.cli.linux;

import org.jspecify.annotations.Nullable;

/**
 * A TCP socket as the kernel lists it, by sock_diag or in {@code /proc/net/tcp}.
 *
 * @param interfaceIndex the interface that it is bound to, or 0
 * @param cookie identifies the socket as long as the machine runs; 0 from {@code /proc}
 * @param timerMillis until the timer fires; 0 when it is off or overdue
 * @param timerCount of a keepalive or window timer its unanswered probes, of a retransmission timer its retransmissions
 * @param receiveQueueBytes received and not read; of a listener: connections that wait for accept
 * @param sendQueueBytes written and not acknowledged; of a listener: the longest queue allowed
 * @param inode 0 if no process holds it any more
 * @param isIpv6Only of a listener on {@code ::}; false from {@code /proc}
 * @param info null from {@code /proc}, of listeners, and where it was not asked for
 */
public record TcpSocket(
        TcpState state,
        IpEndpoint local,
        IpEndpoint remote,
        int interfaceIndex,
        long cookie,
        TcpTimer timer,
        long timerMillis,
        int timerCount,
        long receiveQueueBytes,
        long sendQueueBytes,
        long uid,
        long inode,
        boolean isIpv6Only,
        @Nullable TcpInfoFields info) {

    /** Whether a keepalive timer runs for a connection that can still be alive. */
    public boolean hasKeepAliveTimer() {
        return timer == TcpTimer.KEEPALIVE && (state == TcpState.ESTABLISHED || state == TcpState.CLOSE_WAIT);
    }

    /** Both ends, which identify a connection within its network namespace. */
    public record Ends(IpEndpoint local, IpEndpoint remote) {
        /** By hand, for the reason that {@link IpEndpoint#hashCode()} has. */
        @Override
        public int hashCode() {
            return local.hashCode() * 31 + remote.hashCode();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Ends that && local.equals(that.local) && remote.equals(that.remote);
        }
    }

    public Ends ends() {
        return new Ends(local, remote);
    }
}

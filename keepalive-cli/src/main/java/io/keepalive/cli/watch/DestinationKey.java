package io.keepalive.cli.watch;

import io.keepalive.cli.linux.IpEndpoint;

/**
 * What connections are added up by: the remote endpoint, or of accepted ones the remote address and the local port.
 *
 * @param remote with port 0 for accepted connections
 * @param localPort 0 for connections that this side opened
 */
record DestinationKey(IpEndpoint remote, int localPort) {

    static DestinationKey of(IpEndpoint local, IpEndpoint remote, boolean wasAccepted) {
        IpEndpoint plain = remote.unmapped();
        return wasAccepted
                ? new DestinationKey(new IpEndpoint(plain.isIpv6(), plain.high(), plain.low(), 0), local.port())
                : new DestinationKey(plain, 0);
    }

    @Override
    public String toString() {
        return localPort == 0 ? remote.toString() : remote + " to port " + localPort + " here";
    }
}

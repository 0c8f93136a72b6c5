package io.keepalive.cli.relay.io;

import io.keepalive.cli.option.HostPort;

/**
 * Where to listen, and where to carry connections to.
 *
 * @param listen an empty host means loopback
 * @param to looked up for each connection
 */
public record Route(HostPort listen, HostPort to) {
    @Override
    public String toString() {
        return listen + " -> " + to;
    }
}

package io.keepalive.agent.programs.lookalike.netty.channel.unix;

import java.net.SocketAddress;

/** Has a name that ends like that of Netty's native socket, two of its methods, and no descriptor. */
public final class Socket {
    private boolean keepAlive;

    /** As Netty's. */
    public boolean connect(SocketAddress remote) {
        return remote != null;
    }

    /** As Netty's. */
    public void setKeepAlive(boolean value) {
        keepAlive = value;
    }

    @Override
    public String toString() {
        return "keepAlive=" + keepAlive;
    }
}

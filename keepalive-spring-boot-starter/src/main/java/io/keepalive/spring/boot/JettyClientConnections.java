package io.keepalive.spring.boot;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ClientConnector;

/** Jetty's connector notifies listeners of each channel after its own options and before it connects. */
final class JettyClientConnections implements ClientConnector.ConnectListener {
    private final ClientKeeper keeper;

    JettyClientConnections(ClientKeeper keeper) {
        this.keeper = keeper;
    }

    @Override
    public void onConnectBegin(SocketChannel channel, SocketAddress address) {
        if (address instanceof InetSocketAddress) {
            keeper.keep(channel);
        }
    }
}

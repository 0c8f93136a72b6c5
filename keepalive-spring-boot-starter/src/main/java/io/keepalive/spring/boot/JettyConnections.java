package io.keepalive.spring.boot;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;

/** Jetty notifies listeners of each connection before it reads from it; its connectors stay as they are. */
final class JettyConnections implements Connection.Listener {
    private final ClientKeeper keeper;

    private JettyConnections(ClientKeeper keeper) {
        this.keeper = keeper;
    }

    static void keep(Server server, ClientKeeper keeper) {
        for (Connector connector : server.getConnectors()) {
            connector.addEventListener(new JettyConnections(keeper));
        }
        keeper.kept("accepted connections");
    }

    /** Below TLS there is one connection with a socket; what is layered on it has none. */
    @Override
    public void onOpened(Connection connection) {
        if (connection.getEndPoint() instanceof SocketChannelEndPoint endPoint) {
            keeper.keep(endPoint.getChannel());
        }
    }
}

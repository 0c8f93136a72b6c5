package io.keepalive.spring.boot;

import java.nio.channels.SocketChannel;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's standard connector, but for a policy on each accepted socket. Tomcat itself can only switch keepalive on, with
 * the operating system's times.
 *
 * <p>Public for Tomcat only, which makes it by its name.
 *
 * @since 0.1
 */
public final class KeptHttp11NioProtocol extends Http11NioProtocol {
    private final KeptEndpoint endpoint;

    /** Made by Tomcat. */
    public KeptHttp11NioProtocol() {
        this(new KeptEndpoint());
    }

    private KeptHttp11NioProtocol(KeptEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    void keep(ClientKeeper keeper) {
        endpoint.keeper = keeper;
    }

    private static final class KeptEndpoint extends NioEndpoint {
        private volatile @Nullable ClientKeeper keeper;

        /** Called for each accepted socket, before a request is read; Tomcat's own options come on top. */
        @Override
        protected boolean setSocketOptions(SocketChannel socket) {
            ClientKeeper current = keeper;
            if (current != null) {
                current.keep(socket);
            }
            return super.setSocketOptions(socket);
        }
    }
}

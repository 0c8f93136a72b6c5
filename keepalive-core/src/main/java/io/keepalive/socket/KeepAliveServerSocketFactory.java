package io.keepalive.socket;

import io.keepalive.KeepAlive;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes listeners whose accepted sockets have a policy and keep it: for servers that take a {@link ServerSocketFactory},
 * by object or by class name.
 *
 * <p>The policy is applied to every accepted socket, and what the server does to that socket afterwards is judged as in
 * {@link KeepAliveSocketFactory}, which tells more. The options of the listener itself are the server's; what it sets
 * there, accepted sockets hold only where the policy leaves the option alone.
 *
 * <p>Immutable and thread-safe.
 *
 * @since 0.1
 */
public final class KeepAliveServerSocketFactory extends ServerSocketFactory {
    /** What the JDK takes where a server says nothing: any number below 1. */
    private static final int DEFAULT_BACKLOG = 0;

    private final SocketKeeper keeper;

    /**
     * The policy of the system property {@code keepalive.policy}, else {@link KeepAlive#defaults()};
     * {@link Precedence#TIGHTEN}; no listener.
     *
     * @throws IllegalArgumentException if the property is no policy; the message names it
     */
    public KeepAliveServerSocketFactory() {
        this((String) null);
    }

    /**
     * The policy of a text, for configurations; {@link Precedence#TIGHTEN}; no listener.
     *
     * @param policy the grammar of {@link KeepAlive#parse}; null for that of {@link #KeepAliveServerSocketFactory()}
     * @throws IllegalArgumentException if the text is no policy; the message names it
     */
    public KeepAliveServerSocketFactory(@Nullable String policy) {
        this(ConfiguredKeeper.of(KeepAliveServerSocketFactory.class, policy));
    }

    KeepAliveServerSocketFactory(SocketKeeper keeper) {
        this.keeper = keeper;
    }

    /**
     * For servers that ask the class they are given for its default.
     *
     * @return a factory as {@link #KeepAliveServerSocketFactory()} makes it
     * @throws IllegalArgumentException if the property {@code keepalive.policy} is no policy
     */
    public static ServerSocketFactory getDefault() {
        return new KeepAliveServerSocketFactory();
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
        return new KeptServerSocket<>(() -> new KeptSocket(keeper), KeptSocket::keep);
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return bound(new InetSocketAddress(port), DEFAULT_BACKLOG);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return bound(new InetSocketAddress(port), backlog);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, @Nullable InetAddress ifAddress) throws IOException {
        return bound(new InetSocketAddress(ifAddress, port), backlog);
    }

    private ServerSocket bound(SocketAddress address, int backlog) throws IOException {
        ServerSocket server = createServerSocket();
        CloseOnFailure.run(server, () -> server.bind(address, backlog));
        return server;
    }
}

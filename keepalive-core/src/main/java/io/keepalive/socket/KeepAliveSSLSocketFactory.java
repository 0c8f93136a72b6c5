package io.keepalive.socket;

import io.keepalive.KeepAlive;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Comparator;
import java.util.Objects;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes TLS sockets on top of TCP sockets that have a policy and keep it. TLS itself is the business of another
 * {@link SSLSocketFactory}, by default that of {@link SSLContext#getDefault()}.
 *
 * <p>A client that takes a {@link SocketFactory} for its TCP sockets and layers TLS on top by itself (pgjdbc, OkHttp)
 * needs {@link KeepAliveSocketFactory} only.
 *
 * <ul>
 *   <li>Created with an address: connected through a {@link KeepAliveSocketFactory}, which judges later calls on the TLS
 *       socket as on its own.
 *   <li>Layered on a socket that the client has: if that came from a factory of this library, it stays as it is;
 *       otherwise the policy is applied to it, by the precedence, and later calls are not seen.
 *   <li>Created without an address: the TLS implementation opens the TCP socket itself. The policy is applied to it
 *       before it connects, and later calls are not seen.
 * </ul>
 *
 * <p>Immutable and thread-safe.
 *
 * @since 0.1
 */
public final class KeepAliveSSLSocketFactory extends SSLSocketFactory implements Comparator<Object> {
    private final KeepAliveSocketFactory sockets;
    private final SSLSocketFactory tls;

    /**
     * The policy of the system property {@code keepalive.policy}, else {@link KeepAlive#defaults()};
     * {@link Precedence#TIGHTEN}; no listener; the JDK's default TLS context.
     *
     * @throws IllegalArgumentException if the property is no policy; the message names it
     * @throws IllegalStateException if the default TLS context can't be made
     */
    public KeepAliveSSLSocketFactory() {
        this((String) null);
    }

    /**
     * The policy of a text, for configurations; {@link Precedence#TIGHTEN}; no listener; the JDK's default TLS context.
     *
     * @param policy the grammar of {@link KeepAlive#parse}; null for that of {@link #KeepAliveSSLSocketFactory()}
     * @throws IllegalArgumentException if the text is no policy; the message names it
     * @throws IllegalStateException if the default TLS context can't be made
     */
    public KeepAliveSSLSocketFactory(@Nullable String policy) {
        this(
                ConfiguredKeeper.of(KeepAliveSSLSocketFactory.class, policy),
                SocketKeeper.defaultContext().getSocketFactory());
    }

    KeepAliveSSLSocketFactory(SocketKeeper keeper, SSLSocketFactory tls) {
        this.sockets = new KeepAliveSocketFactory(keeper);
        this.tls = Objects.requireNonNull(tls, "tls");
    }

    /**
     * For clients that ask the class they are given for its default, such as the JDK's LDAP provider and JavaMail.
     *
     * @return a factory as {@link #KeepAliveSSLSocketFactory()} makes it
     * @throws IllegalArgumentException if the property {@code keepalive.policy} is no policy
     * @throws IllegalStateException if the default TLS context can't be made
     */
    public static SocketFactory getDefault() {
        return new KeepAliveSSLSocketFactory();
    }

    /**
     * Compares two names of factories. The JDK's LDAP provider pools connections of a factory only if its class is a
     * {@link Comparator}, and calls this with the values of {@code java.naming.ldap.factory.socket}.
     */
    @Override
    public int compare(@Nullable Object name, @Nullable Object otherName) {
        return String.valueOf(name).compareTo(String.valueOf(otherName));
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return tls.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return tls.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket() throws IOException {
        Socket socket = tls.createSocket();
        CloseOnFailure.run(socket, () -> sockets.keeper().keepNew(JdkSocketOptions.of(socket)));
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(KeepAliveSocketFactory.address(host, port), null);
    }

    @Override
    public Socket createSocket(String host, int port, @Nullable InetAddress localHost, int localPort)
            throws IOException {
        return connected(KeepAliveSocketFactory.address(host, port), new InetSocketAddress(localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), null);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, @Nullable InetAddress localHost, int localPort)
            throws IOException {
        return connected(new InetSocketAddress(host, port), new InetSocketAddress(localHost, localPort));
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        keep(socket);
        return tls.createSocket(socket, host, port, autoClose);
    }

    @Override
    public Socket createSocket(Socket socket, @Nullable InputStream consumed, boolean autoClose) throws IOException {
        keep(socket);
        return tls.createSocket(socket, consumed, autoClose);
    }

    /** A kept socket already has a policy; leave it alone. */
    private void keep(Socket socket) throws KeepAliveException {
        if (!(socket instanceof KeptSocket || socket instanceof WrappedSocket)) {
            sockets.keeper().keep(socket);
        }
    }

    private Socket connected(InetSocketAddress address, @Nullable InetSocketAddress local) throws IOException {
        Socket below = sockets.connected(address, local);
        Socket[] layered = new Socket[1];
        // The host as it was given, never looked up in reverse: certificates are checked against it.
        CloseOnFailure.run(
                below, () -> layered[0] = tls.createSocket(below, address.getHostString(), address.getPort(), true));
        return layered[0];
    }
}

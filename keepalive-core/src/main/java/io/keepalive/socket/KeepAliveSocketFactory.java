package io.keepalive.socket;

import io.keepalive.KeepAlive;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Comparator;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes sockets that have a policy before they connect and keep it: for clients that take a {@link SocketFactory}, by
 * object or by class name, such as {@code jdbc:postgresql://host/db?socketFactory=io.keepalive.socket.KeepAliveSocketFactory}
 * {@code &socketFactoryArg=idle=120s,interval=30s,count=8}.
 *
 * <p><b>What the client does afterwards</b> ({@code setKeepAlive}, {@code setOption}, also through a TLS socket layered
 * on top) is judged by the {@link Precedence}. Many clients call {@code setKeepAlive(false)} on a connected socket, just
 * because their own setting for it defaults to false.
 *
 * <table>
 *   <caption>A later call that sets an option of the policy to another value</caption>
 *   <tr><th>precedence</th><th>stricter than the policy</th><th>laxer than the policy</th></tr>
 *   <tr><td>TIGHTEN, the default</td><td>let through: UNCHANGED</td><td>refused: UNCHANGED</td></tr>
 *   <tr><td>ENFORCE</td><td>refused: UNCHANGED</td><td>refused: UNCHANGED</td></tr>
 *   <tr><td>RESPECT</td><td>let through: UNCHANGED</td><td>let through: OVERRIDDEN</td></tr>
 *   <tr><td>OBSERVE</td><td>let through: UNCHANGED</td><td>let through: OBSERVED</td></tr>
 * </table>
 *
 * <p>A refused call returns as if it had succeeded, so that the client works on, and the socket goes on holding what it
 * held. Either way the listener gets a further report for that socket, whose entry names the call and has the outcome
 * of the table; {@link KeepAliveStatistics} counts it, and a flight recording has it, with the caller's stack, as event
 * {@code io.keepalive.LaterCall}. {@link KeepAliveReport#inspect(Socket)} and {@code getOption} tell what the socket really
 * holds. Options that the policy leaves alone, and those that the system did not take, are the client's. Applying
 * another {@link KeepAlive} to such a socket is a later call as any other.
 *
 * <p>A new socket holds nobody's choice yet: every precedence but OBSERVE sets the whole policy on it.
 * {@code -Dkeepalive.disabled=true} makes this a factory of ordinary sockets. What the operating system does not offer
 * is reported and the connection made all the same.
 *
 * <p>Immutable and thread-safe.
 *
 * @since 0.1
 */
public final class KeepAliveSocketFactory extends SocketFactory implements Comparator<Object> {
    private final SocketKeeper keeper;

    /**
     * The policy of the system property {@code keepalive.policy}, else {@link KeepAlive#defaults()};
     * {@link Precedence#TIGHTEN}; no listener.
     *
     * @throws IllegalArgumentException if the property is no policy; the message names it
     */
    public KeepAliveSocketFactory() {
        this((String) null);
    }

    /**
     * The policy of a text, for configurations; {@link Precedence#TIGHTEN}; no listener.
     *
     * @param policy the grammar of {@link KeepAlive#parse}; null for that of {@link #KeepAliveSocketFactory()}
     * @throws IllegalArgumentException if the text is no policy; the message names it
     */
    public KeepAliveSocketFactory(@Nullable String policy) {
        this(ConfiguredKeeper.of(KeepAliveSocketFactory.class, policy));
    }

    KeepAliveSocketFactory(SocketKeeper keeper) {
        this.keeper = keeper;
    }

    /**
     * For clients that ask the class they are given for its default, such as the JDK's LDAP provider and JavaMail.
     *
     * @return a factory as {@link #KeepAliveSocketFactory()} makes it
     * @throws IllegalArgumentException if the property {@code keepalive.policy} is no policy
     */
    public static SocketFactory getDefault() {
        return new KeepAliveSocketFactory();
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
    public Socket createSocket() throws IOException {
        KeptSocket socket = new KeptSocket(keeper);
        CloseOnFailure.run(socket, socket::keep);
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(address(host, port), null);
    }

    @Override
    public Socket createSocket(String host, int port, @Nullable InetAddress localHost, int localPort)
            throws IOException {
        return connected(address(host, port), new InetSocketAddress(localHost, localPort));
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

    /** As the constructors of {@link Socket} have it, a missing name is this machine. */
    static InetSocketAddress address(@Nullable String host, int port) throws IOException {
        return host != null
                ? new InetSocketAddress(host, port)
                : new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    Socket connected(SocketAddress address, @Nullable SocketAddress local) throws IOException {
        Socket socket = createSocket();
        CloseOnFailure.run(socket, () -> {
            if (local != null) {
                socket.bind(local);
            }
            socket.connect(address);
        });
        return socket;
    }

    SocketKeeper keeper() {
        return keeper;
    }
}

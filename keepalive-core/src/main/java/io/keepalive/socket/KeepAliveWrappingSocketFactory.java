package io.keepalive.socket;

import io.keepalive.internal.Switches;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Comparator;
import java.util.Objects;
import java.util.Properties;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Gives a policy to the sockets of another {@link SocketFactory}: for clients that need that one to reach their server at
 * all, through Cloud SQL's connector, an SSH tunnel or a SOCKS proxy.
 *
 * <p>By object: {@link SocketKeeper#socketFactory(SocketFactory)}. By class name there are three ways to say which factory:
 *
 * <pre>{@code
 * jdbc:postgresql:///db?socketFactory=io.keepalive.socket.KeepAliveWrappingSocketFactory
 *     &keepaliveFactory=com.google.cloud.sql.postgres.SocketFactory&keepalivePolicy=outliving=4m
 *     &cloudSqlInstance=...
 * jdbc:sqlserver://host;socketFactoryClass=io.keepalive.socket.KeepAliveWrappingSocketFactory;
 *     socketFactoryConstructorArg={outliving=4m over com.example.TunnelSocketFactory(bastion:22)}
 * -Dkeepalive.factory=com.example.TunnelSocketFactory -Dkeepalive.policy=outliving=4m
 * }</pre>
 *
 * <p>The other factory is loaded by the thread's context class loader, else by that of this class. It is made by its
 * constructor for {@link Properties} where the client hands over its properties, else by that for a {@code String} where it
 * has an argument, else by that without, else by its static {@code getDefault()}.
 *
 * <p>The policy is applied by the precedence when the other factory returns a socket, and once more when the client has
 * connected it, if it lost the policy by that. Later calls of the client that set its options are judged as {@link
 * KeepAliveSocketFactory} describes. The client gets a socket that passes all other calls on; over an {@link SSLSocket} it is
 * one, too. What carries no TCP connection of its own, such as a channel within an SSH connection, is reported as
 * {@link Outcome#UNSUPPORTED} and used all the same: there the outer connection has to be kept.
 *
 * <p>Immutable and thread-safe, if the other factory is.
 *
 * @since 0.1
 */
public final class KeepAliveWrappingSocketFactory extends SocketFactory implements Comparator<Object> {
    private final SocketKeeper keeper;
    private final SocketFactory factory;

    /**
     * The factory of the system property {@code keepalive.factory}, else of the environment variable {@code
     * KEEPALIVE_FACTORY}: the name of a class, or {@code name(argument)}. The policy is that of {@link
     * KeepAliveSocketFactory#KeepAliveSocketFactory()}.
     *
     * @throws IllegalArgumentException if there is no such factory, or no such policy; the message names the origin
     */
    public KeepAliveWrappingSocketFactory() {
        this(keeper(null), NamedSocketFactory.ofSystem().create(null));
    }

    /**
     * The policy and the factory of a text, for configurations.
     *
     * @param argument {@code policy over class}, {@code policy over class(argument)}, or without a policy {@code over class},
     *     for the policy of {@link KeepAliveSocketFactory#KeepAliveSocketFactory()}
     * @throws IllegalArgumentException if there is no such factory, or no such policy; the message names the argument
     */
    public KeepAliveWrappingSocketFactory(String argument) {
        this(
                keeper(NamedSocketFactory.policyOf(argument)),
                NamedSocketFactory.ofArgument(argument).create(null));
    }

    /**
     * The policy and the factory of properties, for drivers that hand over theirs, such as pgjdbc: {@code
     * keepaliveFactory}, {@code keepaliveFactoryArg}, {@code keepalivePolicy}. All of them go on to the other factory if it
     * takes properties. What is missing is looked for where {@link #KeepAliveWrappingSocketFactory()} does.
     *
     * @throws IllegalArgumentException if there is no such factory, or no such policy; the message names the property
     */
    public KeepAliveWrappingSocketFactory(Properties properties) {
        this(
                keeper(properties.getProperty("keepalivePolicy")),
                NamedSocketFactory.ofProperties(properties).create(properties));
    }

    KeepAliveWrappingSocketFactory(SocketKeeper keeper, SocketFactory factory) {
        this.keeper = keeper;
        this.factory = Objects.requireNonNull(factory, "factory");
    }

    private static SocketKeeper keeper(@Nullable String policy) {
        return ConfiguredKeeper.of(KeepAliveWrappingSocketFactory.class, policy);
    }

    /**
     * For clients that ask the class they are given for its default, such as the JDK's LDAP provider and Jakarta Mail.
     *
     * @return a factory as {@link #KeepAliveWrappingSocketFactory()} makes it
     * @throws IllegalArgumentException as there
     */
    public static SocketFactory getDefault() {
        return new KeepAliveWrappingSocketFactory();
    }

    /** Compares two names of factories: see {@link KeepAliveSocketFactory#compare}. */
    @Override
    public int compare(@Nullable Object name, @Nullable Object otherName) {
        return String.valueOf(name).compareTo(String.valueOf(otherName));
    }

    @Override
    public Socket createSocket() throws IOException {
        return kept(factory.createSocket());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return kept(factory.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return kept(factory.createSocket(host, port, localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return kept(factory.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return kept(factory.createSocket(host, port, localHost, localPort));
    }

    /** A kept socket already has a policy; leave it alone. */
    private Socket kept(Socket socket) throws IOException {
        if (socket instanceof KeptSocket
                || socket instanceof WrappedSocket
                || socket instanceof WrappedSslSocket
                || Switches.isDisabled()) {
            return socket;
        }
        LaterCalls calls = new LaterCalls(keeper, socket);
        CloseOnFailure.run(socket, calls::keep);
        return socket instanceof SSLSocket tls ? new WrappedSslSocket(tls, calls) : new WrappedSocket(socket, calls);
    }

    /** The policy and the other factory. */
    @Override
    public String toString() {
        return "KeepAliveWrappingSocketFactory[" + keeper.policy() + " over " + factory + "]";
    }
}

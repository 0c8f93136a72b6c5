package io.keepalive.socket;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveOption;
import io.keepalive.internal.Switches;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.NetworkChannel;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Consumer;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Applies a {@link KeepAlive} policy to sockets and keeps it in force.
 *
 * <pre>{@code
 * SocketKeeper keeper = SocketKeeper.of(KeepAlive.outliving(Middlebox.AZURE_LOAD_BALANCER));
 * KeepAliveReport report = keeper.keep(socket);          // any socket or channel that you have already
 * Socket client = keeper.client().connect("db", 5432);   // a new connection, covered from its first segment on
 * ServerSocket server = keeper.server().listen(7000);    // every socket that it accepts
 * SocketFactory factory = keeper.socketFactory();        // for clients that take one
 * }</pre>
 *
 * <p>Defaults: {@link Precedence#ENFORCE}; lenient, so that an option that the operating system does not offer is reported
 * and the socket used all the same; no listener. {@code -Dkeepalive.disabled=true} stops every change.
 *
 * <p>A policy without a user timeout costs the JDK's own calls and nothing else. A policy with one has to find the
 * socket's descriptor: see {@link KeepAliveReport#inspect(Socket)}, and {@link KeepAliveOption#TCP_USER_TIMEOUT} for where
 * that is possible.
 *
 * <p>Immutable and thread-safe.
 *
 * @since 0.1
 */
public final class SocketKeeper {
    private final KeepAlive policy;
    private final List<Setting> settings;
    private final KeepAliveReport allSet;
    private final Precedence precedence;
    private final boolean strict;
    private final Consumer<? super KeepAliveReport> listener;

    private SocketKeeper(
            KeepAlive policy,
            List<Setting> settings,
            KeepAliveReport allSet,
            Precedence precedence,
            boolean strict,
            Consumer<? super KeepAliveReport> listener) {
        this.policy = policy;
        this.settings = settings;
        this.allSet = allSet;
        this.precedence = Objects.requireNonNull(precedence, "precedence");
        this.strict = strict;
        this.listener = Objects.requireNonNull(listener, "listener");
    }

    /** Makes a keeper with the defaults. */
    public static SocketKeeper of(KeepAlive policy) {
        List<Setting> settings = Setting.listOf(policy);
        return new SocketKeeper(
                policy, settings, KeepAliveReport.allSet(settings), Precedence.ENFORCE, false, report -> {});
    }

    /** Returns a keeper with another rule for sockets that hold a setting already; the default is ENFORCE. */
    public SocketKeeper precedence(Precedence precedence) {
        return precedence == this.precedence
                ? this
                : new SocketKeeper(policy, settings, allSet, precedence, strict, listener);
    }

    /**
     * Returns a keeper that insists on the whole policy: where an option {@linkplain Outcome#isFailure() fails},
     * {@link KeepAliveException} is thrown, and a socket that this keeper opened or accepted is closed.
     */
    public SocketKeeper strict() {
        return new SocketKeeper(policy, settings, allSet, precedence, true, listener);
    }

    /**
     * Returns a keeper that passes on each report.
     *
     * @param listener called on the thread that applies the policy, before {@link #strict()} is considered, and, for
     *     sockets of a factory, on the thread that changes an option later; must not throw
     */
    public SocketKeeper onReport(Consumer<? super KeepAliveReport> listener) {
        return new SocketKeeper(policy, settings, allSet, precedence, strict, listener);
    }

    /** The policy that this keeper applies. */
    public KeepAlive policy() {
        return policy;
    }

    /**
     * Applies the policy and reads back what the socket holds then. Where the socket wraps another (TLS of a provider, a
     * driver's own class), to the one that carries the connection; where that can't be reached or proven, every option is
     * {@link Outcome#UNSUPPORTED}.
     *
     * @param socket any TCP socket, {@code SSLSocket} included; connected or not yet. One with an HTTP proxy
     *     ({@code new Socket(new Proxy(HTTP, …))}) only when it is connected: it gets another descriptor then, without the
     *     options of the first, and nothing shows that before
     * @return the outcome of every option
     * @throws KeepAliveException if strict, and an option failed
     */
    public KeepAliveReport keep(Socket socket) throws KeepAliveException {
        return keep(JdkSocketOptions.of(socket));
    }

    /**
     * Applies the policy to a listener. On Linux accepted sockets inherit idle, interval and count. {@code SO_KEEPALIVE} is
     * no option of a Java listener: on Linux it is set by a system call, as the user timeout is, and accepted sockets
     * inherit both. Where no system call can be made ({@link KeepAliveOption#TCP_USER_TIMEOUT}), it is reported as
     * {@link Outcome#ON_ACCEPT}; {@link #server()} makes listeners that apply it to each accepted socket.
     *
     * @return the outcome of every option
     * @throws KeepAliveException if strict, and an option failed
     */
    public KeepAliveReport keep(ServerSocket socket) throws KeepAliveException {
        return keep(JdkSocketOptions.of(socket));
    }

    /**
     * Applies the policy and reads back what the channel holds then.
     *
     * @param channel a {@code SocketChannel}, {@code AsynchronousSocketChannel}, or one of their listeners, for which see
     *     {@link #keep(ServerSocket)}; other channels are reported as {@link Outcome#UNSUPPORTED}
     * @return the outcome of every option
     * @throws KeepAliveException if strict, and an option failed
     */
    public KeepAliveReport keep(NetworkChannel channel) throws KeepAliveException {
        return keep(JdkSocketOptions.of(channel));
    }

    /**
     * Applies the policy to a socket that is not the JDK's, and reads back what it holds then.
     *
     * @return the outcome of every option
     * @throws KeepAliveException if strict, and an option failed
     */
    public KeepAliveReport keep(SocketOptions socket) throws KeepAliveException {
        return report(OptionApplier.apply(settings, socket, precedence));
    }

    /**
     * Applies the policy to a new socket: as a whole, under every precedence that changes anything.
     * Such a socket was not configured yet, and what {@link Precedence#TIGHTEN} would make of a policy and the system's
     * defaults, option by option, is a policy that was never planned.
     */
    KeepAliveReport keepNew(SocketOptions socket) throws KeepAliveException {
        Precedence whole = precedence == Precedence.OBSERVE ? Precedence.OBSERVE : Precedence.ENFORCE;
        return report(OptionApplier.apply(settings, socket, whole));
    }

    /**
     * Sets the policy without reading back, for programs that open connections by the thousand: about half the cost of
     * {@link #keep(Socket)}.
     *
     * @return the outcome of every option; {@link Outcome#SET} where the operating system did not complain
     * @throws KeepAliveException if strict, and an option failed
     */
    public KeepAliveReport set(Socket socket) throws KeepAliveException {
        return set(JdkSocketOptions.of(socket));
    }

    /** Sets the policy on a listener without reading back: see {@link #set(Socket)} and {@link #keep(ServerSocket)}. */
    public KeepAliveReport set(ServerSocket socket) throws KeepAliveException {
        return set(JdkSocketOptions.of(socket));
    }

    /** Sets the policy on a channel without reading back: see {@link #set(Socket)}. */
    public KeepAliveReport set(NetworkChannel channel) throws KeepAliveException {
        return set(JdkSocketOptions.of(channel));
    }

    /** Sets the policy on a socket that is not the JDK's without reading back: see {@link #set(Socket)}. */
    public KeepAliveReport set(SocketOptions socket) throws KeepAliveException {
        return report(OptionApplier.set(settings, allSet, socket, precedence));
    }

    /**
     * Reads back a policy that the socket was given before, or inherited from its listener. Changes nothing.
     *
     * @return {@linkplain KeepAliveReport#isComplete() complete} if the socket holds the policy
     * @throws KeepAliveException if strict, and the socket does not hold the policy
     */
    public KeepAliveReport verify(SocketOptions socket) throws KeepAliveException {
        return report(OptionApplier.verify(settings, socket));
    }

    /**
     * Decides about a call of the program that sets an option of a kept socket, and counts it. Does not make the call. For
     * libraries that intercept such calls.
     *
     * @param value the value that the program sets, in the option's unit
     * @return null if the policy leaves the option alone, or if the program sets the value that the policy requests
     */
    public @Nullable LaterCall decide(SocketOptions socket, KeepAliveOption option, long value) {
        Setting setting = settingOf(option);
        if (setting == null || Switches.isDisabled()) {
            return null;
        }
        LaterCallRule rule = LaterCallRule.on(precedence, setting, value, option.name() + "=" + option.format(value));
        Outcome outcome = rule.outcome();
        if (outcome == null) {
            return null;
        }
        OptionalLong held = rule.isRefused() ? OptionApplier.value(socket, option) : OptionalLong.of(value);
        KeepAliveReport.Entry entry = new KeepAliveReport.Entry(option, setting.wanted(), held, outcome, rule.advice());
        Telemetry.laterCall(entry);
        return new LaterCall(rule.isRefused(), entry);
    }

    /** Opens client connections that have this policy. */
    public ClientSocketBuilder client() {
        return new ClientSocketBuilder(this);
    }

    /** Opens listeners whose accepted connections have this policy. */
    public ServerSocketBuilder server() {
        return new ServerSocketBuilder(this);
    }

    /** A factory of TCP sockets, for clients that take one: see {@link KeepAliveSocketFactory}. */
    public SocketFactory socketFactory() {
        return new KeepAliveSocketFactory(this);
    }

    /**
     * A factory that gives the policy to the sockets of another one, such as that of a tunnel or a proxy: see {@link
     * KeepAliveWrappingSocketFactory}.
     */
    public SocketFactory socketFactory(SocketFactory factory) {
        return new KeepAliveWrappingSocketFactory(this, factory);
    }

    /**
     * A factory of TCP sockets that have a {@link java.nio.channels.SocketChannel}, for clients that put them into a selector:
     * Jakarta Mail's {@code IdleManager}.
     */
    public SocketFactory channelSocketFactory() {
        return socketFactory(new ChannelSocketFactory());
    }

    /**
     * A factory of TLS sockets, by the JDK's default TLS context: see {@link KeepAliveSSLSocketFactory}.
     *
     * @throws IllegalStateException if the default TLS context can't be made
     */
    public SSLSocketFactory sslSocketFactory() {
        return sslSocketFactory(defaultContext().getSocketFactory());
    }

    /**
     * A factory of TLS sockets.
     *
     * @param tls layers TLS on this keeper's TCP sockets
     */
    public SSLSocketFactory sslSocketFactory(SSLSocketFactory tls) {
        return new KeepAliveSSLSocketFactory(this, tls);
    }

    /** A factory of listeners, for servers that take one: see {@link KeepAliveServerSocketFactory}. */
    public ServerSocketFactory serverSocketFactory() {
        return new KeepAliveServerSocketFactory(this);
    }

    /** Not {@code SSLSocketFactory.getDefault()}, which a security property may have made a factory of this library. */
    static SSLContext defaultContext() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the default TLS context can't be made: " + e.getMessage(), e);
        }
    }

    /** The setting of an option; null if the policy leaves it alone. */
    @Nullable
    Setting settingOf(KeepAliveOption option) {
        for (Setting setting : settings) {
            if (setting.option() == option) {
                return setting;
            }
        }
        return null;
    }

    List<Setting> settings() {
        return settings;
    }

    /** The rule for sockets that hold a setting already. */
    public Precedence precedence() {
        return precedence;
    }

    Consumer<? super KeepAliveReport> listener() {
        return listener;
    }

    private KeepAliveReport report(KeepAliveReport report) throws KeepAliveException {
        listener.accept(report);
        return strict ? report.orThrow() : report;
    }

    @Override
    public String toString() {
        return "SocketKeeper[" + policy + ", " + precedence + (strict ? ", strict]" : "]");
    }
}

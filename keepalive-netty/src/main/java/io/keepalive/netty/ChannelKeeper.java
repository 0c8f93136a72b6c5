package io.keepalive.netty;

import io.keepalive.KeepAlive;
import io.keepalive.socket.KeepAliveException;
import io.keepalive.socket.KeepAliveReport;
import io.keepalive.socket.Precedence;
import io.keepalive.socket.SocketKeeper;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives Netty channels a keepalive policy, and tells what became of it on each of them.
 *
 * <pre>{@code
 * ChannelKeeper keeper = ChannelKeeper.of(KeepAlive.outliving(Duration.ofMinutes(4)));
 * Bootstrap client = keeper.keep(bootstrap);              // before it connects
 * ServerBootstrap server = keeper.keep(serverBootstrap);  // every accepted child
 * keeper.keep(channel);                                   // any channel, at any time
 * }</pre>
 *
 * <p>The policy is set by the means of the transport that a channel really has, and read back:
 *
 * <table>
 * <caption>Transports</caption>
 * <tr><th>Transport</th><th>idle, interval, count</th><th>user timeout</th></tr>
 * <tr><td>NIO</td><td>the JDK's options</td><td>as on any JDK socket: {@link
 *     io.keepalive.KeepAliveOption#TCP_USER_TIMEOUT}</td></tr>
 * <tr><td>epoll, io_uring</td><td>Netty's options</td><td>Netty's option</td></tr>
 * <tr><td>kqueue on macOS, FreeBSD; not run by us</td><td>raw options</td><td>UNSUPPORTED</td></tr>
 * <tr><td>Unix-domain, local, embedded, datagram</td><td>UNSUPPORTED</td><td>UNSUPPORTED</td></tr>
 * </table>
 *
 * <p>Defaults: {@link Precedence#ENFORCE}, so that the policy also wins over options of the same meaning set on the
 * bootstrap; lenient, so that what a transport does not offer is reported and the channel used all the same.
 * {@code -Dkeepalive.disabled=true} stops every change.
 *
 * <p>Each report goes to {@link #onReport} and to the SLF4J logger of this class's name: at debug level if nothing
 * {@linkplain io.keepalive.socket.Outcome#isFailure() failed}; at warn level if something did, once for each kind of failure
 * per keeper, at debug level when it comes again. So is a keepalive option of a kept bootstrap that is of another transport
 * than its channels, or was meant for accepted channels and set on the listening one; Netty would only say that it does not
 * know it. Options that are set later on a clone of a kept bootstrap are not looked at.
 *
 * <p>Immutable, but for the memory of what was warned about; thread-safe.
 *
 * @since 0.1
 */
public final class ChannelKeeper {
    private final SocketKeeper keeper;
    private final boolean strict;
    private final BiConsumer<? super Channel, ? super KeepAliveReport> listener;
    private final ReportLog log = new ReportLog();

    private ChannelKeeper(
            SocketKeeper keeper, boolean strict, BiConsumer<? super Channel, ? super KeepAliveReport> listener) {
        this.keeper = keeper;
        this.strict = strict;
        this.listener = Objects.requireNonNull(listener, "listener");
    }

    /**
     * A keeper with the defaults.
     *
     * @param policy what its channels get
     * @return a new keeper
     */
    public static ChannelKeeper of(KeepAlive policy) {
        return new ChannelKeeper(SocketKeeper.of(policy), false, (channel, report) -> {});
    }

    /**
     * Another rule of who wins over what a channel holds already, options of the bootstrap included.
     *
     * @param precedence the default is {@link Precedence#ENFORCE}
     * @return a new keeper
     */
    public ChannelKeeper precedence(Precedence precedence) {
        return new ChannelKeeper(keeper.precedence(precedence), strict, listener);
    }

    /**
     * Insists on the whole policy: a channel on which an option {@linkplain io.keepalive.socket.Outcome#isFailure() failed} is
     * closed. A connect through a kept bootstrap fails with {@link KeepAliveException}, before anything is sent; an
     * accepted child is closed before its handlers see it. An option of the bootstrap by which somebody meant to keep its
     * channels, and which they don't have, fails them too, with an {@link IllegalArgumentException}.
     *
     * @return a new keeper
     */
    public ChannelKeeper strict() {
        return new ChannelKeeper(keeper, true, listener);
    }

    /**
     * Where to report what became of the policy, for each channel.
     *
     * @param listener called on the thread that applies the policy: the caller's for a connect through a kept bootstrap
     *     and for a channel not registered yet, an event loop's otherwise. It must not block; what it throws fails the
     *     channel as a failed option does under {@link #strict()}
     * @return a new keeper
     */
    public ChannelKeeper onReport(BiConsumer<? super Channel, ? super KeepAliveReport> listener) {
        return new ChannelKeeper(keeper, strict, listener);
    }

    /**
     * A bootstrap like this one whose channels get the policy: after the bootstrap's own options, and before the attempt
     * to connect. Made by {@link Bootstrap#clone(EventLoopGroup)}: everything set on the original is there, everything
     * but the group can still be set or changed on either of them. Clones of the result are kept, too, by {@link
     * Bootstrap#clone()}; a clone with another group, as proxies make it ({@code clone(ctx.channel().eventLoop())}), is not
     * and has to be given to this method again. The original is left as it was.
     *
     * @param bootstrap a bootstrap that has its group
     * @return a new bootstrap; its group is a view of the original's, with the same threads
     * @throws IllegalStateException if the bootstrap has no group yet
     */
    @CheckReturnValue
    public Bootstrap keep(Bootstrap bootstrap) {
        KeepingGroup group = keeping(bootstrap.config().group());
        Bootstrap kept = bootstrap.clone(group);
        group.expect(() -> kept.config().options());
        return kept;
    }

    /**
     * A server bootstrap like this one whose accepted children get the policy: after the bootstrap's own child options,
     * and before their handlers see them. Nothing is set on the listening channel. Groups, channel factory, local address,
     * handlers, options and attributes of channel and children are carried over, and all but the groups can still be set
     * or changed; clones of the result that keep its group are kept, too. The original is left as it was. An
     * {@link ServerBootstrap#extensionsClassLoader(ClassLoader)} has to be set anew: Netty does not tell it.
     *
     * @param bootstrap a bootstrap that has its groups
     * @return a new bootstrap; its child group is a view of the original's, with the same threads
     * @throws IllegalStateException if the bootstrap has no group yet
     * @throws IllegalArgumentException if {@linkplain #strict() strict}, and the bootstrap sets a keepalive option on the
     *     listening channel
     */
    @CheckReturnValue
    public ServerBootstrap keep(ServerBootstrap bootstrap) {
        KeepingGroup group = keeping(bootstrap.config().childGroup());
        bootstrap.config().options().forEach((option, value) -> {
            if (IgnoredOptions.isOfKeepAlive(option)) {
                complain("option(" + option + ", " + value
                        + "): is for the listening channel, and says nothing about accepted"
                        + " ones (expected: childOption, or none: the policy says it all)");
            }
        });
        ServerBootstrap kept = ServerBootstraps.copy(bootstrap, group);
        group.expect(() -> kept.config().childOptions());
        return kept;
    }

    /**
     * A view of a group whose channels get the policy, for libraries that take a group and make their bootstraps
     * themselves: client channels before they connect; given as a server's parent group, each accepted child. It has the
     * threads of the original, and shutting it down shuts that down. A channel that is registered by one of its loops
     * ({@code group.next().register(channel)}) is not kept.
     *
     * @return a new group
     */
    @CheckReturnValue
    public EventLoopGroup keep(EventLoopGroup group) {
        return keeping(group);
    }

    /**
     * A factory whose channels get the policy: after the bootstrap's own options, and before the attempt to connect; those of
     * a listener's factory pass it on to each accepted child. For libraries that take a factory, and for bootstraps that have
     * neither a group nor a handler yet when the library hands them out:
     *
     * <pre>{@code
     * factory.netty().bootstrapCustomizer(
     *         bootstrap -> bootstrap.channelFactory(keeper.keep(NioSocketChannel::new))); // RabbitMQ
     * }</pre>
     *
     * <p>Under {@link #strict()} a connect whose channel does not get the whole policy fails with a {@code
     * ClosedChannelException}; the reason is in the report.
     *
     * @return a new factory
     */
    @CheckReturnValue
    public <C extends Channel> ChannelFactory<C> keep(ChannelFactory<? extends C> factory) {
        return new KeepingChannelFactory<>(this, factory);
    }

    /**
     * Changes a bootstrap so that its channels get the policy: for libraries that hand out their own bootstrap to be
     * customized and use it themselves, where {@link #keep(Bootstrap)} would make a copy that nobody uses. The policy is
     * applied after the bootstrap's own options, and before the attempt to connect. Clones are kept, too.
     *
     * <p>It wraps the bootstrap's handler: a handler that is set later replaces the policy with it. Options of another
     * transport are not looked for. Under {@link #strict()} a connect whose channel does not get the whole policy fails with
     * a {@code ClosedChannelException}; the reason is in the report.
     *
     * @param bootstrap a bootstrap that has its handler
     * @throws IllegalStateException if the bootstrap has no handler yet
     */
    public void keepInPlace(Bootstrap bootstrap) {
        bootstrap.handler(keptFirst(bootstrap.config().handler(), "handler"));
    }

    /**
     * Changes a server bootstrap so that its accepted children get the policy: see {@link #keepInPlace(Bootstrap)}.
     *
     * @param bootstrap a bootstrap that has its child handler
     * @throws IllegalStateException if the bootstrap has no child handler yet
     */
    public void keepInPlace(ServerBootstrap bootstrap) {
        bootstrap.childHandler(keptFirst(bootstrap.config().childHandler(), "childHandler"));
    }

    private ChannelHandler keptFirst(@Nullable ChannelHandler handler, String name) {
        if (handler == null) {
            throw new IllegalStateException(name + ": none (expected: bootstrap." + name
                    + "(...) before keepInPlace(bootstrap); where a library sets"
                    + " it later, give the bootstrap a channelFactory(keeper.keep(NioSocketChannel::new)), or call"
                    + " keeper.keep(channel) for each channel)");
        }
        return KeepFirst.before(handler, this);
    }

    /**
     * Gives one channel the policy, whether or not it is registered or connected: at once if it is not registered yet or
     * if called by its event loop, as in a {@code ChannelInitializer}, which is early enough to cover the attempt to
     * connect; otherwise its event loop does it.
     *
     * <p>A listening channel passes the policy on to each child that it accepts from now on; its own report says
     * {@link io.keepalive.socket.Outcome#ON_ACCEPT}.
     *
     * @param channel any channel; what has no TCP below it is reported as {@link io.keepalive.socket.Outcome#UNSUPPORTED}
     * @return the report; fails with {@link KeepAliveException} if {@linkplain #strict() strict} and an option failed,
     *     and with {@code RejectedExecutionException} if the event loop has ended
     */
    public Future<KeepAliveReport> keep(Channel channel) {
        if (!channel.isRegistered()) {
            Promise<KeepAliveReport> promise = ImmediateEventExecutor.INSTANCE.newPromise();
            complete(promise, channel);
            return promise;
        }
        EventLoop loop = channel.eventLoop();
        Promise<KeepAliveReport> promise = loop.newPromise();
        if (loop.inEventLoop()) {
            complete(promise, channel);
            return promise;
        }
        try {
            loop.execute(() -> complete(promise, channel));
        } catch (RejectedExecutionException e) {
            promise.setFailure(e);
        }
        return promise;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nothing depends on when, or how, the channel is closed
    private void complete(Promise<KeepAliveReport> promise, Channel channel) {
        try {
            promise.setSuccess(apply(channel));
        } catch (Throwable e) {
            if (channel.isRegistered()) {
                channel.close();
            } else {
                channel.unsafe().closeForcibly();
            }
            promise.setFailure(e);
        }
    }

    /**
     * Applies, logs, tells, insists.
     *
     * @throws KeepAliveException if strict, and an option failed: the channel is to be closed
     */
    KeepAliveReport apply(Channel channel) throws KeepAliveException {
        if (channel instanceof ServerChannel) {
            KeepAccepted.install(channel.pipeline(), this);
        }
        KeepAliveReport report = Transports.apply(keeper, channel);
        log.accept(channel, report);
        listener.accept(channel, report);
        return strict ? report.orThrow() : report;
    }

    /**
     * Looks for options by which somebody meant to keep a channel, and which do nothing.
     *
     * @throws IllegalArgumentException if strict, and there is one
     */
    void check(Map<ChannelOption<?>, Object> options, Channel channel) {
        IgnoredOptions.find(options, channel).ifPresent(this::complain);
    }

    private void complain(String stray) {
        if (strict) {
            throw new IllegalArgumentException(stray);
        }
        log.warnOnce(stray);
    }

    private KeepingGroup keeping(@Nullable EventLoopGroup group) {
        if (group == null) {
            throw new IllegalStateException("group: none (expected: bootstrap.group(...) before keep(bootstrap))");
        }
        return new KeepingGroup(this, group);
    }

    /** What this keeper does. */
    @Override
    public String toString() {
        return "ChannelKeeper[" + keeper.policy() + ", " + keeper.precedence() + (strict ? ", strict]" : "]");
    }
}

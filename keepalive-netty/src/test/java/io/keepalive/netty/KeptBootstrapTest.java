package io.keepalive.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveOption;
import io.keepalive.socket.KeepAliveException;
import io.keepalive.socket.KeepAliveReport;
import io.keepalive.socket.Outcome;
import io.keepalive.socket.Precedence;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.DefaultAddressResolverGroup;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Wrapped bootstraps, on NIO. */
class KeptBootstrapTest {
    private static final KeepAlive POLICY = KeepAlive.parse("idle=47s,interval=7s,count=4");
    private static final ChannelOption<Integer> NIO_IDLE = NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE);
    private static final AttributeKey<String> NAME = AttributeKey.valueOf("name");

    private final Loopback net = new Loopback();
    private final List<KeepAliveReport> reports = new CopyOnWriteArrayList<>();
    private final ChannelKeeper keeper = ChannelKeeper.of(POLICY).onReport((channel, report) -> reports.add(report));

    @AfterEach
    void stop() {
        net.close();
    }

    @Test
    void client_isKept_andReportedOnce_beforeItConnects() throws Exception {
        List<Boolean> connected = new CopyOnWriteArrayList<>();
        ChannelKeeper observing = ChannelKeeper.of(POLICY).onReport((channel, report) -> {
            reports.add(report);
            connected.add(channel.isActive());
        });

        Channel client = connect(observing.keep(net.client()));

        assertHolds(client, 47);
        assertThat(connected).containsExactly(false);
        assertThat(reports).singleElement().satisfies(report -> {
            assertThat(report.effective()).contains(POLICY);
            assertThat(report.toString()).startsWith("SocketChannel[SO_KEEPALIVE on APPLIED");
        });
    }

    @Test
    void server_everyChildIsKept_theListenerIsNot() throws Exception {
        try (Closing server = new Closing(keeper.keep(net.server()).bind())) {
            for (int i = 1; i <= 3; i++) {
                connectTo(server.channel);
                assertHolds(net.child(), 47);
                assertThat(reports).hasSize(i);
            }
            assertThat(server.channel.config().getOption(NIO_IDLE)).isNotEqualTo(47);
        }
    }

    @Test
    void wrapping_losesNothingOfAClient() {
        ChannelHandler handler = new ChannelInboundHandlerAdapter();
        Bootstrap original = net.client()
                .handler(handler)
                .resolver(DefaultAddressResolverGroup.INSTANCE)
                .localAddress(0)
                .remoteAddress("127.0.0.1", 7)
                .option(ChannelOption.TCP_NODELAY, true)
                .attr(NAME, "mine");

        Bootstrap kept = keeper.keep(original);

        assertThat(kept).isNotSameAs(original);
        assertThat(kept.config().handler()).isSameAs(handler);
        assertThat(kept.config().resolver()).isSameAs(DefaultAddressResolverGroup.INSTANCE);
        assertThat(kept.config().localAddress()).isEqualTo(original.config().localAddress());
        assertThat(kept.config().remoteAddress()).isEqualTo(original.config().remoteAddress());
        assertThat(kept.config().options()).isEqualTo(Map.of(ChannelOption.TCP_NODELAY, true));
        assertThat(kept.config().attrs()).isEqualTo(Map.of(NAME, "mine"));
        assertThat(original.config().group()).isSameAs(net.group);
    }

    @Test
    void wrapping_losesNothingOfAServer() {
        ChannelHandler handler = new ChannelInboundHandlerAdapter();
        ServerBootstrap original = net.server()
                .handler(handler)
                .option(ChannelOption.SO_BACKLOG, 77)
                .attr(NAME, "listener")
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childAttr(NAME, "child");

        ServerBootstrap kept = keeper.keep(original);

        assertThat(kept.config().group()).isSameAs(net.group);
        assertThat(kept.config().handler()).isSameAs(handler);
        assertThat(kept.config().childHandler()).isSameAs(original.config().childHandler());
        assertThat(kept.config().localAddress()).isEqualTo(original.config().localAddress());
        assertThat(kept.config().options()).isEqualTo(Map.of(ChannelOption.SO_BACKLOG, 77));
        assertThat(kept.config().attrs()).isEqualTo(Map.of(NAME, "listener"));
        assertThat(kept.config().childOptions()).isEqualTo(Map.of(ChannelOption.TCP_NODELAY, true));
        assertThat(kept.config().childAttrs()).isEqualTo(Map.of(NAME, "child"));
    }

    @Test
    void setLater_handlerChannelAndOptions_andClones_areKept() throws Exception {
        Bootstrap kept = keeper.keep(new Bootstrap().group(net.group));
        kept.channel(NioSocketChannel.class).option(ChannelOption.TCP_NODELAY, true);
        kept.handler(new ChannelInboundHandlerAdapter());
        ServerBootstrap keptServer = keeper.keep(new ServerBootstrap().group(net.group));
        keptServer
                .channel(NioServerSocketChannel.class)
                .localAddress(net.server().config().localAddress())
                .handler(new ChannelInboundHandlerAdapter())
                .childHandler(net.collector());

        try (Closing server = new Closing(keptServer.clone().bind())) {
            Channel client =
                    kept.clone().connect(server.channel.localAddress()).sync().channel();

            assertHolds(client, 47);
            assertThat(client.config().getOption(ChannelOption.TCP_NODELAY)).isTrue();
            assertHolds(net.child(), 47);
        }
    }

    @Test
    void optionsOfTheBootstrap_loseAgainstThePolicy_butNotUnderRespect() throws Exception {
        Bootstrap bootstrap =
                net.client().option(ChannelOption.SO_KEEPALIVE, true).option(NIO_IDLE, 11);

        assertHolds(connect(keeper.keep(bootstrap)), 47);
        assertHolds(connect(keeper.precedence(Precedence.RESPECT).keep(bootstrap)), 11);
        assertThat(reports.get(1).entry(KeepAliveOption.TCP_KEEPIDLE).outcome()).isEqualTo(Outcome.UNCHANGED);
    }

    @Test
    void childOptions_loseAgainstThePolicy() throws Exception {
        ServerBootstrap bootstrap = net.server().childOption(ChannelOption.SO_KEEPALIVE, false);
        try (Closing server = new Closing(keeper.keep(bootstrap).bind())) {
            connectTo(server.channel);

            assertHolds(net.child(), 47);
        }
    }

    @Test
    void optionOfAnotherTransport_isNotWhatCounts() throws Exception {
        Bootstrap bootstrap = net.client().option(EpollChannelOption.TCP_KEEPIDLE, 120);

        connect(ChannelKeeper.of(KeepAlive.parse("on"))
                .onReport((channel, report) -> reports.add(report))
                .keep(bootstrap));
        assertHolds(connect(keeper.keep(bootstrap)), 47);

        assertThat(reports.get(0)
                        .entry(KeepAliveOption.TCP_KEEPIDLE)
                        .effective()
                        .getAsLong())
                .as("what Netty lets pass is seen in the report")
                .isNotEqualTo(120);
    }

    @Test
    void optionOfAnotherTransport_strictly_failsTheConnect_alsoIfSetLater() throws Exception {
        Bootstrap kept = keeper.strict().keep(net.client()).option(EpollChannelOption.TCP_KEEPIDLE, 120);

        assertThat(kept.connect("127.0.0.1", 1).await().cause())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "option(io.netty.channel.epoll.EpollChannelOption#TCP_KEEPIDLE, 120): NioSocketChannel does not"
                                + " have it (expected: one of its own transport, or none: the policy says it all)");
    }

    @Test
    void childOptionOfAnotherTransport_strictly_closesTheChild() throws Exception {
        ServerBootstrap bootstrap = net.server().childOption(EpollChannelOption.TCP_USER_TIMEOUT, 3000);
        try (Closing server = new Closing(keeper.strict().keep(bootstrap).bind())) {
            Channel client = connectTo(server.channel);

            assertThat(client.closeFuture().await(10_000)).isTrue();
            assertThat(net.noChild()).isTrue();
        }
    }

    @Test
    void optionOnTheListener_strictly_isRefused() {
        ServerBootstrap bootstrap = net.server().option(ChannelOption.SO_KEEPALIVE, true);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> keeper.strict().keep(bootstrap))
                .withMessage("option(SO_KEEPALIVE, true): is for the listening channel, and says nothing about accepted"
                        + " ones (expected: childOption, or none: the policy says it all)");
        assertThat(keeper.keep(bootstrap).config().options()).containsKey(ChannelOption.SO_KEEPALIVE);
    }

    @Test
    void optionsOfItsOwnTransport_areNotStray() throws Exception {
        Bootstrap bootstrap =
                net.client().option(ChannelOption.SO_KEEPALIVE, true).option(NIO_IDLE, 11);

        assertHolds(connect(keeper.strict().keep(bootstrap)), 47);
    }

    @Test
    void keptTwice_theLaterKeeperCounts() throws Exception {
        Bootstrap once = ChannelKeeper.of(KeepAlive.parse("idle=11s")).keep(net.client());

        assertHolds(connect(keeper.keep(once)), 47);
        assertThat(reports).hasSize(1);
    }

    @Test
    void clientInPlace_isKeptBeforeItConnects_andItsHandlerRuns() throws Exception {
        List<Boolean> connected = new CopyOnWriteArrayList<>();
        ChannelKeeper observing =
                ChannelKeeper.of(POLICY).onReport((channel, report) -> connected.add(channel.isActive()));
        List<Channel> active = new CopyOnWriteArrayList<>();
        Bootstrap bootstrap = net.client().handler(new ActiveOnes(active));

        observing.keepInPlace(bootstrap);
        Channel client = connect(bootstrap);
        Channel ofClone = connect(bootstrap.clone());

        assertHolds(client, 47);
        assertHolds(ofClone, 47);
        assertThat(connected).containsExactly(false, false);
        // The future of a connect is done before the channel is active.
        await().untilAsserted(() -> assertThat(active).containsExactly(client, ofClone));
        assertThat(client.pipeline().get(KeepFirst.class)).isNull();
    }

    @Test
    void serverInPlace_childrenAreKept() throws Exception {
        ServerBootstrap bootstrap = net.server();

        keeper.keepInPlace(bootstrap);
        Channel server = bootstrap.bind().sync().channel();
        connectTo(server);

        assertHolds(net.child(), 47);
        assertThat(reports).hasSize(1);
    }

    @Test
    void group_channelsOfItsBootstraps_areKept() throws Exception {
        Bootstrap bootstrap = new Bootstrap()
                .group(keeper.keep(net.group))
                .channel(NioSocketChannel.class)
                .handler(new ChannelInboundHandlerAdapter());

        assertHolds(connect(bootstrap), 47);
    }

    @Test
    void group_ofAListener_itsChildrenAreKept() throws Exception {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(keeper.keep(net.group), net.group)
                .channel(NioServerSocketChannel.class)
                .localAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .childHandler(net.collector());
        connectTo(bootstrap.bind().sync().channel());

        assertHolds(net.child(), 47);
    }

    /** What RabbitMQ's clients hand out: a bootstrap with nothing in it; they set what is missing afterwards. */
    @Test
    void channelFactory_ofABareBootstrap_itsChannelsAreKept_afterItsOptions() throws Exception {
        List<Boolean> connected = new CopyOnWriteArrayList<>();
        ChannelKeeper observing =
                ChannelKeeper.of(POLICY).onReport((channel, report) -> connected.add(channel.isActive()));
        Bootstrap bare = new Bootstrap();

        bare.channelFactory(observing.keep(NioSocketChannel::new));
        bare.group(net.group).handler(new ChannelInboundHandlerAdapter()).option(ChannelOption.SO_KEEPALIVE, false);
        Channel client = connect(bare);

        assertHolds(client, 47);
        assertThat(client.config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
        assertThat(connected).containsExactly(false);
        assertThat(client.pipeline().names()).as("ours has gone").hasSize(2);
    }

    @Test
    void channelFactory_ofAListener_itsChildrenAreKept() throws Exception {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(net.group)
                .channelFactory(keeper.<ServerChannel>keep(NioServerSocketChannel::new))
                .localAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .childHandler(net.collector());
        connectTo(bootstrap.bind().sync().channel());

        assertHolds(net.child(), 47);
    }

    @Test
    void channelFactory_strictly_failsTheConnect() throws Exception {
        List<KeepAliveReport> refused = new CopyOnWriteArrayList<>();
        ChannelKeeper tooMuch = ChannelKeeper.of(KeepAlive.parse("idle=40000s"))
                .strict()
                .onReport((channel, report) -> refused.add(report));
        try (Closing server = new Closing(net.server().bind())) {
            ChannelFuture connecting = new Bootstrap()
                    .group(net.group)
                    .channelFactory(tooMuch.keep(NioSocketChannel::new))
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(server.channel.localAddress())
                    .await();

            assertThat(connecting.isSuccess()).isFalse();
            assertThat(refused)
                    .singleElement()
                    .satisfies(report -> assertThat(
                                    report.entry(KeepAliveOption.TCP_KEEPIDLE).outcome())
                            .isEqualTo(Outcome.REJECTED));
        }
    }

    @Test
    void inPlaceTwice_theLaterKeeperCounts() throws Exception {
        Bootstrap bootstrap = net.client();
        ChannelKeeper.of(KeepAlive.parse("idle=11s")).keepInPlace(bootstrap);
        keeper.keepInPlace(bootstrap);

        assertHolds(connect(bootstrap), 47);
        assertThat(reports).hasSize(1);
    }

    @Test
    void inPlace_bootstrapWithoutHandler_isRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> keeper.keepInPlace(new Bootstrap()))
                .withMessageContaining("handler: none")
                .withMessageContaining("channelFactory(keeper.keep(NioSocketChannel::new))");
    }

    @Test
    void outOfRange_isReported_andTheConnectionOpened() throws Exception {
        ChannelKeeper tooMuch =
                ChannelKeeper.of(KeepAlive.parse("idle=40000s")).onReport((channel, report) -> reports.add(report));

        assertThat(connect(tooMuch.keep(net.client())).isActive()).isTrue();

        assertThat(reports.get(0).entry(KeepAliveOption.TCP_KEEPIDLE).outcome()).isEqualTo(Outcome.REJECTED);
    }

    @Test
    void outOfRange_strictly_failsTheConnect_beforeAnythingIsSent() throws Exception {
        ChannelKeeper tooMuch = ChannelKeeper.of(KeepAlive.parse("idle=40000s")).strict();
        try (Closing server = new Closing(net.server().bind())) {
            ChannelFuture connecting = tooMuch.keep(net.client())
                    .connect(server.channel.localAddress())
                    .await();

            assertThat(connecting.cause())
                    .isInstanceOf(KeepAliveException.class)
                    .hasMessageContaining("TCP_KEEPIDLE")
                    .hasMessageContaining("REJECTED");
            assertThat(connecting.channel().isOpen()).isFalse();
            connectTo(server.channel);
            net.child();
            assertThat(net.noChild()).as("the failed one never arrived").isTrue();
        }
    }

    @Test
    void outOfRange_strictly_closesTheChild() throws Exception {
        ChannelKeeper tooMuch = ChannelKeeper.of(KeepAlive.parse("idle=40000s")).strict();
        try (Closing server = new Closing(tooMuch.keep(net.server()).bind())) {
            Channel client = connectTo(server.channel);

            assertThat(client.closeFuture().await(10_000)).isTrue();
            assertThat(net.noChild()).isTrue();
        }
    }

    @Test
    void listenerThatThrows_failsTheConnect() throws Exception {
        ChannelKeeper refusing = ChannelKeeper.of(POLICY).onReport((channel, report) -> {
            throw new IllegalStateException("no");
        });

        ChannelFuture connecting =
                refusing.keep(net.client()).connect("127.0.0.1", 1).await();

        assertThat(connecting.cause()).isInstanceOf(IllegalStateException.class).hasMessage("no");
        assertThat(connecting.channel().isOpen()).isFalse();
    }

    @Test
    void withoutAGroup_isRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> keeper.keep(new Bootstrap()))
                .withMessageStartingWith("group: none");
        assertThatIllegalStateException()
                .isThrownBy(() -> keeper.keep(new ServerBootstrap()))
                .withMessageStartingWith("group: none");
    }

    @Test
    void group_isAViewOfTheOriginal() {
        var view = keeper.keep(net.client()).config().group();

        assertThat(view.iterator()).toIterable().containsExactlyElementsOf(net.group);
        assertThat(view.terminationFuture()).isSameAs(net.group.terminationFuture());
        assertThat(view.isShuttingDown()).isFalse();
        assertThat(view.toString()).contains("kept by ChannelKeeper[idle=47s,interval=7s,count=4, ENFORCE]");
    }

    /** In two pipelines, one after the other. */
    @ChannelHandler.Sharable
    private static final class ActiveOnes extends ChannelInboundHandlerAdapter {
        private final List<Channel> channels;

        ActiveOnes(List<Channel> channels) {
            this.channels = channels;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            channels.add(context.channel());
        }
    }

    private static void assertHolds(Channel channel, int idleSeconds) {
        assertThat(channel.config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
        assertThat(channel.config().getOption(NIO_IDLE)).isEqualTo(idleSeconds);
    }

    /** Connects to a plain server that goes away with the test. */
    private Channel connect(Bootstrap bootstrap) throws Exception {
        Channel server = net.server().bind().sync().channel();
        Channel client = bootstrap.connect(server.localAddress()).sync().channel();
        net.child();
        server.close().sync();
        return client;
    }

    private Channel connectTo(Channel server) throws InterruptedException {
        return net.client().connect(server.localAddress()).sync().channel();
    }

    /** A channel that is closed at the end. */
    private static final class Closing implements AutoCloseable {
        final Channel channel;

        Closing(ChannelFuture opened) {
            channel = opened.syncUninterruptibly().channel();
        }

        @Override
        public void close() {
            channel.close().syncUninterruptibly();
        }
    }
}

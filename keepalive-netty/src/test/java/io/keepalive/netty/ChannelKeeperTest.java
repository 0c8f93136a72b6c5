package io.keepalive.netty;

import static io.keepalive.KeepAliveOption.SO_KEEPALIVE;
import static io.keepalive.KeepAliveOption.TCP_KEEPIDLE;
import static io.keepalive.KeepAliveOption.TCP_USER_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.socket.KeepAliveException;
import io.keepalive.socket.KeepAliveReport;
import io.keepalive.socket.Outcome;
import io.keepalive.socket.Precedence;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Single channels of every kind, in every state, from every thread. */
class ChannelKeeperTest {
    private static final KeepAlive POLICY = KeepAlive.parse("idle=47s,interval=7s,count=4");

    private final Loopback net = new Loopback();
    private final List<String> threads = new CopyOnWriteArrayList<>();
    private final ChannelKeeper keeper = ChannelKeeper.of(POLICY)
            .onReport((channel, report) -> threads.add(Thread.currentThread().getName()));

    @AfterEach
    void stop() {
        net.close();
    }

    static List<Transport> transports() {
        return Transport.here();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void connected_onEveryTransport_everyOptionIsAppliedAndReadBack(Transport transport) throws Exception {
        boolean nio = transport == Transport.NIO;
        KeepAlive policy = nio ? POLICY : POLICY.toBuilder().userTimeoutAuto().build();
        EventLoopGroup group = transport.group(1);
        try {
            Channel server = bindOn(transport, group, ChannelKeeper.of(policy));
            Channel client = clientOn(transport, group)
                    .connect(server.localAddress())
                    .sync()
                    .channel();
            Channel child = net.child();

            KeepAliveReport report =
                    ChannelKeeper.of(policy).keep(client).sync().getNow();
            KeepAliveReport ofChild = ChannelKeeper.of(policy)
                    .precedence(Precedence.OBSERVE)
                    .keep(child)
                    .sync()
                    .getNow();

            assertThat(report.detectionTime()).isEqualTo(policy.detectionTime());
            assertThat(report.entry(TCP_USER_TIMEOUT).outcome())
                    .isEqualTo(nio ? Outcome.NOT_REQUESTED : Outcome.APPLIED);
            assertThat(report.toString()).startsWith(nio ? "SocketChannel[" : transport.client.getSimpleName() + "[");
            assertThat(ofChild.entries())
                    .as("held already, so that TIGHTEN would change nothing")
                    .extracting(KeepAliveReport.Entry::outcome)
                    .containsOnly(
                            nio
                                    ? new Outcome[] {Outcome.UNCHANGED, Outcome.NOT_REQUESTED}
                                    : new Outcome[] {Outcome.UNCHANGED});
        } finally {
            Transport.shutDown(group);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void outOfRange_isRejected_withTheRange(Transport transport) throws Exception {
        Channel channel = transport.client.getConstructor().newInstance();

        KeepAliveReport report =
                ChannelKeeper.of(KeepAlive.parse("idle=40000s")).keep(channel).getNow();

        assertThat(report.entry(TCP_KEEPIDLE).outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(report.entry(TCP_KEEPIDLE).advice()).contains("Invalid argument", "1s to 32767s");
        assertThat(report.entry(SO_KEEPALIVE).outcome()).isEqualTo(Outcome.APPLIED);
        channel.unsafe().closeForcibly();
    }

    @Test
    void unregistered_isKeptAtOnce_byTheCaller() {
        NioSocketChannel channel = new NioSocketChannel();

        Future<KeepAliveReport> report = keeper.keep(channel);

        assertThat(report.isSuccess()).isTrue();
        assertThat(report.getNow().effective()).contains(POLICY);
        assertThat(threads).containsExactly(Thread.currentThread().getName());
        channel.unsafe().closeForcibly();
    }

    @Test
    void registered_isKeptByItsEventLoop() throws Exception {
        Channel channel = net.client().register().sync().channel();

        KeepAliveReport report = keeper.keep(channel).sync().getNow();

        assertThat(report.effective()).contains(POLICY);
        assertThat(threads)
                .singleElement()
                .asString()
                .isNotEqualTo(Thread.currentThread().getName());
        channel.close().sync();
    }

    @Test
    void inAnInitializer_theAttemptIsCovered() throws Exception {
        List<KeepAliveReport> reports = new CopyOnWriteArrayList<>();
        List<Boolean> active = new CopyOnWriteArrayList<>();
        Channel server = net.server().bind().sync().channel();
        Bootstrap bootstrap = net.client().handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                active.add(channel.isActive());
                reports.add(keeper.keep(channel).getNow());
            }
        });

        Channel client = bootstrap.connect(server.localAddress()).sync().channel();

        assertThat(active).containsExactly(false);
        assertThat(reports.get(0).effective()).contains(POLICY);
        assertThat(client.config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
        server.close().sync();
    }

    @Test
    void runningServer_childrenAreKeptFromNowOn_evenAgainstChildOptions() throws Exception {
        Channel server = net.server()
                .childOption(ChannelOption.SO_KEEPALIVE, false)
                .bind()
                .sync()
                .channel();
        net.client().connect(server.localAddress()).sync();
        Channel before = net.child();

        KeepAliveReport report = keeper.keep(server).sync().getNow();
        net.client().connect(server.localAddress()).sync();
        Channel after = net.child();

        assertThat(report.entries())
                .filteredOn(entry -> entry.requested().isPresent())
                .extracting(KeepAliveReport.Entry::outcome)
                .containsOnly(Outcome.ON_ACCEPT);
        assertThat(before.config().getOption(ChannelOption.SO_KEEPALIVE)).isFalse();
        assertThat(after.config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
        assertThat(after.pipeline().names()).noneMatch(name -> name.contains("KeepOnce"));
        server.close().sync();
    }

    @Test
    void runningServer_keptTwice_theLaterKeeperCounts() throws Exception {
        Channel server = net.server().bind().sync().channel();
        ChannelKeeper.of(KeepAlive.parse("idle=11s")).keep(server).sync();

        keeper.keep(server).sync();
        net.client().connect(server.localAddress()).sync();
        net.child();

        assertThat(threads).as("of the listener and one child").hasSize(2);
        assertThat(server.pipeline().toMap().values())
                .filteredOn(KeepAccepted.class::isInstance)
                .hasSize(1);
        server.close().sync();
    }

    @Test
    void runningServer_strictly_closesTheChildBeforeItsHandlersSeeItActive() throws Exception {
        Channel server = net.server().bind().sync().channel();
        ChannelKeeper.of(KeepAlive.parse("idle=40000s")).strict().keep(server).sync();

        Channel client = net.client().connect(server.localAddress()).sync().channel();

        assertThat(client.closeFuture().await(10_000)).isTrue();
        assertThat(net.noChild()).isTrue();
        server.close().sync();
    }

    @Test
    void strictly_aChannelThatFails_isClosed() throws Exception {
        Channel channel = net.client().register().sync().channel();

        Future<KeepAliveReport> failed = ChannelKeeper.of(KeepAlive.parse("idle=40000s"))
                .strict()
                .keep(channel)
                .await();

        assertThat(failed.cause()).isInstanceOf(KeepAliveException.class);
        assertThat(channel.closeFuture().await(10_000)).isTrue();
    }

    @Test
    void withoutTcp_isUnsupported_notAnException() {
        EmbeddedChannel embedded = new EmbeddedChannel();
        NioDatagramChannel datagram = new NioDatagramChannel();

        for (Channel channel : List.of(embedded, new LocalChannel(), datagram)) {
            KeepAliveReport report = keeper.keep(channel).getNow();

            assertThat(report.entry(SO_KEEPALIVE).outcome())
                    .as(report.toString())
                    .isEqualTo(Outcome.UNSUPPORTED);
            assertThat(report.entry(TCP_KEEPIDLE).advice()).isNotEmpty();
            assertThat(channel.isOpen()).isTrue();
        }
        embedded.finish();
        datagram.unsafe().closeForcibly();
    }

    @Test
    @SuppressWarnings("deprecation") // the successor of DefaultEventLoopGroup is not in Netty 4.1
    void localBootstraps_workAsBefore() throws Exception {
        EventLoopGroup group = new DefaultEventLoopGroup(1);
        LocalAddress address = new LocalAddress("kept");
        Channel server = keeper.keep(new ServerBootstrap()
                        .group(group)
                        .channel(LocalServerChannel.class)
                        .childHandler(net.collector()))
                .bind(address)
                .sync()
                .channel();

        Channel client = keeper.keep(new Bootstrap()
                        .group(group)
                        .channel(LocalChannel.class)
                        .handler(new ChannelInboundHandlerAdapter()))
                .connect(address)
                .sync()
                .channel();

        assertThat(client.isActive()).isTrue();
        assertThat(net.child().isActive()).isTrue();
        assertThat(threads).hasSize(2);
        server.close().sync();
        Transport.shutDown(group);
    }

    @Test
    void closed_isReported() throws Exception {
        Channel channel = net.client().register().sync().channel();
        channel.close().sync();

        KeepAliveReport report = keeper.keep(channel).sync().getNow();

        assertThat(report.entry(SO_KEEPALIVE).outcome()).isEqualTo(Outcome.CLOSED);
    }

    @Test
    void disabled_changesNothing_andIsNoFailure() throws Exception {
        NioSocketChannel channel = new NioSocketChannel();
        System.setProperty("keepalive.disabled", "true");
        try {
            KeepAliveReport report = keeper.strict().keep(channel).getNow();

            assertThat(report.entry(SO_KEEPALIVE).outcome()).isEqualTo(Outcome.DISABLED);
            assertThat(channel.config().isKeepAlive()).isFalse();
        } finally {
            System.clearProperty("keepalive.disabled");
            channel.unsafe().closeForcibly();
        }
    }

    @Test
    void endedEventLoop_failsTheFuture() throws Exception {
        Loopback ended = new Loopback();
        Channel channel = ended.client().register().sync().channel();
        ended.close();

        Future<KeepAliveReport> failed = keeper.keep(channel);

        // The loop has closed and deregistered its channels, or refuses the task.
        assertThat(failed.isDone()).isTrue();
        if (!failed.isSuccess()) {
            assertThat(failed.cause()).isInstanceOf(RejectedExecutionException.class);
        } else {
            assertThat(failed.getNow().entry(SO_KEEPALIVE).outcome()).isEqualTo(Outcome.CLOSED);
        }
    }

    private Bootstrap clientOn(Transport transport, EventLoopGroup group) {
        return new Bootstrap().group(group).channel(transport.client).handler(new ChannelInboundHandlerAdapter());
    }

    private Channel bindOn(Transport transport, EventLoopGroup group, ChannelKeeper keeper) throws Exception {
        return keeper.keep(new ServerBootstrap()
                        .group(group)
                        .channel(transport.server)
                        .localAddress(net.server().config().localAddress())
                        .childHandler(net.collector()))
                .bind()
                .sync()
                .channel();
    }
}
